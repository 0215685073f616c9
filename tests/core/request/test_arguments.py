import json

import pytest

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.request.arguments import MEMBERS, SHORT_NAMES, build_request, copied

HI = {"role": "user", "content": [{"text": "Hi"}]}


def built(**options):
    request = build_request(model="a.b", prompt="Hi", **options)
    assert request.pop("modelId") == "a.b"
    assert request.pop("messages") == [HI]
    return request


@pytest.mark.parametrize(
    ("options", "members"),
    [
        ({}, {}),
        ({"temperature": None, "system": None}, {}),
        ({"system": "Be brief."}, {"system": [{"text": "Be brief."}]}),
        (
            {"system": ["A", {"cachePoint": {"type": "default"}}]},
            {"system": [{"text": "A"}, {"cachePoint": {"type": "default"}}]},
        ),
        (
            {"max_tokens": 5, "temperature": 0, "top_p": 0.5, "stop": "END"},
            {"inferenceConfig": {"maxTokens": 5, "temperature": 0, "topP": 0.5, "stopSequences": ["END"]}},
        ),
        ({"stop": ["A", "B"]}, {"inferenceConfig": {"stopSequences": ["A", "B"]}}),
        (
            {"temperature": 0, "inference_config": {"maxTokens": 5}},
            {"inferenceConfig": {"temperature": 0, "maxTokens": 5}},
        ),
        (
            {"inferenceConfig": {"maxTokens": 5}, "temperature": 0},
            {"inferenceConfig": {"temperature": 0, "maxTokens": 5}},
        ),
        (
            {"tools": [{"toolSpec": {}}], "tool_choice": "any"},
            {"toolConfig": {"tools": [{"toolSpec": {}}], "toolChoice": {"any": {}}}},
        ),
        (
            {"tools": {"toolSpec": {}}, "tool_choice": "sum"},
            {"toolConfig": {"tools": [{"toolSpec": {}}], "toolChoice": {"tool": {"name": "sum"}}}},
        ),
        (
            {"tools": [{"toolSpec": {}}], "tool_choice": {"auto": {}}},
            {"toolConfig": {"tools": [{"toolSpec": {}}], "toolChoice": {"auto": {}}}},
        ),
        ({"guardrail": "abc:2"}, {"guardrailConfig": {"guardrailIdentifier": "abc", "guardrailVersion": "2"}}),
        (
            {
                "guardrail": "arn:aws:bedrock:us-east-1:1:guardrail/abc",
                "guardrail_trace": "enabled",
                "guardrail_mode": "async",
            },
            {
                "guardrailConfig": {
                    "guardrailIdentifier": "arn:aws:bedrock:us-east-1:1:guardrail/abc",
                    "guardrailVersion": "DRAFT",
                    "trace": "enabled",
                    "streamProcessingMode": "async",
                }
            },
        ),
        ({"guardrail": {"guardrailIdentifier": "x"}}, {"guardrailConfig": {"guardrailIdentifier": "x"}}),
        ({"additional_fields": {"top_k": 5}}, {"additionalModelRequestFields": {"top_k": 5}}),
        ({"additional_response_paths": "/a"}, {"additionalModelResponseFieldPaths": ["/a"]}),
        (
            {"prompt_variables": {"a": "b", "c": {"text": "d"}}},
            {"promptVariables": {"a": {"text": "b"}, "c": {"text": "d"}}},
        ),
        ({"metadata": {"team": "x"}}, {"requestMetadata": {"team": "x"}}),
        ({"latency": "optimized"}, {"performanceConfig": {"latency": "optimized"}}),
        ({"service_tier": "flex"}, {"serviceTier": {"type": "flex"}}),
        ({"service_tier": {"type": "flex"}}, {"serviceTier": {"type": "flex"}}),
        ({"effort": "low", "output_config": {"textFormat": {}}}, {"outputConfig": {"effort": "low", "textFormat": {}}}),
    ],
)
def test_options_become_members_of_the_request(options, members):
    assert built(**options) == members


ARN_OF_A_GUARDRAIL = "arn:aws:bedrock:us-east-1:111122223333:guardrail/x"


@pytest.mark.parametrize(
    ("written", "identifier", "version"),
    [
        ("x", "x", "DRAFT"),
        ("x:3", "x", "3"),
        (" x:DRAFT ", "x", "DRAFT"),
        (ARN_OF_A_GUARDRAIL, ARN_OF_A_GUARDRAIL, "DRAFT"),
        (f"{ARN_OF_A_GUARDRAIL}:3", ARN_OF_A_GUARDRAIL, "3"),
    ],
)
def test_a_guardrail_is_an_id_or_an_arn_and_without_a_version_its_draft(written, identifier, version):
    config = built(guardrail=written)["guardrailConfig"]
    assert config == {"guardrailIdentifier": identifier, "guardrailVersion": version}


@pytest.mark.parametrize(
    ("written", "missing"),
    [("x:", "version"), (f"{ARN_OF_A_GUARDRAIL}:", "version"), (":1", "id"), ("x/", "id"), (" ", "id"), ("", "id")],
)
def test_a_guardrail_without_an_id_or_with_half_a_version_is_refused(written, missing):
    with pytest.raises(InvalidInput, match=f"`guardrail` cannot be .*: it has no {missing}"):
        built(guardrail=written)


def test_an_output_schema_is_written_as_the_service_wants_it():
    schema = {"type": "object"}
    text_format = built(output_schema=schema)["outputConfig"]["textFormat"]
    assert text_format["type"] == "json_schema"
    assert json.loads(text_format["structure"]["jsonSchema"]["schema"]) == schema


