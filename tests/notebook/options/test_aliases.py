import pytest

import bedrock_nb as bnb
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.options.aliases import resolved


def test_an_alias_stands_for_a_model_in_every_call(endpoint):
    bnb.alias("echo", "local.scripted-echo-v1:0")
    assert bnb.converse("Hello", model="echo").text == "Hello"
    assert endpoint.requests[-1].model_id == "local.scripted-echo-v1:0"


def test_a_default_model_may_be_an_alias(endpoint):
    bnb.alias("echo", "local.scripted-echo-v1:0")
    bnb.use("echo")
    assert bnb.converse("Hello").text == "Hello"


def test_the_notebooks_alias_comes_before_the_projects(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.bedrock-nb.aliases]\nsmall = "p.small"\nlarge = "p.large"\n')
    bnb.alias("small", "n.small")
    assert (resolved("small"), resolved("large")) == ("n.small", "p.large")
    origins = {row["alias"]: row["from"] for row in bnb.aliases()}
    assert origins["small"] == "%bedrock alias"
    assert origins["large"].startswith("[tool.bedrock-nb.aliases] in ")


def test_an_alias_can_be_taken_back():
    bnb.alias("small", "n.small")
    bnb.alias("small", None)
    assert resolved("small") == "small"
    with pytest.raises(InvalidInput, match="There is no alias"):
        bnb.alias("small", None)


@pytest.mark.parametrize("name", ["a.b", "a:b", "arn:x", "a b", ""])
def test_what_could_be_a_models_own_name_cannot_be_an_alias(name):
    with pytest.raises(InvalidInput, match="cannot be an alias"):
        bnb.alias(name, "m.m")


@pytest.mark.parametrize("model", ["us.amazon.nova-lite-v1:0", "arn:aws:bedrock:us-east-1::foundation-model/x", "gpt"])
def test_any_other_text_passes_through(model):
    assert resolved(model) == model
