import json

import wires
from bedrock_nb.core.errors import Stopped, Throttled
from bedrock_nb.views.tables.otel import span_of
from histories import made

CACHED = wires.usage(4, 10, cacheReadInputTokens=2000, cacheWriteInputTokens=701)


def test_input_tokens_have_the_cached_ones_in_them():
    attributes = span_of(made(events=[wires.START, wires.END_TURN, CACHED]))["attributes"]

    assert attributes["gen_ai.usage.input_tokens"] == 2705
    assert attributes["gen_ai.usage.cache_read.input_tokens"] == 2000
    assert attributes["gen_ai.usage.cache_creation.input_tokens"] == 701
    assert attributes["gen_ai.usage.output_tokens"] == 10


def test_a_span_says_what_was_asked_of_which_model_and_when():
    request = made().request | {"inferenceConfig": {"maxTokens": 100, "temperature": 0, "stopSequences": ["END"]}}
    span = span_of(made(request=request, duration=1.5, response={"request_id": "r-1", "region": "eu-west-1"}))

    assert span["name"] == "chat us.amazon.nova-lite-v1:0"
    assert span["end_time_unix_nano"] - span["start_time_unix_nano"] == 1_500_000_000
    assert span["attributes"] == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "aws.bedrock",
        "gen_ai.request.model": "us.amazon.nova-lite-v1:0",
        "gen_ai.request.max_tokens": 100,
        "gen_ai.request.temperature": 0,
        "gen_ai.request.stop_sequences": ["END"],
        "cloud.region": "eu-west-1",
        "gen_ai.response.finish_reasons": ["end_turn"],
        "aws.request_id": "r-1",
        "gen_ai.usage.input_tokens": 3,
        "gen_ai.usage.output_tokens": 2,
    }
    assert span["status"] == {"code": "UNSET"}


def test_what_was_said_is_told_when_it_is_asked_for():
    assert not any("messages" in name for name in span_of(made())["attributes"])

    attributes = span_of(made(), content=True)["attributes"]

    asked = [{"role": "user", "parts": [{"type": "text", "content": "Why is the sky blue?"}]}]
    assert json.loads(attributes["gen_ai.input.messages"]) == asked
    said = [{"role": "assistant", "parts": [{"type": "text", "content": "Hello"}]}]
    assert json.loads(attributes["gen_ai.output.messages"]) == said


def test_a_failure_is_an_error_and_a_stop_is_none():
    failed = span_of(made(failure=Throttled("Too many requests.", code="ThrottlingException")))
    assert failed["status"] == {"code": "ERROR", "message": "Too many requests."}
    assert failed["attributes"]["error.type"] == "ThrottlingException"
    assert span_of(made(failure=Stopped("enough")))["status"] == {"code": "UNSET"}


def test_bytes_stay_out_of_a_span():
    request = {"messages": [{"role": "user", "content": [{"image": {"source": {"bytes": b"secret"}}}]}]}

    attributes = span_of(made(request=request), content=True)["attributes"]

    parts = json.loads(attributes["gen_ai.input.messages"])[0]["parts"]
    assert parts == [{"type": "image"}]


def test_spans_of_different_calls_have_different_ids():
    one, other = span_of(made("a" * 32)), span_of(made("b" * 32))

    assert one["trace_id"] != other["trace_id"]
    assert (len(one["trace_id"]), len(one["span_id"])) == (32, 16)
