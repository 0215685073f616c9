from hypothesis import given

from bedrock_nb.core.events import parse
from bedrock_nb.core.parts import PartBegan, PartEnded, PartGrew, part_events, text_and_tool_calls
from bedrock_nb.core.turn import fold_all
from wires import END_TURN, START, delta, stop, text, tool_input, tool_start, wire_lists


def parts(*wires):
    return [(part.kind, part.block.kind, part.block.index) for part in part_events(map(parse, wires))]


def test_a_block_begins_grows_and_ends():
    assert parts(START, text(0, "a"), text(0, "b"), stop(0), tool_start(1, "sum"), tool_input(1, "{}"), stop(1)) == [
        ("began", "text", 0),
        ("grew", "text", 0),
        ("ended", "text", 0),
        ("began", "tool_use", 1),
        ("grew", "tool_use", 1),
        ("ended", "tool_use", 1),
    ]


def test_a_block_that_never_stops_ends_with_the_response():
    *_, last = part_events(map(parse, [text(0, "a"), END_TURN]))
    assert isinstance(last, PartEnded)
    assert last.block.whole is False


def test_a_part_is_a_snapshot_of_its_block():
    began, grew, _ = part_events(map(parse, [text(0, "a"), text(0, "b")]))
    assert (began.block.text, grew.block.text, grew.event.text) == ("a", "ab", "b")


@given(wire_lists)
def test_each_block_begins_once_and_ends_once_whatever_comes(wires):
    happened = list(part_events(map(parse, wires)))
    turn = fold_all(map(parse, wires))
    began = [part.block.index for part in happened if isinstance(part, PartBegan)]
    ended = [part.block.index for part in happened if isinstance(part, PartEnded)]
    assert sorted(began) == sorted(ended) == [block.index for block in turn.blocks]
    for part in happened:
        if isinstance(part, PartGrew):
            assert part.block.index in began


def test_text_comes_as_it_comes_and_calls_once_they_are_whole():
    wires = [
        text(0, "Let me "),
        text(0, ""),
        tool_start(1, "sum"),
        tool_input(1, '{"a":'),
        text(0, "see."),
        tool_input(1, "1}"),
        stop(1),
        stop(1),
        tool_start(2, "web", "s", type="server_tool_use"),
        stop(2),
        tool_start(3, "cut", "t3"),
        END_TURN,
    ]
    first, second, call = text_and_tool_calls(map(parse, wires))
    assert (first, second, call.name, call.input) == ("Let me ", "see.", "sum", {"a": 1})


@given(wire_lists)
def test_the_text_of_the_loop_is_the_text_of_its_deltas(wires):
    said = [each for each in text_and_tool_calls(map(parse, wires)) if isinstance(each, str)]
    assert "".join(said) == "".join(parse(wire).text for wire in wires)


def test_an_unknown_delta_does_not_stop_the_loop():
    assert list(text_and_tool_calls(map(parse, [delta(0, novel=1), text(0, "on")]))) == ["on"]
