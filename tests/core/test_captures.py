"""Real responses, where they are at hand, fold without a problem into what they hold."""

import json

import pytest

from bedrock_nb.core.recording import Recording
from wires import captures

CAPTURED = captures()
STREAMS = pytest.mark.parametrize("events", [events for *_, events in CAPTURED], ids=[name for name, *_ in CAPTURED])


def joined(events, *path):
    """What the deltas say along this path, by block, read in the plainest way there is."""
    pieces: dict[int, list] = {}
    for event in events:
        body = event.get("contentBlockDelta", {})
        value = body.get("delta", {})
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if value is not None:
            pieces.setdefault(body["contentBlockIndex"], []).append(value)
    return pieces


@STREAMS
def test_a_captured_response_folds_without_a_problem(events):
    recording = Recording.from_events(events)
    assert recording.turn.problems == ()
    assert recording.complete
    assert all(block.whole for block in recording.turn.blocks)


@STREAMS
def test_a_captured_response_gives_its_text_reasoning_tools_citations_and_usage(events):
    recording = Recording.from_events(events)
    assert recording.text == "".join("".join(pieces) for pieces in joined(events, "text").values())
    reasoning = ["".join(pieces) for pieces in joined(events, "reasoningContent", "text").values()]
    assert recording.reasoning == "\n\n".join(piece for piece in reasoning if piece)
    inputs = ["".join(pieces) for pieces in joined(events, "toolUse", "input").values()]
    assert [call.input for call in recording.turn.tool_uses if call.input_json] == [json.loads(each) for each in inputs]
    names = [
        e["contentBlockStart"]["start"]["toolUse"]["name"]
        for e in events
        if "toolUse" in e.get("contentBlockStart", {}).get("start", {})
    ]
    assert [call.name for call in recording.turn.tool_uses] == names
    citations = [citation for pieces in joined(events, "citation").values() for citation in pieces]
    assert [citation.wire for citation in recording.citations] == citations
    (usage,) = [event["metadata"]["usage"] for event in events if "metadata" in event]
    assert (recording.usage.input_tokens, recording.usage.total_tokens) == (usage["inputTokens"], usage["totalTokens"])
    assert recording.usage.cache_read_tokens == usage.get("cacheReadInputTokens")


@STREAMS
def test_a_captured_response_is_the_same_in_every_form(events):
    recording = Recording.from_events([(number / 1000, event) for number, event in enumerate(events)], id="x")
    assert Recording.from_dict(json.loads(json.dumps(recording.to_dict()))) == recording
    assert Recording.from_dict(json.loads(json.dumps(recording.to_compact()))) == recording
    assert Recording.from_lines(recording.to_lines()) == recording
