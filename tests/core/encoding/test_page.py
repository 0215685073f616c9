from hypothesis import given
from hypothesis import strategies as st

import wires
from bedrock_nb.core.encoding.page import Tool, joined, numbers, page_of
from bedrock_nb.core.events import parse


def same(events):
    """The events in a form in which NaN equals NaN."""
    return repr([(seconds, wire) for seconds, wire in events])


@given(wires.timed_lists)
def test_the_events_of_a_page_are_those_it_was_made_of(events):
    assert same(page_of(events).timed_wires()) == same(events)


@given(wires.timed_lists, st.integers(0, 14))
def test_pages_that_are_joined_are_the_page_of_all_their_events(events, cut):
    tools = {}
    first = page_of(events[:cut], 0, tools)
    second = page_of(events, first.count, tools)

    assert joined([first, second]) == page_of(events)


@given(wires.timed_lists)
def test_a_page_says_of_each_event_what_it_is_and_what_it_brings(events):
    page = page_of(events)
    heads = [page.heads[code] for code in numbers("I", page.head_codes)]
    ends = 0
    for (_, wire), head, length in zip(events, heads, numbers("I", page.text_lengths), strict=True):
        event = parse(wire)
        piece = page.text[ends : ends + length].decode()
        ends += length
        assert (head.type, head.kind, head.block) == (event.type, event.kind, event.block)
        brought = event.text or event.reasoning or getattr(event, "json_piece", "")
        assert piece == brought.encode("utf-8", "replace").decode()


def test_the_events_of_a_tool_call_name_its_tool_also_in_later_pages():
    tools = {}
    events = [(0.0, wires.tool_start(1, "weather", "t7"))]
    page_of(events, 0, tools)
    later = page_of([*events, (0.1, wires.tool_input(1, "{}")), (0.2, wires.text(0, "hi"))], 1, tools)

    assert [head.tool for head in later.heads] == [Tool("t7", "weather"), Tool()]


def test_a_block_index_that_no_column_holds_is_left_to_the_wire_event():
    page = page_of([(None, wires.text(2**40, "far"))])

    assert page.heads[0].block is None
    assert [wire for _, wire in page.timed_wires()] == [wires.text(2**40, "far")]
