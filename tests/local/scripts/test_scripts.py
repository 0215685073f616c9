"""Every scripted model through real boto3; what one of them does in particular stands in a file of its own."""

import pytest

from bedrock_nb.local import SCRIPTED_MODELS

every_model = pytest.mark.parametrize("model", SCRIPTED_MODELS, ids=lambda model: model.name)
TOOLS = {
    "tools": [
        {
            "toolSpec": {
                "name": "get_weather",
                "inputSchema": {"json": {"type": "object", "properties": {"city": {"type": "string"}}}},
            }
        }
    ]
}


@every_model
def test_every_event_is_one_that_botocore_knows(model, client, ask, received):
    events, error = received(client.converse_stream(**ask(model.model_id, toolConfig=TOOLS)))
    assert error is None
    assert "SDK_UNKNOWN_MEMBER" not in repr(events)
    assert [next(iter(event)) for event in (events[0], *events[-2:])] == ["messageStart", "messageStop", "metadata"]


@every_model
def test_the_same_request_gets_the_same_answer(model, client, ask, received):
    first, second = (received(client.converse_stream(**ask(model.model_id)))[0] for _ in range(2))
    assert first == second


@every_model
def test_every_model_says_that_it_is_a_script(model, client, ask):
    assert "scripted" in model.model_id
    if model.name != "echo":
        said = repr(client.converse(**ask(model.model_id))["output"]["message"]["content"]).lower()
        assert "scripted" in said


@every_model
def test_converse_says_what_converse_stream_says(model, client, ask, received, text_of):
    events, _ = received(client.converse_stream(**ask(model.model_id)))
    whole = client.converse(**ask(model.model_id))
    said = ""
    for block in whole["output"]["message"]["content"]:
        cited = block.get("citationsContent", {}).get("content", [])
        said += block.get("text", "") + "".join(part["text"] for part in cited)
    assert said == text_of(events)
    assert whole["stopReason"] == events[-2]["messageStop"]["stopReason"]
    assert whole["usage"] == events[-1]["metadata"]["usage"]
    assert whole["metrics"] == events[-1]["metadata"]["metrics"]


@every_model
def test_every_answer_can_be_sent_back(model, client, ask):
    request = ask(model.model_id)
    message = client.converse(**request)["output"]["message"]
    message["content"] = [block for block in message["content"] if block.get("text", "x").strip()]
    message["content"] = [block for block in message["content"] if _may_be_sent(block)]
    follow_up = {"role": "user", "content": [{"text": "And then?"}]}
    again = client.converse(**{**request, "messages": [*request["messages"], message, follow_up]})
    assert again["usage"]["totalTokens"] > 0


@every_model
def test_every_answer_stops_at_max_tokens(model, client, ask):
    answer = client.converse(**ask(model.model_id, inferenceConfig={"maxTokens": 2}))
    assert answer["stopReason"] == "max_tokens"
    assert answer["usage"]["outputTokens"] <= 2


@every_model
def test_usage_adds_up(model, client, ask):
    usage = client.converse(**ask(model.model_id))["usage"]
    assert usage["totalTokens"] == usage["inputTokens"] + usage["outputTokens"]
    assert usage["inputTokens"] > 0


def test_answers_stop_at_a_stop_sequence(client, ask):
    request = ask("local.scripted-echo-v1:0", "one two three", inferenceConfig={"stopSequences": ["two"]})
    answer = client.converse(**request)
    assert answer["stopReason"] == "stop_sequence"
    assert answer["output"]["message"]["content"] == [{"text": "one "}]


def test_names_are_known_once():
    assert len({model.model_id for model in SCRIPTED_MODELS}) == len(SCRIPTED_MODELS)


def _may_be_sent(block):
    """Reasoning without a signature is refused by the service."""
    reasoning = block.get("reasoningContent", {}).get("reasoningText")
    return reasoning is None or "signature" in reasoning
