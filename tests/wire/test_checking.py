import io

import pytest

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.request import content
from bedrock_nb.core.request.arguments import build_request
from bedrock_nb.core.request.masked import MASK
from bedrock_nb.wire.checking import check_request
from bedrock_nb.wire.source import converse_stream


def request(**members):
    return {"modelId": "a.b", "messages": [{"role": "user", "content": [{"text": "Hi"}]}], **members}


def test_a_right_request_passes():
    built = build_request(
        model="a.b",
        prompt=["Hi", content.image(b"GIF89a"), content.document(b"%PDF-", name="a"), content.cache_point("1h")],
        system="s",
        max_tokens=1,
        temperature=0,
        top_p=1,
        stop=["x"],
        tools=[{"toolSpec": {"name": "t", "inputSchema": {"json": {"any": {"thing": [1]}}}, "strict": True}}],
        tool_choice="t",
        guardrail="abc:1",
        guardrail_trace="enabled_full",
        guardrail_mode="sync",
        additional_fields={"top_k": 5},
        additional_response_paths="/a",
        prompt_variables={"a": "b"},
        metadata={"a": "b"},
        latency="standard",
        service_tier="flex",
        output_schema={"type": "object"},
        effort="low",
    )
    check_request(built)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"infrenceConfig": {}}, "`infrenceConfig` is not a known member. Did you mean `inferenceConfig`?"),
        (
            {"inferenceConfig": {"maxToken": 1}},
            "`maxToken` is not a known member of inferenceConfig. Did you mean `maxTokens`?",
        ),
        ({"inferenceConfig": {"max_tokens": 1}}, "Did you mean `maxTokens`?"),
        (
            {"messages": [{"role": "user", "content": [{"txt": "a"}]}]},
            "of messages[0].content[0]. Did you mean `text`?",
        ),
        ({"messages": [{"rol": "user", "content": []}]}, "of messages[0]. Did you mean `role`?"),
        (
            {"messages": [{"role": "usr", "content": []}]},
            "`usr` is not a known value of messages[0].role. Did you mean `user`?",
        ),
        ({"serviceTier": {"type": "prioritty"}}, "Did you mean `priority`?"),
        (
            {"toolConfig": {"tools": [{"toolSpec": {"nme": "x"}}]}},
            "of toolConfig.tools[0].toolSpec. Did you mean `name`?",
        ),
        ({"promptVariables": {"a": {"txt": "b"}}}, "of promptVariables.a."),
        ({"outputConfig": {"zzz": 1}}, "The known ones are `effort`, `textFormat`."),
        ({"modelId": 7}, "modelId"),
        ({"inferenceConfig": {"maxTokens": 0}}, "min value"),
        ({"inferenceConfig": {"maxTokens": "5"}}, "maxTokens"),
        (
            {"messages": [{"role": "user", "content": [{"text": "a", "image": {"format": "png", "source": {}}}]}]},
            "messages[0]",
        ),
        ({"messages": [{"role": "user"}]}, "content"),
    ],
)
def test_what_is_wrong_is_refused_in_words_before_anything_is_sent(members, said):
    with pytest.raises(InvalidInput) as caught:
        converse_stream(None, request(**members))
    assert said in caught.value.message
    assert "was not sent" in caught.value.message


def test_all_that_is_misspelt_is_told_at_once():
    with pytest.raises(InvalidInput) as caught:
        check_request(request(sytem=[], inferenceConfig={"topp": 1, "temprature": 0}))
    assert caught.value.message.count("Did you mean") == 3


def test_a_value_that_may_be_newer_than_this_botocore_is_sent():
    check_request(request(serviceTier={"type": "overnight"}))


def test_a_model_id_is_required():
    with pytest.raises(InvalidInput, match="modelId"):
        check_request({"messages": []})


def test_documents_may_hold_any_name():
    check_request(request(additionalModelRequestFields={"thinkin": {"type": "enabled"}}))


def test_an_open_file_where_bytes_belong_is_refused():
    image = {"image": {"format": "png", "source": {"bytes": io.BytesIO(b"png")}}}
    with pytest.raises(InvalidInput, match=r"image\.source\.bytes is an open file"):
        check_request(request(messages=[{"role": "user", "content": [image]}]))


def test_a_request_of_the_history_whose_model_is_masked_is_not_sent():
    masked = request(modelId=f"arn:aws:bedrock:us-east-1:{MASK}:application-inference-profile/team")

    with pytest.raises(InvalidInput, match=r"was not sent.*in modelId") as raised:
        converse_stream(None, masked)
    assert "{**recording.request, 'modelId': …}" in raised.value.advice
