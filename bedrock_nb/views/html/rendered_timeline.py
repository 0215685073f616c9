"""The timeline as HTML: a bar for each kind of event where styles are kept, a readable table in any case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bedrock_nb.core.counted import counted
from bedrock_nb.views.panel.figures import duration
from bedrock_nb.views.panel.panel import Timeline
from bedrock_nb.views.panel.spans import IMAGE, KINDS, MESSAGE, REASONING, RESULT, TEXT, TOOL, UNKNOWN, Span

NAMES = {
    REASONING: "reasoning",
    TEXT: "text",
    TOOL: "tool calls",
    RESULT: "tool results",
    IMAGE: "images",
    UNKNOWN: "unknown",
    MESSAGE: "message",
}
THINNEST_PERCENT = 0.6


def timeline_html(timeline: Timeline) -> str:
    """A folded timeline; empty where there is no event."""
    if not timeline.spans:
        return ""
    count = counted(timeline.events, "event")
    over = f" in {duration(timeline.seconds)}" if timeline.seconds is not None else ""
    rows = "".join(_row(kind, spans, timeline) for kind, spans in _by_kind(timeline.spans))
    return (
        f'<details class="bnb-timeline"><summary>Timeline<span class="bnb-aside"> · {count}{over}</span></summary>'
        f"<table>{rows}</table></details>"
    )


def _by_kind(spans: Sequence[Span]) -> Iterator[tuple[str, list[Span]]]:
    for kind in KINDS:
        if of_kind := [span for span in spans if span.kind == kind]:
            yield kind, of_kind


def _row(kind: str, spans: Sequence[Span], timeline: Timeline) -> str:
    events = sum(span.events for span in spans)
    bars = "".join(_bar(kind, span, timeline) for span in spans)
    return (
        f'<tr><th scope="row">{NAMES[kind]}</th><td class="bnb-count">{events:,}</td>'
        f'<td class="bnb-when">{_when(spans)}</td><td class="bnb-lane"><div>{bars}</div></td></tr>'
    )


def _when(spans: Sequence[Span]) -> str:
    start, end = spans[0].start, spans[-1].end
    if start is None or end is None:
        return ""
    return f"{duration(start)} to {duration(end)}" if end > start else f"at {duration(start)}"


def _bar(kind: str, span: Span, timeline: Timeline) -> str:
    whole = timeline.seconds if timeline.seconds is not None else float(timeline.events)
    if timeline.seconds is None:
        start, length = float(span.first_event), float(span.events)
    else:
        start = span.start or 0.0
        length = (span.end or start) - start
    at = min(100 * start / whole, 100 - THINNEST_PERCENT) if whole else 0.0
    width = max(100 * length / whole, THINNEST_PERCENT) if whole else 100.0
    return f'<span class="bnb-bar bnb-{kind}-bar" style="--at:{at:.1f}%;--for:{width:.1f}%"></span>'
