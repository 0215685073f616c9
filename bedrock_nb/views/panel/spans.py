"""Who had the word when: the events of a call, joined into runs of one kind.

A span is what reasoning's duration, the time to the first text and the timeline are read from. Spans are a fold over
timed events, so that a live call and a recording give the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bedrock_nb.core.deltas import event_of
from bedrock_nb.core.event_log import Seconds, Stretch
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


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring events of one kind in one block. Seconds are those since the request; None where nobody measured."""

    kind: str
    block: int | None
    first_event: int
    events: int
    start: float | None
    end: float | None


def with_events(spans: tuple[Span, ...], stretches: Iterable[Stretch]) -> tuple[Span, ...]:
    """The spans after more events, at a cost that does not grow with the spans there are."""
    grown = list(spans)
    for stretch in stretches:
        if stretch.kind:  # a long answer is few of these
            _grow(grown, event_of(stretch.kind, stretch.index, ""), stretch.times)
        else:
            for seconds, event in zip(stretch.times, stretch.events(), strict=True):
                _grow(grown, event, [seconds])
    return tuple(grown)


def _grow(spans: list[Span], event: Event, times: list[Seconds]) -> None:
    """Add events that are like this one, and came at these times."""
    last = spans[-1] if spans else None
    kind = _kind(type(event), event.block, last)
    if last and (last.kind, last.block) == (kind, event.block):
        spans[-1] = replace(last, events=last.events + len(times), end=times[-1])
    else:
        number = last.first_event + last.events if last else 0
        spans.append(Span(kind, event.block, number, len(times), times[0], times[-1]))


def _kind(event: type[Event], block: int | None, last: Span | None) -> str:
    if event in (MessageStart, MessageStop, Metadata, StreamException):
        return MESSAGE
    if event is BlockStop:
        return last.kind if last and last.block == block else MESSAGE
    return next((kind for prefix, kind in _KIND_OF_PREFIX.items() if event.kind.startswith(prefix)), UNKNOWN)
