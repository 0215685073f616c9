"""Where well-known libraries go wrong on the same events. Each test is one mistake, and what is right."""

import json

import pytest

from bedrock_nb.core.errors import IncompleteResponse, Throttled
from bedrock_nb.core.recording import Recording
from wires import (
    END_TURN,
    START,
    delta,
    message_stop,
    redacted,
    signature,
    start,
    stop,
    text,
    tool_input,
    tool_start,
    usage,
)


def recorded(*wires):
    return Recording.from_events(wires)


def test_interleaved_text_blocks_are_not_glued_in_the_order_of_arrival():
    recording = recorded(text(0, "Hel"), text(1, "Wor"), text(0, "lo"), text(1, "ld"))
    assert [block.text for block in recording.turn.blocks] == ["Hello", "World"]
    assert recording.text == "HelloWorld"


def test_two_interleaved_tools_keep_their_own_input():
    recording = recorded(
        tool_start(0, "first", "t1"),
        tool_start(1, "second", "t2"),
        tool_input(0, '{"a":'),
        tool_input(1, '{"b":'),
        tool_input(0, "1}"),
        tool_input(1, "2}"),
    )
    assert [(call.name, call.input) for call in recording.tool_calls] == [("first", {"a": 1}), ("second", {"b": 2})]


def test_a_tool_without_input_has_an_empty_one():
    (call,) = recorded(tool_start(0, "now"), stop(0), message_stop("tool_use")).tool_calls
    assert (call.input, call.valid, call.input_json) == ({}, True, "")


def test_tool_input_cut_by_the_token_limit_is_neither_empty_nor_repaired():
    (call,) = recorded(tool_start(0, "send"), tool_input(0, '{"to": "ann", "te'), message_stop("max_tokens")).tool_calls
    assert (call.input, call.valid) == (None, False)
    assert call.input_json == '{"to": "ann", "te'
    assert call.partial_input == {"to": "ann"}


def test_tool_input_without_a_start_is_no_nameless_call_that_could_be_sent():
    recording = recorded(tool_input(0, '{"a": 1}'), stop(0))
    assert recording.tool_calls == ()
    (block,) = recording.turn.tool_uses
    assert (block.name, block.input) == ("", {"a": 1})
    assert [problem.message for problem in recording.turn.problems] == [
        "Block 0 gives a tool's input, but its start never came."
    ]
    assert recording.message is None


def test_redacted_reasoning_is_bytes_and_keeps_all_its_pieces():
    recording = recorded(redacted(0, b"\xff\xfe"), redacted(0, b"\x80"), stop(0), text(1, "Hi"))
    assert recording.message["content"][0] == {"reasoningContent": {"redactedContent": b"\xff\xfe\x80"}}
    assert recording.reasoning == ""


def test_a_block_of_a_citation_alone_does_not_stick_to_the_next():
    recording = recorded(delta(0, citation={"title": "A"}), stop(0), text(1, "said"), stop(1))
    first, second = recording.turn.blocks
    assert [citation.title for citation in first.citations] == ["A"]
    assert second.citations == ()
    assert recording.message["content"] == [{"text": "said"}]


def test_an_image_delta_is_an_image():
    recording = recorded(start(0, image={"format": "png"}), delta(0, image={"source": {"bytes": b"png"}}))
    assert [(image.format, image.data) for image in recording.images] == [("png", b"png")]


@pytest.mark.parametrize("union", [{"novel": {"a": 1}}, {"SDK_UNKNOWN_MEMBER": {"name": "novel"}}])
def test_an_unknown_delta_is_kept_and_stops_nothing(union):
    recording = recorded(delta(0, **union), stop(0), text(1, "on"), END_TURN)
    assert (recording.text, recording.complete) == ("on", True)
    assert recording.turn.blocks[0].name == "novel"


def test_an_end_without_message_stop_is_incomplete_and_loses_no_text():
    recording = recorded(START, text(0, "half an ans"))
    assert (recording.text, recording.stop_reason, recording.complete) == ("half an ans", None, False)
    assert isinstance(recording.error, IncompleteResponse)


def test_an_exception_in_mid_stream_keeps_the_partial_answer():
    recording = recorded(START, text(0, "half"), {"throttlingException": {"message": "Too many"}})
    with pytest.raises(Throttled, match="Too many") as caught:
        recording.raise_for_error()
    assert caught.value.recording.turn.text == "half"


def test_two_metadata_events_do_not_double_the_usage():
    assert recorded(text(0, "a"), END_TURN, usage(3, 2), usage(3, 2)).usage.total_tokens == 5


def test_iterating_again_begins_again():
    recording = recorded(START, text(0, "a"))
    for _ in recording.events:
        break
    assert [event.kind for event in recording.events] == ["message_start", "text_delta"]


def test_the_services_own_tools_are_not_offered_as_calls_to_run():
    recording = recorded(
        tool_start(0, "web_search", "s1", type="server_tool_use"),
        tool_input(0, '{"q": 1}'),
        stop(0),
        start(1, toolResult={"toolUseId": "s1", "type": "web_search_result", "status": "success"}),
        delta(1, toolResult=[{"text": "found"}]),
        stop(1),
        text(2, "So."),
        END_TURN,
    )
    assert recording.tool_calls == ()
    assert [block.server for block in recording.turn.tool_uses] == [True]
    assert [next(iter(part)) for part in recording.message["content"]] == ["toolUse", "toolResult", "text"]


def test_unsigned_reasoning_and_blank_text_are_not_sent_back():
    recording = recorded(
        text(0, ""), stop(0), delta(1, reasoningContent={"text": "unsigned"}), text(2, " \n"), text(3, "Yes.")
    )
    assert recording.message == {"role": "assistant", "content": [{"text": "Yes."}]}


def test_signed_reasoning_goes_back_as_it_came():
    recording = recorded(
        delta(0, reasoningContent={"text": "so"}), signature(0, "a"), signature(0, "b"), text(1, "Yes")
    )
    assert recording.message["content"][0] == {"reasoningContent": {"reasoningText": {"text": "so", "signature": "ab"}}}
    assert json.dumps(recording.message)
