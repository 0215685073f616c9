"""Who had the word when: the events of a call, joined into runs of one kind.

A span is what reasoning's duration, the time to the first text and the timeline are read from. Spans are a fold over
timed events, so that a live call and a recording give the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

from bedrock_nb.core.events import BlockStop, Event, MessageStart, MessageStop, Metadata, StreamException

MESSAGE, TEXT, REASONING, TOOL, RESULT, IMAGE, UNKNOWN = (
    "message",
    "text",
    "reasoning",
    "tool",
    "result",
    "image",
    "unknown",
)
KINDS = (REASONING, TEXT, TOOL, RESULT, IMAGE, UNKNOWN, MESSAGE)
"""In the order in which a timeline shows them."""

_KIND_OF_PREFIX = {
    "text": TEXT,
    "citation": TEXT,
    "reasoning": REASONING,
    "tool_use": TOOL,
    "tool_input": TOOL,
    "tool_result": RESULT,
    "image": IMAGE,
}

Timed: TypeAlias = tuple[float | None, Event]
"""Seconds since the request (None where nobody measured them), and the event."""


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring events of one kind in one block. Seconds are those since the request; None where nobody measured."""

    kind: str
    block: int | None
    first_event: int
    events: int
    start: float | None
    end: float | None


def with_events(spans: tuple[Span, ...], timed: Iterable[Timed]) -> tuple[Span, ...]:
    """The spans after more events, each with its seconds, at a cost that does not grow with the spans there are."""
    grown = list(spans)
    for _, alike in groupby(timed, key=_type_and_block):
        grown[-1:] = _with_run(grown[-1] if grown else None, list(alike))
    return tuple(grown)


def _type_and_block(timed: Timed) -> tuple[type[Event], int | None]:
    event = timed[1]
    return type(event), event.block


def _with_run(last: Span | None, run: list[Timed]) -> list[Span]:
    """The last span after some events of one type and block, which a long answer is little else than."""
    (start, event), (end, _) = run[0], run[-1]
    kind = _kind(event, last)
    if last is None:
        return [Span(kind, event.block, 0, len(run), start, end)]
    if (last.kind, last.block) == (kind, event.block):
        return [replace(last, events=last.events + len(run), end=end)]
    return [last, Span(kind, event.block, last.first_event + last.events, len(run), start, end)]


def _kind(event: Event, last: Span | None) -> str:
    match event:
        case MessageStart() | MessageStop() | Metadata() | StreamException():
            return MESSAGE
        case BlockStop():
            return last.kind if last and last.block == event.index else MESSAGE
    name = event.kind
    return next((kind for prefix, kind in _KIND_OF_PREFIX.items() if name.startswith(prefix)), UNKNOWN)
