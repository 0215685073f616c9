from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.blocks import ImageBlock, TextBlock, ToolResultBlock, UnknownBlock
from bedrock_nb.core.events import TextDelta, parse
from bedrock_nb.core.turn import EMPTY_TURN, Turn, fold, fold_all
from wires import (
    END_TURN,
    HELLO,
    START,
    a_thousand_times,
    delta,
    message_stop,
    start,
    stop,
    text,
    thought,
    tool_input,
    tool_start,
    usage,
    wire_lists,
)


def turn_of(*wires) -> Turn:
    return fold_all(map(parse, wires))


def said(turn):
    return [problem.message for problem in turn.problems]


def test_an_answer_folds_into_its_text_and_figures():
    turn = turn_of(*HELLO)
    assert (turn.text, turn.stop_reason, turn.latency_ms, turn.whole) == ("Hello", "end_turn", 100, True)
    assert turn.usage.total_tokens == 5
    assert turn.blocks[0].whole
    assert turn.problems == ()


def test_metadata_tells_trace_tier_and_the_model_that_a_router_chose():
    body = {"trace": {"promptRouter": {"invokedModelId": "arn:x"}}, "serviceTier": {"type": "flex"}}
    turn = turn_of({"metadata": body})
    assert (turn.invoked_model, turn.service_tier, turn.usage) == ("arn:x", "flex", None)
    assert turn.trace == body["trace"]


def test_blocks_stand_in_the_order_of_their_index():
    turn = turn_of(text(2, "c"), text(0, "a"), text(1, "b"))
    assert [block.index for block in turn.blocks] == [0, 1, 2]
    assert turn.text == "abc"
    assert turn.block_at(1).text == "b"
    assert turn.block_at(9) is None


def test_reasoning_blocks_are_parted_by_an_empty_line():
    assert turn_of(thought(0, "One"), text(1, "x"), thought(2, "Two"), thought(3, "")).reasoning == "One\n\nTwo"


def test_an_image_grows_by_its_bytes_or_says_where_it_lies_or_why_it_is_not_there():
    turn = turn_of(
        start(0, image={"format": "png"}),
        delta(0, image={"source": {"bytes": b"ab"}}),
        delta(0, image={"source": {"bytes": b"cd"}}),
        delta(1, image={"source": {"s3Location": {"uri": "s3://b/k"}}}),
        delta(2, image={"error": {"message": "refused"}}),
    )
    first, second, third = turn.images
    assert (first.format, first.data) == ("png", b"abcd")
    assert second.s3_location == {"uri": "s3://b/k"}
    assert third.error == {"message": "refused"}
    assert all(isinstance(block, ImageBlock) for block in turn.images)


def test_a_tool_result_of_the_service_keeps_its_parts():
    turn = turn_of(
        start(0, toolResult={"toolUseId": "s1", "type": "web", "status": "success"}),
        delta(0, toolResult=[{"text": "a"}]),
        delta(0, toolResult=[{"json": {"b": 1}}]),
    )
    (block,) = turn.blocks
    assert isinstance(block, ToolResultBlock)
    assert (block.tool_use_id, block.status, block.content) == ("s1", "success", ({"text": "a"}, {"json": {"b": 1}}))


def test_an_unknown_block_keeps_all_that_made_it():
    first, second = start(0, novelStart={"a": 1}), delta(0, novelDelta={"b": 2})
    turn = turn_of(first, second, stop(0))
    (block,) = turn.blocks
    assert isinstance(block, UnknownBlock)
    assert (block.name, block.wires, block.whole) == ("novelStart", (first, second), True)
    assert turn.problems == ()


def test_something_unknown_ahead_of_a_blocks_text_does_not_hide_the_text():
    novel = delta(0, novelDelta={"b": 2})
    turn = turn_of(novel, text(0, "Hello"), stop(0))
    assert turn.text == "Hello"
    assert [problem.event.wire for problem in turn.problems] == [novel]


def test_an_unknown_event_with_an_index_is_no_block():
    turn = turn_of({"novelEvent": {"contentBlockIndex": 0}}, text(0, "Hello"))
    assert turn.text == "Hello"
    assert said(turn) == ["An event of an unknown kind came: novelEvent."]


def test_what_does_not_fit_is_told_as_a_problem_and_kept_with_its_event():
    turn = turn_of(START, text(0, "a"), tool_input(0, "{}"), END_TURN, END_TURN, text(0, "b"), START)
    assert said(turn) == [
        "A tool_input_delta does not fit block 0, which is text.",
        "The message stopped twice.",
        "Block 0 went on after the message had stopped.",
        "The message started again.",
    ]
    assert turn.problems[0].event.wire == tool_input(0, "{}")
    assert turn.text == "ab"


