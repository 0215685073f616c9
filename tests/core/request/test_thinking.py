import pytest

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.request.thinking import FAMILIES, thinking_fields

OLDER_CLAUDE = (
    "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
    "anthropic.claude-sonnet-4-20250514-v1:0",
    "eu.anthropic.claude-opus-4-1-20250805-v1:0",
    "global.anthropic.claude-haiku-4-5-20251001-v1:0",
    "us.anthropic.claude-opus-4-5-v1:0",
)
NEWER_CLAUDE = (
    "us.anthropic.claude-opus-4-7",
    "us.anthropic.claude-opus-4-8-v1:0",
    "anthropic.claude-sonnet-5-v1:0",
    "global.anthropic.claude-fable-5-1-v1:0",
    "us.anthropic.claude-haiku-5-5",
)


@pytest.mark.parametrize("model", OLDER_CLAUDE)
def test_claude_up_to_4_5_takes_a_budget(model):
    assert thinking_fields(model, 4000) == {"thinking": {"type": "enabled", "budget_tokens": 4000}}
    assert thinking_fields(model, "off") == {"thinking": {"type": "disabled"}}
    with pytest.raises(InvalidInput, match="a budget from 1024 tokens on"):
        thinking_fields(model, "high")


@pytest.mark.parametrize("model", ["us.anthropic.claude-sonnet-4-6", "us.anthropic.claude-opus-4-6-v1"])
def test_claude_4_6_takes_both(model):
    assert thinking_fields(model, 1024)["thinking"]["budget_tokens"] == 1024
    assert thinking_fields(model, "adaptive") == {"thinking": {"type": "adaptive"}}


@pytest.mark.parametrize("model", NEWER_CLAUDE)
def test_newer_claude_decides_for_itself_and_takes_an_effort(model):
    assert thinking_fields(model, "adaptive") == {"thinking": {"type": "adaptive"}}
    assert thinking_fields(model, "max") == {"thinking": {"type": "adaptive"}, "output_config": {"effort": "max"}}
    with pytest.raises(InvalidInput, match="It decides for itself"):
        thinking_fields(model, 4000)


@pytest.mark.parametrize(
    ("model", "amount", "fields"),
    [
        ("us.amazon.nova-2-lite-v1:0", "low", {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "low"}}),
        ("us.amazon.nova-2-lite-v1:0", "off", {"reasoningConfig": {"type": "disabled"}}),
        ("openai.gpt-oss-120b-1:0", "high", {"reasoning_effort": "high"}),
        ("us.openai.gpt-5.6-luna", "xhigh", {"reasoning": {"effort": "xhigh"}}),
        ("openai.gpt-6-sol", "off", {"reasoning": {"effort": "none"}}),
        ("deepseek.v3-v1:0", "high", {"reasoning_effort": "high"}),
        ("moonshot.kimi-k2-thinking", "medium", {"reasoning_effort": "medium"}),
        (
            "arn:aws:bedrock:us-east-1:000000000000:inference-profile/us.amazon.nova-2-lite-v1:0",
            "high",
            {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "high"}},
        ),
    ],
)
def test_each_family_has_fields_of_its_own(model, amount, fields):
    assert thinking_fields(model, amount) == fields


@pytest.mark.parametrize(
    ("model", "amount", "said"),
    [
        ("us.deepseek.r1-v1:0", "low", "It always thinks, and has no setting for it."),
        ("openai.gpt-oss-20b-1:0", 4000, "gpt-oss takes low, medium or high."),
        ("openai.gpt-oss-20b-1:0", "off", "gpt-oss takes low, medium or high."),
        ("us.amazon.nova-2-lite-v1:0", "max", "Amazon Nova 2 takes low, medium, high or off."),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", 100, "takes off or a budget from 1024 tokens on."),
    ],
)
def test_what_a_family_does_not_take_is_told_with_what_it_does(model, amount, said):
    with pytest.raises(InvalidInput) as told:
        thinking_fields(model, amount)
    assert said in str(told.value)


@pytest.mark.parametrize(
    "model",
    [
        "us.amazon.nova-lite-v1:0",
        "anthropic.claude-3-5-sonnet-20241022-v2:0",
        "anthropic.claude-v2",
        "meta.llama4-scout-17b-instruct-v1:0",
        "arn:aws:bedrock:us-east-1:000000000000:application-inference-profile/abcdef",
    ],
)
def test_for_a_model_of_no_known_family_fields_are_the_way(model):
    with pytest.raises(InvalidInput, match="It is not known") as told:
        thinking_fields(model, "high")
    assert "--fields" in told.value.advice


@pytest.mark.parametrize("model", [*OLDER_CLAUDE, *NEWER_CLAUDE, "us.anthropic.claude-opus-4-6-v1"])
def test_a_model_belongs_to_one_family(model):
    assert len([family for family in FAMILIES if family.ids.search(model)]) == 1
