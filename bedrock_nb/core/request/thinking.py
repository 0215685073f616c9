"""How much a model thinks before it answers, in the words of each model family.

Converse has no common member for it: each family has fields of its own among `additionalModelRequestFields`. The table
below is all that is known of them here. Its sources: the Bedrock user guide ("Extended thinking" and "Adaptive
thinking" of Anthropic Claude, "OpenAI models"), the Amazon Nova 2 user guide ("Extended thinking"), and what Converse
was seen to accept for OpenAI's newer models, DeepSeek V3 and Kimi K2 (issues 283 of stdapi.ai, 1188 and 1261 of
langchain-aws).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bedrock_nb.core.errors import InvalidInput

Fields = dict[str, Any]

LEAST_CLAUDE_BUDGET = 1024
"""Tokens. The Bedrock user guide, "Extended thinking"."""

_TO_MAX = ("low", "medium", "high", "xhigh", "max")
_TO_HIGH = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Family:
    """A family of models, told by their ids, and the fields that say how much they think.

    None where the family does not know a way to say it; `note` says what to do then.
    """

    title: str
    ids: re.Pattern[str]
    budget: Callable[[int], Fields] | None = None
    level: Callable[[str], Fields] | None = None
    levels: tuple[str, ...] = ()
    adaptive: Fields | None = None
    off: Fields | None = None
    least_budget: int = 1
    note: str = ""


def _claude_budget(tokens: int) -> Fields:
    return {"thinking": {"type": "enabled", "budget_tokens": tokens}}


def _claude_level(level: str) -> Fields:
    return {"thinking": {"type": "adaptive"}, "output_config": {"effort": level}}


def _nova_level(level: str) -> Fields:
    return {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": level}}


def _flat_level(level: str) -> Fields:
    return {"reasoning_effort": level}


def _openai_level(level: str) -> Fields:
    return {"reasoning": {"effort": level}}


FAMILIES = (
    Family(
        "Claude up to 4.5",
        re.compile(r"anthropic\.claude-(?:3-7-sonnet|(?:opus|sonnet|haiku)-4(?:-[15])?(?:-\d{8}|-v\d|$))"),
        budget=_claude_budget,
        off={"thinking": {"type": "disabled"}},
        least_budget=LEAST_CLAUDE_BUDGET,
    ),
    Family(
        "Claude 4.6",
        re.compile(r"anthropic\.claude-(?:opus|sonnet|haiku)-4-6\b"),
        budget=_claude_budget,
        level=_claude_level,
        levels=_TO_MAX,
        adaptive={"thinking": {"type": "adaptive"}},
        off={"thinking": {"type": "disabled"}},
        least_budget=LEAST_CLAUDE_BUDGET,
    ),
    Family(
        "Claude from 4.7 on",
        re.compile(r"anthropic\.claude-[a-z]+-(?:4-[7-9]|[5-9]|\d\d(?!\d))(?!\d)"),
        level=_claude_level,
        levels=_TO_MAX,
        adaptive={"thinking": {"type": "adaptive"}},
        note="It decides for itself how many tokens it spends.",
    ),
    Family(
        "Amazon Nova 2",
        re.compile(r"amazon\.nova-2-"),
        level=_nova_level,
        levels=_TO_HIGH,
        off={"reasoningConfig": {"type": "disabled"}},
    ),
    Family("gpt-oss", re.compile(r"openai\.gpt-oss-"), level=_flat_level, levels=_TO_HIGH),
    Family(
        "OpenAI GPT",
        re.compile(r"openai\.gpt-(?!oss)"),
        level=_openai_level,
        levels=_TO_MAX,
        off={"reasoning": {"effort": "none"}},
    ),
    Family("DeepSeek R1", re.compile(r"deepseek\.r1"), note="It always thinks, and has no setting for it."),
    Family("DeepSeek V3", re.compile(r"deepseek\.v3"), level=_flat_level, levels=_TO_HIGH),
    Family("Kimi K2", re.compile(r"moonshot(?:ai)?\.kimi-k2"), level=_flat_level, levels=_TO_HIGH),
)
"""The first family whose ids match is the model's."""


def thinking_fields(model: str, amount: int | str) -> Fields:
    """The `additionalModelRequestFields` that make this model think this much.

    Args:
        model: A model id, inference profile or ARN.
        amount: A budget in tokens; or a level such as `low`; or `adaptive`, where the model decides; or `off`.

    Raises:
        InvalidInput: The model's family is not known, or has no such setting.
    """
    family = next((family for family in FAMILIES if family.ids.search(model)), None)
    if family is None:
        raise InvalidInput(
            f"It is not known how {model} is told how much to think.",
            advice="Look up the fields in the model's documentation and pass them with --fields (fields= in Python), "
            """for example --fields '{"reasoning_effort": "high"}'.""",
        )
    fields = _fields(family, amount)
    if fields is None:
        raise InvalidInput(f"{model} cannot be told to think {amount!r}. {_possible(family)}".strip())
    return fields


def _fields(family: Family, amount: int | str) -> Fields | None:
    match amount:
        case int() if family.budget and amount >= family.least_budget:
            return family.budget(amount)
        case "off":
            return family.off
        case "adaptive":
            return family.adaptive
        case str() if family.level and amount in family.levels:
            return family.level(amount)
    return None


def _possible(family: Family) -> str:
    ways = [*family.levels]
    if family.adaptive:
        ways.append("adaptive")
    if family.off:
        ways.append("off")
    if family.budget:
        ways.append(f"a budget from {family.least_budget} tokens on")
    takes = f"{family.title} takes {', '.join(ways[:-1])}{' or ' if ways[1:] else ''}{ways[-1]}." if ways else ""
    return f"{takes} {family.note}".strip()
