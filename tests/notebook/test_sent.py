"""Every option, as the endpoint received it: from a cell's first line, from Python, and as a default."""

import base64
import json
from pathlib import Path

import pytest

import bedrock_nb as bnb
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.options.table import OPTIONS, Group

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ECHO = "local.scripted-echo-v1:0"
CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
PROMPT_ARN = "arn:aws:bedrock:us-east-1:000000000000:prompt/ABCDEFGHIJ:1"
ANSWER = [
    {"messageStart": {"role": "assistant"}},
    {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "Well."}}},
    {"contentBlockStop": {"contentBlockIndex": 0}},
    {"messageStop": {"stopReason": "end_turn"}},
]
POINT = {"cachePoint": {"type": "default"}}

# For each option: what stands on the first line, the keywords in Python that mean the same, and what of the body
# of the request it gives.
SENT = {
    "system": ("-s 'Be brief.'", {"system": "Be brief."}, {"system": [{"text": "Be brief."}]}),
    "temperature": ("-t 0.25", {"temperature": 0.25}, {"inferenceConfig": {"temperature": 0.25}}),
    "top_p": ("--top-p 0.5", {"top_p": 0.5}, {"inferenceConfig": {"topP": 0.5}}),
    "max_tokens": ("--max-tokens 300", {"max_tokens": 300}, {"inferenceConfig": {"maxTokens": 300}}),
    "stop": ("--stop END '\n'", {"stop": ["END", "\n"]}, {"inferenceConfig": {"stopSequences": ["END", "\n"]}}),
    "thinking": (
        f"-m {CLAUDE} --thinking 2000",
        {"model": CLAUDE, "thinking": 2000},
        {"additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 2000}}},
    ),
    "effort": ("--effort low", {"effort": "low"}, {"outputConfig": {"effort": "low"}}),
    "guardrail": (
        "--guardrail gr12345678:3",
        {"guardrail": "gr12345678:3"},
        {"guardrailConfig": {"guardrailIdentifier": "gr12345678", "guardrailVersion": "3"}},
    ),
    "guardrail_trace": (
        "--guardrail gr12345678 --guardrail-trace enabled_full",
        {"guardrail": "gr12345678", "guardrail_trace": "enabled_full"},
        {
            "guardrailConfig": {
                "guardrailIdentifier": "gr12345678",
                "guardrailVersion": "DRAFT",
                "trace": "enabled_full",
            }
        },
    ),
    "guardrail_mode": (
        "--guardrail gr12345678 --guardrail-mode async",
        {"guardrail": "gr12345678", "guardrail_mode": "async"},
        {
            "guardrailConfig": {
                "guardrailIdentifier": "gr12345678",
                "guardrailVersion": "DRAFT",
                "streamProcessingMode": "async",
            }
        },
    ),
    "cache_prompt": (
        "-s 'Be brief.' --cache-prompt",
        {"system": "Be brief.", "cache_prompt": True},
        {
            "system": [{"text": "Be brief."}, POINT],
            "messages": [{"role": "user", "content": [{"text": "Hello"}, POINT]}],
        },
    ),
    "service_tier": ("--service-tier flex", {"service_tier": "flex"}, {"serviceTier": {"type": "flex"}}),
    "latency": ("--latency optimized", {"latency": "optimized"}, {"performanceConfig": {"latency": "optimized"}}),
    "fields": (
        """--fields '{"top_k": 5}'""",
        {"fields": {"top_k": 5}},
        {"additionalModelRequestFields": {"top_k": 5}},
    ),
    "response_paths": (
        "--response-paths /stop_sequence /other",
        {"response_paths": ["/stop_sequence", "/other"]},
        {"additionalModelResponseFieldPaths": ["/stop_sequence", "/other"]},
    ),
    "metadata": (
        "--metadata team=search cost='a b'",
        {"metadata": {"team": "search", "cost": "a b"}},
        {"requestMetadata": {"team": "search", "cost": "a b"}},
    ),
    "variables": (
        f"-m {PROMPT_ARN} --variables city=Oslo",
        {"model": PROMPT_ARN, "variables": {"city": "Oslo"}},
        {"promptVariables": {"city": {"text": "Oslo"}}},
    ),
    "attach": (
        "--attach chart.png 'the report.md' s3://bucket/film.mp4",
        {"attach": ["chart.png", Path("the report.md"), "s3://bucket/film.mp4"]},
        {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"image": {"format": "png", "source": {"bytes": base64.b64encode(PNG).decode()}}},
                        {
                            "document": {
                                "format": "md",
                                "name": "the report",
                                "source": {"bytes": base64.b64encode(b"# Report").decode()},
                            }
                        },
                        {"video": {"format": "mp4", "source": {"s3Location": {"uri": "s3://bucket/film.mp4"}}}},
                        {"text": "Hello"},
                    ],
                }
            ]
        },
    ),
    "schema": (
        "--schema form",
        {"schema": {"title": "form", "type": "object", "properties": {"a": {"type": "string"}}}},
        {
            "outputConfig": {
                "textFormat": {
                    "type": "json_schema",
                    "structure": {
                        "jsonSchema": {
                            "schema": json.dumps(
                                {"title": "form", "type": "object", "properties": {"a": {"type": "string"}}}
                            ),
                            "name": "form",
                        }
                    },
                }
            }
        },
    ),
    "schema_mode": (
        "--schema form --schema-mode tool",
        {
            "schema": {"title": "form", "type": "object", "properties": {"a": {"type": "string"}}},
            "schema_mode": "tool",
        },
        {
            "toolConfig": {
                "tools": [
                    {
                        "toolSpec": {
                            "name": "form",
                            "description": "Give your answer by calling this.",
                            "inputSchema": {
                                "json": {"title": "form", "type": "object", "properties": {"a": {"type": "string"}}}
                            },
                        }
                    }
                ],
                "toolChoice": {"tool": {"name": "form"}},
            }
        },
    ),
    "tools": (
        "--tools shout",
        {"tools": ["shout"]},
        {
            "toolConfig": {
                "tools": [
                    {
                        "toolSpec": {
                            "name": "shout",
                            "description": "Say it louder.",
                            "inputSchema": {
                                "json": {
                                    "type": "object",
                                    "properties": {"words": {"type": "string"}},
                                    "required": ["words"],
                                }
                            },
                        }
                    }
                ]
            }
        },
    ),
    "tool_choice": (
        "--tools shout --tool-choice shout",
        {"tools": ["shout"], "tool_choice": "shout"},
        {"toolChoice": {"tool": {"name": "shout"}}},
    ),
}
ELSEWHERE = {"model"}
"""Seen in every other test: the model id is in the request's path."""


