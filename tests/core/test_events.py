import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core import events
from bedrock_nb.core.events import parse
from wires import (
    a_thousand_times,
    delta,
    json_values,
    redacted,
    signature,
    start,
    stop,
    text,
    thought,
    tool_input,
    tool_start,
    wires,
)

KNOWN = [
    ({"messageStart": {"role": "assistant"}}, events.MessageStart, {"role": "assistant"}),
    (text(0, "Hi"), events.TextDelta, {"index": 0, "piece": "Hi", "text": "Hi", "block": 0}),
    (thought(1, "Hm"), events.ReasoningDelta, {"index": 1, "reasoning": "Hm", "text": ""}),
    (signature(1, "sig"), events.ReasoningSignature, {"signature": "sig", "reasoning": ""}),
    (redacted(1, b"\xff"), events.RedactedReasoning, {"data": b"\xff"}),
    (tool_start(2, "sum"), events.ToolUseStart, {"tool_use_id": "t1", "name": "sum", "tool_type": None}),
    (tool_start(2, "web", type="server_tool_use"), events.ToolUseStart, {"tool_type": "server_tool_use"}),
    (tool_input(2, '{"a"'), events.ToolInputDelta, {"json_piece": '{"a"'}),
    (start(3, toolResult={"toolUseId": "t", "status": "error"}), events.ToolResultStart, {"status": "error"}),
    (delta(3, toolResult=[{"json": {}}]), events.ToolResultDelta, {"parts": ({"json": {}},)}),
    (delta(0, citation={"title": "T"}), events.CitationDelta, {"citation": {"title": "T"}}),
    (start(4, image={"format": "png"}), events.ImageStart, {"format": "png"}),
    (delta(4, image={"source": {"bytes": b"x"}}), events.ImageDelta, {"source": {"bytes": b"x"}, "error": None}),
    (stop(4), events.BlockStop, {"index": 4, "block": 4}),
    (
        {"messageStop": {"stopReason": "end_turn", "additionalModelResponseFields": {"a": 1}}},
        events.MessageStop,
        {"stop_reason": "end_turn", "additional_fields": {"a": 1}},
    ),
    ({"metadata": {"usage": {}}}, events.Metadata, {"body": {"usage": {}}}),
    (
        {"modelStreamErrorException": {"message": "m", "originalStatusCode": 424, "originalMessage": "o"}},
        events.StreamException,
        {"code": "modelStreamErrorException", "message": "m", "original_status": 424, "original_message": "o"},
    ),
    ({"novelException": {}}, events.StreamException, {"code": "novelException", "message": ""}),
]
ODD = [
    {},
    {"novelEvent": {"contentBlockIndex": 1}},
    {"messageStart": {}},
    {"messageStart": None},
    {"contentBlockDelta": {"delta": {"text": "no index"}}},
    {"contentBlockDelta": {"delta": {"text": "a", "also": 1}, "contentBlockIndex": 0}},
    {"contentBlockDelta": {"delta": {"text": 7}, "contentBlockIndex": 0}},
    {"contentBlockDelta": {"delta": {"reasoningContent": {"novel": 1}}, "contentBlockIndex": 0}},
    {"contentBlockDelta": {"delta": {"image": {"source": 7}}, "contentBlockIndex": 0}},
    {"contentBlockStart": {"start": {"toolUse": {"name": "no id"}}, "contentBlockIndex": 0}},
    {"contentBlockStop": {}},
    {"messageStop": {"stopReason": 7}},
    {"messageStart": {"role": "assistant"}, "messageStop": {"stopReason": "two in one"}},
]


@pytest.mark.parametrize(("wire", "kind", "members"), KNOWN)
def test_a_known_wire_event_becomes_its_typed_event(wire, kind, members):
    event = parse(wire)
    assert type(event) is kind
    assert {name: getattr(event, name) for name in members} == members


@pytest.mark.parametrize("wire", ODD)
def test_what_is_not_known_or_has_another_shape_stays_with_its_payload(wire):
    event = parse(wire)
    assert type(event) is events.Unknown
    assert event.wire is wire


def test_an_unknown_event_tells_its_block_where_it_has_one():
    assert parse({"novelEvent": {"contentBlockIndex": 5}}).block == 5
    assert parse({"novelEvent": {"contentBlockIndex": "5"}}).block is None


def test_each_kind_has_a_name_of_its_own():
    kinds = [type(parse(wire)).kind for wire, _, _ in KNOWN]
    assert len(set(kinds)) == len({type(parse(wire)) for wire, _, _ in KNOWN})


@a_thousand_times
@given(wires | st.dictionaries(st.text() | st.integers(), json_values))
def test_any_dict_at_all_is_parsed_without_loss(wire):
    event = parse(wire)
    assert event.wire is wire
    assert isinstance(event.type, str)
    assert isinstance(event.text, str)
    assert isinstance(event.reasoning, str)
    assert event.block is None or isinstance(event.block, int)
