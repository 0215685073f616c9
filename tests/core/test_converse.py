import pytest
from hypothesis import given

from bedrock_nb.core.converse import converse_events
from bedrock_nb.core.events import parse
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.request.messages import assistant_message
from bedrock_nb.core.turn import fold_all
from wires import wire_lists

CONTENT = [
    {"text": "Hi"},
    {"reasoningContent": {"reasoningText": {"text": "so", "signature": "s"}}},
    {"reasoningContent": {"redactedContent": b"\xff"}},
    {"toolUse": {"toolUseId": "t1", "name": "sum", "input": {"a": [1, None]}}},
    {"toolUse": {"toolUseId": "s1", "name": "web", "input": {}, "type": "server_tool_use"}},
    {"toolResult": {"toolUseId": "s1", "content": [{"text": "found"}], "status": "success", "type": "web_result"}},
    {"image": {"format": "png", "source": {"bytes": b"p"}}},
    {"citationsContent": {"content": [{"text": "so"}], "citations": [{"title": "T"}]}},
]


def response(*content):
    return {
        "output": {"message": {"role": "assistant", "content": list(content)}},
        "stopReason": "end_turn",
        "additionalModelResponseFields": {"/a": 1},
        "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3},
        "metrics": {"latencyMs": 7},
        "serviceTier": {"type": "flex"},
        "ResponseMetadata": {"RequestId": "r"},
    }


def test_a_response_of_converse_becomes_the_recording_of_one_that_streamed():
    recording = Recording.from_events(converse_events(response(*CONTENT)))
    assert recording.message["content"] == CONTENT
    assert (recording.complete, recording.stop_reason, recording.usage.total_tokens) == (True, "end_turn", 3)
    assert (recording.turn.latency_ms, recording.turn.service_tier) == (7, "flex")
    assert recording.turn.additional_fields == {"/a": 1}
    assert recording.turn.problems == ()


@pytest.mark.parametrize("content", CONTENT)
def test_each_kind_of_content_comes_through_by_itself(content):
    recording = Recording.from_events(converse_events(response(content)))
    assert len(recording.turn.blocks) == 1
    assert recording.turn.problems == ()


def test_content_of_an_unknown_kind_is_kept():
    (block,) = Recording.from_events(converse_events(response({"novelContent": {"a": 1}}))).turn.blocks
    assert block.name == "novelContent"


def test_half_a_response_is_incomplete():
    assert Recording.from_events(converse_events({"output": {}})).complete is False


@given(wire_lists)
def test_what_streamed_and_goes_back_is_the_same_when_it_comes_whole(wires):
    message = assistant_message(fold_all(map(parse, wires)))
    if message is not None:
        events = converse_events({"output": {"message": message}, "stopReason": "end_turn"})
        assert assistant_message(fold_all(map(parse, events))) == message