def shout(words: str) -> str:
    """Say it louder."""
    return words.upper()


FORM = {"title": "form", "type": "object", "properties": {"a": {"type": "string"}}}


@pytest.fixture
def files(tmp_path):
    (tmp_path / "chart.png").write_bytes(PNG)
    (tmp_path / "the report.md").write_bytes(b"# Report")


@pytest.fixture
def received(endpoint, files, monkeypatch):
    """The body of the last converse-stream request."""
    for model in (CLAUDE, PROMPT_ARN):
        endpoint.play(ANSWER, model_id=model)
    monkeypatch.setenv("BEDROCK_NB_MODEL", ECHO)

    def last():
        return next(each for each in reversed(endpoint.requests) if each.path.endswith("/converse-stream"))

    return last


def within(part, whole):
    """The members of the body that the expected part names."""
    if set(part) == {"toolChoice"}:
        whole = whole["toolConfig"]
    return {name: whole.get(name) for name in part}


def test_every_option_of_the_request_is_tried():
    assert set(SENT) | ELSEWHERE == {option.name for option in OPTIONS if option.group is Group.REQUEST}


@pytest.mark.parametrize("name", SENT)
def test_an_option_on_the_first_line_reaches_the_endpoint(name, run, shell, received):
    line, _, expected = SENT[name]
    shell.user_ns |= {"shout": shout, "form": FORM}
    line = line.replace("'\n'", "{{chr(10)}}")
    result = run(f"%%bedrock --no-display {line}\nHello")
    assert result.error_in_exec is None
    assert within(expected, received().body) == expected


