"""The times of a recording, worked out from when its events came."""

from __future__ import annotations

from collections.abc import Sequence

from bedrock_nb.core.events import Event, Wire
from bedrock_nb.core.turn import Turn
from bedrock_nb.core.usage import Metrics


def measure(
    wire_events: Sequence[tuple[float | None, Wire]],
    events: Sequence[Event],
    turn: Turn,
    duration: float | None = None,
) -> Metrics:
    """The times of these events; None for each that cannot be known. `duration` is that of the whole call."""
    times = [seconds for seconds, _ in wire_events]
    first, last = (times[0], times[-1]) if times else (None, None)
    first_text = next((t for t, event in zip(times, events, strict=True) if event.text or event.reasoning), None)
    return Metrics(
        latency_ms=turn.latency_ms,
        time_to_first_event=first,
        time_to_first_text=first_text,
        duration=last if duration is None else duration,
        tokens_per_second=_rate(turn.usage.output_tokens if turn.usage else None, first, last),
    )


def _rate(tokens: int | None, first: float | None, last: float | None) -> float | None:
    if tokens is None or first is None or last is None or last <= first:
        return None
    return tokens / (last - first)
