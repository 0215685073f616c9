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
    for (event, block), run in groupby(timed, key=_type_and_block):  # of which a long answer has few
        times = [seconds for seconds, _ in run]
        last = grown[-1] if grown else None
        kind = _kind(event, block, last)
        if last and (last.kind, last.block) == (kind, block):
            grown[-1] = replace(last, events=last.events + len(times), end=times[-1])
        else:
            number = last.first_event + last.events if last else 0
            grown.append(Span(kind, block, number, len(times), times[0], times[-1]))
    return tuple(grown)


def _type_and_block(timed: Timed) -> tuple[type[Event], int | None]:
    event = timed[1]
    return type(event), event.block


def _kind(event: type[Event], block: int | None, last: Span | None) -> str:
    if event in (MessageStart, MessageStop, Metadata, StreamException):
        return MESSAGE
    if event is BlockStop:
        return last.kind if last and last.block == block else MESSAGE
    return next((kind for prefix, kind in _KIND_OF_PREFIX.items() if event.kind.startswith(prefix)), UNKNOWN)
