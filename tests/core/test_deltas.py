"""A plain delta told in short is the wire event that it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wires
from bedrock_nb.core.deltas import as_wire, event_of, plain_delta
from bedrock_nb.core.events import parse


@given(wires.wires)
def test_what_is_told_in_short_is_told_in_full_again(wire):
    delta = plain_delta(wire)
    assert delta is None or as_wire(delta) == wire
    assert as_wire(wire) is wire


@given(st.sampled_from([wires.text, wires.thought, wires.tool_input]), st.integers(), wires.any_text)
def test_the_typed_event_of_a_plain_delta_is_what_parse_makes_of_it(make, index, piece):
    assert event_of(*plain_delta(make(index, piece))) == parse(make(index, piece))


@pytest.mark.parametrize(
    "wire",
    [
        {},
        wires.START,
        wires.text(index=True, piece="a"),
        wires.text("0", "a"),
        wires.text(0, 1),
        wires.signature(0, "a"),
        wires.delta(0),
        wires.delta(0, toolUse="a"),
        wires.delta(0, toolUse={"text": "a"}),
        wires.delta(0, text="a", novel=1),
        wires.delta(0, reasoningContent={"text": "a", "novel": 1}),
        {"contentBlockDelta": "a"},
        {"contentBlockDelta": {"delta": {"text": "a"}, "contentBlockIndex": 0, "novel": 1}},
        {**wires.text(0, "a"), **wires.START},
    ],
)
def test_what_has_any_other_member_is_no_plain_delta(wire):
    assert plain_delta(wire) is None