def test_a_prompt_is_text_a_block_or_several():
    image = {"image": {"format": "png", "source": {"bytes": b"p"}}}
    assert build_request(model="a.b", prompt=["Look:", image])["messages"][0]["content"] == [{"text": "Look:"}, image]
    assert build_request(model="a.b", prompt=image)["messages"][0]["content"] == [image]


def test_a_prompt_comes_after_the_messages_and_answers_their_open_calls():
    call = {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": "sum", "input": {}}}]}
    before = [HI, call]
    messages = build_request(model="a.b", prompt="Go on.", messages=before)["messages"]
    assert messages[:2] == before
    assert [next(iter(part)) for part in messages[2]["content"]] == ["toolResult", "text"]
    assert len(before) == 2


def test_texts_stand_for_blocks_in_messages():
    request = build_request(model="a.b", messages=[{"role": "user", "content": "Hi"}])
    assert request["messages"] == [HI]


@pytest.mark.parametrize("name", ["stop", "system", "messages", "prompt", "prompt_variables"])
def test_a_value_of_a_wrong_kind_is_refused_by_the_name_of_its_option(name):
    with pytest.raises(InvalidInput, match=name.replace("_", ".")):
        build_request(**{"model": "a.b", "prompt": "Hi", name: 5})


def test_a_copy_shares_nothing_that_can_change():
    data = bytearray(b"abc")
    request = {"messages": [{"role": "user", "content": [{"image": {"source": {"bytes": data}}}, {"text": "Hi"}]}]}
    kept = copied(request)
    assert kept == request
    request["messages"][0]["content"].pop()
    data.clear()
    assert kept["messages"][0]["content"] == [{"image": {"source": {"bytes": b"abc"}}}, {"text": "Hi"}]


def test_what_was_given_is_not_changed():
    config = {"maxTokens": 5}
    built(inference_config=config, temperature=1)
    assert config == {"maxTokens": 5}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("temprature", "temperature"),
        ("max_token", "max_tokens"),
        ("maxTokens", "max_tokens"),
        ("infrenceConfig", "inferenceConfig"),
        ("inference_confg", "inference_config"),
        ("modelID", "modelId"),
        ("promt", "prompt"),
        ("service_teir", "service_tier"),
        ("stop_sequence", "stop"),
    ],
)
def test_a_name_that_is_not_known_is_refused_with_the_nearest(wrong, right):
    with pytest.raises(InvalidInput, match=f"`{wrong}` is no option of a request.") as caught:
        build_request(model="a.b", prompt="Hi", **{wrong: 1})
    assert f"`{right}`" in caught.value.message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prompt": "Hi"}, "No model"),
        ({"model": " ", "prompt": "Hi"}, "No model"),
        ({"model": "a.b"}, "nothing to send"),
        ({"model": "a.b", "messages": []}, "nothing to send"),
        ({"model": "a.b", "prompt": " "}, "blank"),
        ({"model": "a.b", "prompt": []}, "blank"),
        ({"model": "a.b", "prompt": ["a", "\n"]}, "blank"),
        ({"model": "a.b", "prompt": [7]}, "A prompt is text"),
        ({"model": "a.b", "prompt": [{"role": "user", "content": [{"text": "Hi"}]}]}, "are whole messages"),
        ({"model": "a.b", "messages": "Hi"}, "a list of dicts"),
        ({"model": "a.b", "messages": HI}, "a list of dicts"),
        ({"model": "a.b", "prompt": "Hi", "temperature": 1, "inferenceConfig": {"temperature": 0}}, "twice"),
        ({"model": "a.b", "modelId": "c.d", "prompt": "Hi"}, "twice"),
        ({"model": "a.b", "prompt": "Hi", "inferenceConfig": "warm", "temperature": 1}, "has to be a dict"),
        ({"model": "a.b", "prompt": {"document": {"name": "a_b", "source": {"text": "x"}}}}, "cannot be named"),
    ],
)
def test_what_cannot_be_sent_is_refused_in_words(options, message):
    with pytest.raises(InvalidInput, match=message):
        build_request(**options)


@pytest.mark.parametrize("arn", ["arn:aws:bedrock:us-east-1:111122223333:prompt/ABCDEFGHIJ:1"])
def test_a_prompt_of_prompt_management_needs_no_message(arn):
    assert build_request(model=arn, prompt_variables={"a": "b"}) == {
        "modelId": arn,
        "promptVariables": {"a": {"text": "b"}},
    }


def test_ids_and_arns_go_through_untouched():
    arn = "arn:aws:sagemaker:us-east-1:111122223333:endpoint/Mine"
    assert build_request(model=arn, prompt="Hi")["modelId"] == arn


def test_every_member_has_a_way_to_be_set():
    set_by_short_names = {path[0] for path, _ in SHORT_NAMES.values()}
    assert set(MEMBERS) - set_by_short_names == {"messages", "system", "promptVariables"}


TOOLS = [{"toolSpec": {"name": "rain", "inputSchema": {"json": {}}}}]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"tool_choice": "any"}, "A choice of tools is given, and no tools to choose from."),
        ({"tool_choice": "rian", "tools": TOOLS}, "`rian`, is not among the tools. Did you mean `rain`?"),
    ],
)
def test_a_choice_of_tools_that_are_not_there_is_told(options, said):
    with pytest.raises(InvalidInput) as told:
        build_request(prompt="x", model="m", **options)
    assert said in told.value.message


def test_a_choice_among_the_services_own_tools_is_left_to_the_service():
    own = {"systemTool": {"name": "search"}}
    assert build_request(prompt="x", model="m", tools=[*TOOLS, own], tool_choice="other")
