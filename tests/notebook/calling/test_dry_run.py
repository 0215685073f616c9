import json

import pytest

import bedrock_nb as bnb
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.calling.dry_run import DryRun, elided

ECHO = "local.scripted-echo-v1:0"


def asked(endpoint):
    return [each.path.rpartition("/")[2] for each in endpoint.requests]


def test_the_request_is_shown_and_counted_and_the_model_is_not_asked(endpoint):
    before = len(endpoint.requests)
    dry = bnb.dry_run("How many tokens is this?", model=f"us.{ECHO}", system="Be brief.", max_tokens=5)
    assert asked(endpoint)[before:] == ["count-tokens"]
    assert endpoint.requests[-1].model_id == ECHO
    assert dry.input_tokens > 3
    assert f"a request of {dry.input_tokens} input tokens" in repr(dry)
    assert dry.request["inferenceConfig"] == {"maxTokens": 5}
    assert json.loads(repr(dry).partition("\n")[2]) == dry.request


def test_a_cell_says_the_same(endpoint, shell):
    before = len(endpoint.requests)
    result = shell.run_cell(f"%%bedrock dry << --dry-run -m {ECHO}\nHello")
    assert isinstance(result.result, DryRun)
    assert shell.user_ns["dry"] is result.result
    assert "converse-stream" not in asked(endpoint)[before:]


def test_a_service_that_cannot_count_is_no_failure(endpoint):
    dry = bnb.dry_run("Hello", model="local.unknown-v1:0")
    assert dry.input_tokens is None
    assert dry.problem.code == "ValidationException"
    assert "did not count. ValidationException: " in repr(dry)


def test_a_wrong_request_is_told(endpoint):
    with pytest.raises(InvalidInput):
        bnb.dry_run("Hello", model=ECHO, inference_config={"maxToken": 5})


def test_bytes_are_shown_by_their_size():
    assert elided({"a": [b"12345", ("x", None)], "b": {"c": b""}}) == {
        "a": ["<5 bytes>", ["x", None]],
        "b": {"c": "<0 bytes>"},
    }


def test_markdown_cannot_break_out_of_its_frame():
    hostile = "```\n# Not a heading\n````\n<img src=x>"
    markdown = DryRun({"modelId": "m", "messages": hostile})._repr_markdown_()
    fence = markdown.splitlines()[2].removesuffix("json")
    assert markdown.count(fence) == 2
    assert markdown.endswith(f"\n{fence}")