def test_a_block_may_stop_before_it_began():
    (block,) = turn_of(stop(3)).blocks
    assert (block.index, block.whole, block.wires, block.name) == (3, True, (), "unknown")


def test_metadata_that_comes_twice_and_differs_is_told():
    assert said(turn_of(usage(1, 1), usage(1, 1))) == []
    assert said(turn_of(usage(1, 1), usage(2, 2))) == ["The metadata came twice, and differ; the later ones count."]


def test_what_a_stream_failed_from_first_counts():
    turn = turn_of({"throttlingException": {"message": "first"}}, {"validationException": {"message": "second"}})
    assert (turn.exception.code, turn.exception.message) == ("throttlingException", "first")
    assert [problem.event.message for problem in turn.problems] == ["second"]


@a_thousand_times
@given(wire_lists)
def test_every_prefix_of_any_events_folds(wires):
    turn = EMPTY_TURN
    for wire in wires:
        before, turn = turn, fold(turn, parse(wire))
        assert isinstance(turn, Turn)
        assert [block.index for block in turn.blocks] == sorted({block.index for block in turn.blocks})
        assert len(turn.problems) >= len(before.problems)
        look_at_everything(turn)


def look_at_everything(turn):
    assert isinstance(turn.text + turn.reasoning, str)
    _ = (turn.usage, turn.latency_ms, turn.trace, turn.service_tier, turn.invoked_model, turn.whole, turn.problems)
    for call in turn.tool_uses:
        _ = (call.input, call.partial_input, call.valid, call.server)
    for citation in turn.citations:
        _ = (citation.title, citation.source, citation.quoted, citation.location)


@a_thousand_times
@given(wire_lists)
def test_fold_changes_nothing_that_was_there(wires):
    turns = [EMPTY_TURN]
    for wire in wires:
        turns.append(fold(turns[-1], parse(wire)))
    again = EMPTY_TURN
    for wire, turn in zip(wires, turns[1:], strict=True):
        again = fold(again, parse(wire))
        assert again == turn


@a_thousand_times
@given(wire_lists)
def test_folding_all_at_once_equals_folding_one_by_one(wires):
    events = [parse(wire) for wire in wires]
    assert fold_all(events) == reduce(fold, events, EMPTY_TURN)


@a_thousand_times
@given(wire_lists, st.lists(st.integers(0, 14)))
def test_folding_in_portions_equals_folding_at_once(wires, cuts):
    events = [parse(wire) for wire in wires]
    turn, position = EMPTY_TURN, 0
    for cut in [*sorted(cuts), len(events)]:
        turn, position = fold_all(events[position:cut], turn), max(position, cut)
    assert turn == fold_all(events)


PIECED = {"text": text, "reasoning": thought, "input": tool_input}


@a_thousand_times
@given(
    st.sampled_from(sorted(PIECED)), st.lists(st.tuples(st.integers(0, 2), st.text(max_size=6)), max_size=10), st.data()
)
def test_where_deltas_are_cut_makes_no_difference(kind, pieces, data):
    make = PIECED[kind]
    begin = [tool_start(index, "sum", f"t{index}") for index in range(3)] if kind == "input" else []
    cut_again = []
    for index, piece in pieces:
        at = data.draw(st.integers(0, len(piece)))
        cut_again += [make(index, piece[:at]), make(index, piece[at:])]
    whole = [make(index, "".join(p for i, p in pieces if i == index)) for index in sorted({i for i, _ in pieces})]
    as_it_came = turn_of(*begin, *(make(index, piece) for index, piece in pieces))
    assert turn_of(*begin, *cut_again) == as_it_came
    assert turn_of(*begin, *whole) == as_it_came


def test_a_character_cut_in_two_halves_is_put_together():
    assert turn_of(text(0, "a\ud83d"), text(0, "\ude00b")).text == "a😀b"
    assert turn_of(text(0, "a\ud83d")).text == "a\ud83d"


@a_thousand_times
@given(wire_lists)
def test_the_text_is_what_the_text_deltas_say(wires):
    turn = turn_of(*wires)
    fitting = [block.text for block in turn.blocks if isinstance(block, TextBlock)]
    kept = {id(problem.event.wire) for problem in turn.problems if "does not fit" in problem.message}
    pieces = [parse(wire) for wire in wires if id(wire) not in kept]
    by_block = sorted((event for event in pieces if isinstance(event, TextDelta)), key=lambda event: event.index)
    assert turn.text == "".join(fitting) == "".join(event.piece for event in by_block)


def test_stop_reasons_stay_strings_as_new_ones_appear():
    assert turn_of(message_stop("scripted_novel_reason")).stop_reason == "scripted_novel_reason"
