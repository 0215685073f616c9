import json

import pytest

from bedrock_nb.local import ServiceError
from bedrock_nb.local.service import Json, ReceivedRequest, Scripted, Service, model_id_in, parsed

MODEL = "local.scripted-echo-v1:0"
BODY = {"messages": [{"role": "user", "content": [{"text": "hello"}]}]}


def received(method="POST", path=f"/model/{MODEL}/converse-stream", body=BODY):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ReceivedRequest(method, path, {}, raw, model_id_in(path), parsed(raw))


def refusal(request):
    with pytest.raises(ServiceError) as caught:
        Service().answer(request)
    return caught.value


def test_a_stream_and_its_whole_come_from_the_same_script():
    stream = Service().answer(received())
    whole = Service().answer(received(path=f"/model/{MODEL}/converse"))
    assert isinstance(stream, Scripted)
    assert (stream.streamed, whole.streamed) == (True, False)
    assert list(stream.steps) == list(whole.steps)


@pytest.mark.parametrize(
    ("path", "model_id"),
    [
        ("/model/local.scripted-echo-v1%3A0/converse", "local.scripted-echo-v1:0"),
        (
            "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Fa.b/converse",
            "arn:aws:bedrock:us-east-1::foundation-model/a.b",
        ),
        (
            "/model/arn:aws:bedrock:us-east-1::foundation-model/a.b/converse",
            "arn:aws:bedrock:us-east-1::foundation-model/a.b",
        ),
        ("/foundation-models", None),
        ("/", None),
    ],
)
def test_the_model_id_is_read_from_the_path(path, model_id):
    assert model_id_in(path) == model_id


@pytest.mark.parametrize("operation", ["converse", "converse-stream", "count-tokens"])
@pytest.mark.parametrize("model_id", ["anthropic.claude-sonnet-9", "local.scripted-nothing-v1:0"])
def test_no_model_but_a_scripted_one_is_ever_answered_for(model_id, operation):
    error = refusal(received(path=f"/model/{model_id}/{operation}"))
    assert (error.status, error.code) == (400, "ValidationException")
    assert error.message == "The provided model identifier is invalid."


def test_a_script_is_given_the_request_as_boto3_names_it():
    seen = []
    service = Service()
    service.add("my.model", lambda request: seen.append(request) or [])
    list(service.answer(received(path="/model/my.model/converse")).steps)
    assert seen == [{"modelId": "my.model", **BODY}]


def test_an_arn_can_have_a_script_of_its_own():
    arn = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl"
    service = Service()
    service.add(arn, lambda _request: [])
    assert service.answer(received(path=f"/model/{arn.replace(':', '%3A').replace('/', '%2F')}/converse"))


def test_a_request_is_checked_before_its_script_runs():
    assert "Member is not known" in refusal(received(body={**BODY, "mesages": []})).message
    assert (
        "must start with a user"
        in refusal(received(body={"messages": [{"role": "assistant", "content": [{"text": "x"}]}]})).message
    )


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff", b'{"a":NaN}', b'{"a":' + b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(body):
    assert refusal(received(body=body)).code == "SerializationException"


def test_tokens_are_counted_as_the_answer_counts_them():
    service = Service()
    counted = service.answer(received(path=f"/model/{MODEL}/count-tokens", body={"input": {"converse": BODY}}))
    usage = list(service.answer(received()).steps)[-1]["metadata"]["usage"]
    assert counted == Json({"inputTokens": usage["inputTokens"]})


def test_tokens_of_a_native_body_are_counted_too():
    body = {"input": {"invokeModel": {"body": "YWJjZGVmZ2g="}}}
    assert Service().answer(received(path=f"/model/{MODEL}/count-tokens", body=body)) == Json({"inputTokens": 2})


def test_a_conversation_to_count_is_checked():
    bad = {"messages": [{"role": "assistant", "content": [{"text": "x"}]}]}
    assert (
        "must start"
        in refusal(received(path=f"/model/{MODEL}/count-tokens", body={"input": {"converse": bad}})).message
    )


def test_models_and_profiles_are_listed():
    service = Service()
    assert service.answer(received("GET", "/foundation-models?byProvider=Nobody", b"")).body == {"modelSummaries": []}
    page = service.answer(received("GET", "/inference-profiles?maxResults=2&type=SYSTEM_DEFINED", b"")).body
    assert len(page["inferenceProfileSummaries"]) == 2


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("POST", f"/model/{MODEL}/invoke"), ("GET", f"/model/{MODEL}/converse")]
)
def test_what_the_endpoint_has_not_is_said(method, path):
    error = refusal(received(method, path))
    assert (error.status, error.code) == (404, "UnknownOperationException")
    assert "It answers Converse, ConverseStream" in error.message
