"""Who had the word when: the events of a call, joined into runs of one kind.

A span is what reasoning's duration, the time to the first text and the timeline are read from. Spans are a fold over
timed events, so that a live call and a recording give the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

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


def with_event(spans: tuple[Span, ...], seconds: float | None, event: Event) -> tuple[Span, ...]:
    """The spans after one more event."""
    last = spans[-1] if spans else None
    kind = _kind(event, last)
    if last is not None and (last.kind, last.block) == (kind, event.block):
        return (*spans[:-1], replace(last, events=last.events + 1, end=seconds))
    number = last.first_event + last.events if last else 0
    return (*spans, Span(kind, event.block, number, 1, seconds, seconds))


def with_events(spans: tuple[Span, ...], timed: Iterable[tuple[float | None, Event]]) -> tuple[Span, ...]:
    """The spans after several more events, at a cost that does not grow with the spans there are."""
    grown: list[Span] = list(spans)
    for seconds, event in timed:
        grown[-1:] = with_event(tuple(grown[-1:]), seconds, event)
    return tuple(grown)


def _kind(event: Event, last: Span | None) -> str:
    match event:
        case MessageStart() | MessageStop() | Metadata() | StreamException():
            return MESSAGE
        case BlockStop():
            return last.kind if last and last.block == event.index else MESSAGE
    name = event.kind
    return next((kind for prefix, kind in _KIND_OF_PREFIX.items() if name.startswith(prefix)), UNKNOWN)
