"""Which policies of a guardrail fired, from its trace (`GuardrailTraceAssessment` in botocore's service model).

What a policy matched is not repeated here: it is what the guardrail keeps from being shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from bedrock_nb.core.events import Wire

_POLICIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "topicPolicy": ("Denied topic", ("topics",)),
    "contentPolicy": ("Content filter", ("filters",)),
    "wordPolicy": ("Word filter", ("customWords", "managedWordLists")),
    "sensitiveInformationPolicy": ("Sensitive information", ("piiEntities", "regexes")),
    "contextualGroundingPolicy": ("Contextual grounding", ("filters",)),
}
"""The name of each policy, and the lists in which it says what it found."""


def fired_policies(trace: Wire) -> tuple[str, ...]:
    """One line for each finding, such as "Content filter: VIOLENCE (high confidence), blocked in the input"."""
    lines = [
        line
        for assessment, where in _assessments(trace)
        for line in (*_listed(assessment, where), *_automated_reasoning(assessment, where))
    ]
    return tuple(dict.fromkeys(lines))


def _assessments(trace: Wire) -> Iterator[tuple[Wire, str]]:
    for member, where in (("inputAssessment", "the input"), ("outputAssessments", "the output")):
        by_guardrail = trace.get(member)
        for value in by_guardrail.values() if isinstance(by_guardrail, dict) else ():
            for assessment in value if isinstance(value, list) else [value]:
                if isinstance(assessment, dict):
                    yield assessment, where


def _listed(assessment: Wire, where: str) -> Iterator[str]:
    for member, (title, lists) in _POLICIES.items():
        policy = assessment.get(member)
        lists_found = [_dicts(policy.get(name)) for name in lists] if isinstance(policy, dict) else []
        for found in chain.from_iterable(lists_found):
            if _fired(found):
                yield f"{title}: {_what(found)}, {_done_about(found)} in {where}"


def _fired(found: Wire) -> bool:
    return bool(found.get("detected")) or found.get("action") not in {None, "NONE"}


def _what(found: Wire) -> str:
    if isinstance(found.get("score"), (int, float)):
        return f"{found.get('type')} {found['score']:.2f}, threshold {found.get('threshold')}"
    name = found.get("name") or found.get("type") or "a word of the list"
    confidence = found.get("confidence")
    return f"{name} ({confidence.lower()} confidence)" if isinstance(confidence, str) else str(name)


def _done_about(found: Wire) -> str:
    return {"BLOCKED": "blocked", "ANONYMIZED": "masked"}.get(str(found.get("action")), "found")


def _automated_reasoning(assessment: Wire, where: str) -> Iterator[str]:
    policy = assessment.get("automatedReasoningPolicy")
    for finding in _dicts(policy.get("findings")) if isinstance(policy, dict) else ():
        kind = next(iter(finding), "")
        if kind and kind != "valid":
            yield f"Automated reasoning: {_in_words(kind)} in {where}"


def _in_words(name: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)


def _dicts(value: Any) -> list[Wire]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
