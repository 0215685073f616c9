"""When which kind of event came, coarse enough to draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bedrock_nb.views.panel.calls import Moment
from bedrock_nb.views.panel.panel import Timeline
from bedrock_nb.views.panel.spans import Span

FINEST = 1 / 120
"""Two runs of one kind with a smaller gap between them, as a part of the whole, are drawn as one."""


def timeline_of(moments: Sequence[Moment]) -> Timeline:
    """The timeline of an exchange, its calls one after the other."""
    spans: list[Span] = []
    events, seconds = 0, 0.0
    for moment in moments:
        spans.extend(_shifted(moment.spans, events, seconds))
        events += sum(span.events for span in moment.spans)
        seconds += moment.elapsed or 0.0
    is_timed = bool(spans) and all(span.end is not None for span in spans)
    whole = seconds if is_timed else None
    return Timeline(tuple(_coarse(spans, events, whole)), events, whole)


def _shifted(spans: Sequence[Span], events: int, seconds: float) -> Iterator[Span]:
    for span in spans:
        start, end = (None if time is None else time + seconds for time in (span.start, span.end))
        yield replace(span, first_event=span.first_event + events, start=start, end=end)


def _coarse(spans: Sequence[Span], events: int, seconds: float | None) -> list[Span]:
    """At most as many spans of each kind as can be told apart."""
    kept: list[Span] = []
    latest: dict[str, int] = {}
    for span in spans:
        place = latest.get(span.kind)
        if place is not None and _gap(kept[place], span, seconds) < FINEST * (seconds or events):
            earlier = kept[place]
            kept[place] = replace(earlier, events=earlier.events + span.events, end=span.end)
        else:
            latest[span.kind] = len(kept)
            kept.append(replace(span, block=None))
    return kept


def _gap(one: Span, other: Span, seconds: float | None) -> float:
    if seconds is None or one.end is None or other.start is None:
        return other.first_event - (one.first_event + one.events)
    return other.start - one.end
