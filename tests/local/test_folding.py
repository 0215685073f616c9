import pytest

from bedrock_nb.local.eventstream import encode_frame, event_frame
from bedrock_nb.local.folding import converse_response, decoded_events, service_error
from bedrock_nb.local.steps import StreamException


def delta(index, **members):
    return {"contentBlockDelta": {"delta": members, "contentBlockIndex": index}}


def content(*events):
    return converse_response(events)["output"]["message"]["content"]


def test_blocks_go_by_their_index():
    assert content(delta(1, text="Wor"), delta(0, text="Hel"), delta(1, text="ld"), delta(0, text="lo")) == [
        {"text": "Hello"},
        {"text": "World"},
    ]


def test_tool_input_is_parsed_once_it_is_whole():
    start = {"contentBlockStart": {"start": {"toolUse": {"toolUseId": "t", "name": "f"}}, "contentBlockIndex": 0}}
    parts = [delta(0, toolUse={"input": piece}) for piece in ("", '{"a"', ": 1}")]
    assert content(start, *parts) == [{"toolUse": {"toolUseId": "t", "name": "f", "input": {"a": 1}}}]
    assert content(start) == [{"toolUse": {"toolUseId": "t", "name": "f", "input": {}}}]
    assert content(start, parts[1]) == [{"toolUse": {"toolUseId": "t", "name": "f", "input": {}}}]


def test_reasoning_keeps_its_signature_and_its_bytes():
    signed = [delta(0, reasoningContent=part) for part in ({"text": "so "}, {"text": "so"}, {"signature": "s"})]
    assert content(*signed) == [{"reasoningContent": {"reasoningText": {"text": "so so", "signature": "s"}}}]
    redacted = [delta(0, reasoningContent={"redactedContent": part}) for part in (b"\xff", "/w==")]
    assert content(*redacted) == [{"reasoningContent": {"redactedContent": b"\xff\xff"}}]


def test_citations_results_and_images_have_the_form_of_messages():
    cited = [delta(0, citation={"title": "t"}), delta(0, text="said")]
    assert content(*cited) == [{"citationsContent": {"content": [{"text": "said"}], "citations": [{"title": "t"}]}}]
    start = {"contentBlockStart": {"start": {"toolResult": {"toolUseId": "t"}}, "contentBlockIndex": 0}}
    assert content(start, delta(0, toolResult=[{"text": "a"}]), delta(0, toolResult=[{"text": "b"}])) == [
        {"toolResult": {"toolUseId": "t", "content": [{"text": "a"}, {"text": "b"}]}}
    ]
    start = {"contentBlockStart": {"start": {"image": {"format": "png"}}, "contentBlockIndex": 0}}
    assert content(start, delta(0, image={"source": {"bytes": b"x"}})) == [
        {"image": {"format": "png", "source": {"bytes": b"x"}}}
    ]


def test_what_is_unknown_is_left_out():
    assert content({"novel": {}}, delta(0, novel=1)) == []


def test_raw_frames_are_read_up_to_the_first_damage():
    good = event_frame({"messageStart": {"role": "assistant"}})
    bad = good[:-1] + b"\x00"
    [event] = decoded_events(good + bad + good)
    assert event["messageStart"]["role"] == "assistant"
    assert len(list(decoded_events(good + good[:10]))) == 1
    assert len(list(decoded_events(good + encode_frame({":message-type": "event", ":event-type": "x"}, b"{")))) == 1


@pytest.mark.parametrize(
    ("exception_type", "code", "status"),
    [
        ("internalServerException", "InternalServerException", 500),
        ("modelStreamErrorException", "ModelErrorException", 424),
        ("validationException", "ValidationException", 400),
        ("throttlingException", "ThrottlingException", 429),
        ("serviceUnavailableException", "ServiceUnavailableException", 503),
        ("novelException", "NovelException", 400),
    ],
)
def test_exceptions_become_the_errors_of_converse(exception_type, code, status):
    error = service_error(StreamException(exception_type, "why"))
    assert (error.code, error.status, error.message) == (code, status, "why")
