import re

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from bedrock_nb.local.steps import ServiceError
from bedrock_nb.local.validation import PYTHON_TYPES, check_request

MODEL = "local.scripted-default-v1:0"


def request(**members):
    return {"modelId": MODEL, "messages": [{"role": "user", "content": [{"text": "hi"}]}], **members}


def refusal(params, operation="ConverseStream"):
    with pytest.raises(ServiceError) as caught:
        check_request(operation, params)
    assert (caught.value.code, caught.value.status) == ("ValidationException", 400)
    return caught.value.message


def content(block):
    return request(messages=[{"role": "user", "content": [block]}])


def every_shape(shape, seen):
    """The shape and all within it, each once."""
    if shape.name in seen:
        return
    seen[shape.name] = shape
    match shape.type_name:
        case "structure":
            inner = shape.members.values()
        case "list":
            inner = [shape.member]
        case "map":
            inner = [shape.key, shape.value]
        case _:
            inner = []
    for one in inner:
        every_shape(one, seen)


@pytest.fixture(scope="module")
def shapes():
    model = ServiceModel(Loader().load_service_model("bedrock-runtime", "service-2"))
    seen = {}
    for operation in ("Converse", "ConverseStream", "CountTokens"):
        every_shape(model.operation_model(operation).input_shape, seen)
    return seen


def test_every_type_of_the_request_is_known(shapes):
    assert {shape.type_name for shape in shapes.values()} <= PYTHON_TYPES.keys()


def test_every_pattern_of_the_request_is_one_that_python_reads(shapes):
    patterns = [shape.metadata["pattern"] for shape in shapes.values() if "pattern" in shape.metadata]
    assert patterns
    for pattern in patterns:
        re.compile(pattern)


def test_a_good_request_passes():
    check_request("ConverseStream", request(inferenceConfig={"temperature": 1, "maxTokens": 1}))


def test_what_is_missing_is_named_by_its_path():
    assert refusal(request(messages=[{"role": "user"}])) == (
        "1 validation error detected: Value null at 'messages.1.member.content' "
        "failed to satisfy constraint: Member must not be null"
    )


def test_all_errors_are_told_at_once():
    message = refusal(request(inferenceConfig={"maxTokens": 0, "temperature": 2}))
    assert message.startswith("2 validation errors detected: ")
    assert (
        "'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1"
        in message
    )
    assert (
        "'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1"
        in message
    )


@pytest.mark.parametrize(
    ("params", "part"),
    [
        (request(mesages=[]), "at 'mesages' failed to satisfy constraint: Member is not known; the known ones are: "),
        (request(messages="hi"), "Value 'hi' at 'messages' failed to satisfy constraint: Member must be a list"),
        (
            request(messages=[None]),
            "Value null at 'messages.1.member' failed to satisfy constraint: Member must not be",
        ),
        (
            request(messages=[{"role": "robot", "content": []}]),
            "Member must satisfy enum value set: [user, assistant, system]",
        ),
        (
            request(inferenceConfig={"maxTokens": True}),
            "at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must be a integer",
        ),
        (request(inferenceConfig={"maxTokens": 1.5}), "Member must be a integer"),
        (
            request(inferenceConfig={"stopSequences": [""]}),
            "'inferenceConfig.stopSequences.1.member' failed to satisfy constraint: Member must have length greater",
        ),
        (
            request(toolConfig={"tools": []}),
            "at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (request(requestMetadata={"a": "b" * 257}), "at 'requestMetadata.a'"),
        (request(requestMetadata={"ä": "b"}), "at 'requestMetadata.key'"),
        (request(additionalModelResponseFieldPaths=["/x"] * 11), "Member must have length less than or equal to 10"),
        (
            content({"text": "a", "image": {"format": "png", "source": {"bytes": "aGk="}}}),
            "Member must set exactly one of: text, image",
        ),
        (
            content({}),
            "at 'messages.1.member.content.1.member' failed to satisfy constraint: Member must set exactly one of",
        ),
        (content({"image": {"format": "bmp", "source": {"bytes": "aGk="}}}), "Value 'bmp'"),
        (content({"image": {"format": "png", "source": {"bytes": "no base64"}}}), "Member must be base64"),
        (
            content({"image": {"format": "png", "source": {"bytes": ""}}}),
            "Member must have length greater than or equal to 1",
        ),
        (
            content({"image": {"format": "png", "source": {"s3Location": {"uri": "http://x"}}}}),
            "Member must satisfy regular expression",
        ),
        (content({"toolUse": {"toolUseId": "a b", "name": "f", "input": {}}}), "Value 'a b'"),
    ],
)
def test_each_kind_of_mistake_is_refused(params, part):
    assert part in refusal(params)


def test_documents_of_json_may_hold_anything():
    check_request("ConverseStream", request(additionalModelRequestFields={"a": [None, 1.5, {"b": True}]}))


def test_long_values_are_quoted_in_part():
    assert len(refusal(request(messages="x" * 10_000))) < 300
