"""The times of a recording, worked out from when its events came."""

from __future__ import annotations

from bedrock_nb.core.event_log import EventLog, Seconds
from bedrock_nb.core.turn import Turn
from bedrock_nb.core.usage import Metrics


def measure(log: EventLog, turn: Turn, duration: float | None = None) -> Metrics:
    """The times of these events; None for each that cannot be known. `duration` is that of the whole call."""
    times = log.times
    first, last = (times[0], times[-1]) if times else (None, None)
    return Metrics(
        latency_ms=turn.latency_ms,
        time_to_first_event=first,
        time_to_first_text=_first_text(log),
        duration=last if duration is None else duration,
        tokens_per_second=_rate(turn.usage.output_tokens if turn.usage else None, first, last),
    )


def _first_text(log: EventLog) -> Seconds:
    timed = zip(log.times, log.events(), strict=True)
    return next((seconds for seconds, event in timed if event.text or event.reasoning), None)


def _rate(tokens: int | None, first: float | None, last: float | None) -> float | None:
    if tokens is None or first is None or last is None or last <= first:
        return None
    try:
        return tokens / (last - first)
    except OverflowError:  # no clock measures such times, but a damaged file may say so
        return None
