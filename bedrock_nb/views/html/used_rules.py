"""Of a stylesheet what one finished panel needs: no script will ever give it another class."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_RULE = re.compile(
    r"(?P<condition>@[^{]+)\{(?P<rules>(?:[^{}]+\{[^{}]*\})*)\}|(?P<selectors>[^{}]+)\{(?P<says>[^{}]*)\}"
)
_IN_PARENTHESES = re.compile(r":[a-z-]+\([^()]*\)")
_CLASS = re.compile(r"bnb-[\w-]+")


@dataclass(frozen=True, slots=True)
class _Rule:
    """What to say where, each selector with the classes without which it matches nothing."""

    selectors: tuple[tuple[str, frozenset[str]], ...]
    says: str

    def used(self, there: frozenset[str]) -> str:
        kept = ",".join(selector for selector, asked_for in self.selectors if asked_for <= there)
        return f"{kept}{{{self.says}}}" if kept else ""


@dataclass(frozen=True, slots=True)
class _Condition:
    """Rules that hold in print, in the dark, in narrow panels. The steps of an animation are kept as they are."""

    condition: str
    text: str

    def used(self, there: frozenset[str]) -> str:
        is_animation = self.condition.startswith("@keyframes")
        kept = self.text if is_animation else "".join(rule.used(there) for rule in _rules(self.text))
        return f"{self.condition}{{{kept}}}" if kept else ""


def used_rules(css: str, html: str) -> str:
    """The rules of `css`, which has no comments, that can say something about this HTML."""
    there = frozenset(_CLASS.findall(html))
    return "".join(rule.used(there) for rule in _rules(css))


@cache
def _rules(css: str) -> tuple[_Rule | _Condition, ...]:
    return tuple(
        _Condition(found["condition"], found["rules"])
        if found["condition"]
        else _Rule(tuple((each, _asked_for(each)) for each in _each_of(found["selectors"])), found["says"])
        for found in _RULE.finditer(css)
    )


def _each_of(selectors: str) -> Iterator[str]:
    """The selectors of a list; commas in parentheses part nothing."""
    begin = depth = 0
    for place, character in enumerate(selectors):
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            yield selectors[begin:place]
            begin = place + 1
    yield selectors[begin:]


def _asked_for(selector: str) -> frozenset[str]:
    """Classes in `:not(…)`, `:is(…)` and the like are passed over: one of them may be missing."""
    while (shorter := _IN_PARENTHESES.sub("", selector)) != selector:
        selector = shorter
    return frozenset(_CLASS.findall(selector))