@pytest.mark.parametrize("name", SENT)
def test_the_keyword_in_python_gives_the_same_request(name, received):
    _, keywords, expected = SENT[name]
    if "tools" in keywords:
        keywords = keywords | {"tools": [shout]}
    bnb.stream("Hello", **keywords).raise_for_error()
    assert within(expected, received().body) == expected


DEFAULTS = [option.name for option in OPTIONS if option.is_setting and option.name in SENT]


def other_options(name):
    """What has to be given with an option so that it means something."""
    return {each: value for each, value in SENT[name][1].items() if each not in {name, "tools"}}


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_project_can_set_it_for_all_calls(name, received, tmp_path):
    value = SENT[name][1][name]
    (tmp_path / "pyproject.toml").write_text(f"[tool.bedrock-nb]\n{name.replace('_', '-')} = {as_toml(value)}\n")
    tools = {"tools": [shout]} if name == "tool_choice" else {}
    bnb.stream("Hello", **other_options(name), **tools).raise_for_error()
    assert within(SENT[name][2], received().body) == SENT[name][2]


def as_toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {json.dumps(each)}" for name, each in value.items()) + "}"
    return json.dumps(value)


def test_the_model_is_asked_for_untouched(received):
    arn = "arn:aws:bedrock:us-east-1:000000000000:inference-profile/us.local.scripted-echo-v1:0"
    bnb.stream("Hello", model=arn).raise_for_error()
    assert received().model_id == arn


def test_members_without_an_option_go_by_their_own_names(received):
    bnb.stream("Hello", inference_config={"maxTokens": 5}).raise_for_error()
    assert received().body["inferenceConfig"] == {"maxTokens": 5}


def test_a_member_given_whole_leaves_no_room_for_defaults(received, monkeypatch):
    monkeypatch.setenv("BEDROCK_NB_MAX_TOKENS", "100")
    bnb.stream("Hello", inference_config={"temperature": 0.5}).raise_for_error()
    assert received().body["inferenceConfig"] == {"temperature": 0.5}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"temprature": 0.5}, "There is no option `temprature`. Did you mean `temperature`?"),
        ({"temperature": 2}, "`temperature` takes a number from 0 to 1, not 2"),
        ({"max_tokens": True}, "`max_tokens` takes a whole number"),
        ({"chat": "x"}, "`chat` is an option of cells. From Python a chat is a `bedrock_nb.Conversation()`."),
        ({"endpoint_url": "notaurl"}, "`endpoint_url` takes an address that begins with http:// or https://"),
        ({"attach": 5}, "`attach` takes files, s3:// addresses or content blocks, not 5"),
        ({"thinking": 2000}, "It is not known how local.scripted-echo-v1:0 is told how much to think."),
        ({"attach": "missing.png"}, "The file 'missing.png' cannot be read"),
        ({"attach": "s3://bucket/unknown.thing"}, "does not tell which kind of file"),
        ({"fields": {"thinking": 1}, "thinking": 2000, "model": CLAUDE}, "`thinking` is given twice"),
    ],
)
def test_a_wrong_option_is_told_and_nothing_is_sent(options, said, received, endpoint):
    before = len(endpoint.requests)
    with pytest.raises(InvalidInput) as told:
        bnb.stream("Hello", **options)
    assert said in str(told.value)
    assert len(endpoint.requests) == before
