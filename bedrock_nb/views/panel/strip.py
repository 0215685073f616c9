"""The figures of one exchange: its state, its times, its tokens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from bedrock_nb.core.errors import IncompleteResponse, Stopped
from bedrock_nb.core.usage import Usage
from bedrock_nb.views.panel.calls import Moment
from bedrock_nb.views.panel.panel import State, Strip
from bedrock_nb.views.panel.spans import MESSAGE, REASONING, RESULT, TEXT, TOOL, UNKNOWN, Span

ORDINARY_STOP_REASONS = frozenset({"end_turn", "tool_use"})
_LIVE_STATES = {REASONING: State.THINKING, TOOL: State.CALLING, RESULT: State.CALLING}


def strip_of(moments: Sequence[Moment], cost: float | None = None) -> Strip:
    """The strip of an exchange; tokens and times of its calls are added up."""
    first, last = (moments[0], moments[-1]) if moments else (Moment(), Moment())
    usages = [moment.turn.usage or Usage() for moment in moments]
    state = state_of(last)
    return Strip(
        state=state,
        model=str(last.request.get("modelId") or ""),
        region=_latest(moment.response.get("region") for moment in moments),
        service_tier=_latest(moment.turn.service_tier for moment in moments),
        stop_reason=_unusual_stop(last),
        elapsed=_sum(moment.elapsed for moment in moments),
        is_ticking=state.is_live and last.turn.stop_reason is None,
        first_text=_first_text(first),
        tokens_per_second=_rate(moments, usages),
        input_tokens=_sum(usage.input_tokens for usage in usages),
        output_tokens=_sum(usage.output_tokens for usage in usages),
        cache_read_tokens=_sum(usage.cache_read_tokens for usage in usages),
        cache_write_tokens=_sum(usage.cache_write_tokens for usage in usages),
        cost=cost,
    )


def _latest(values: Iterable[object]) -> str:
    """What is known of the last call that was told so: a further call of an exchange is not at once."""
    return next((str(value) for value in reversed(list(values)) if value), "")


def state_of(moment: Moment) -> State:
    """What is going on in this call."""
    match moment:
        case Moment(paused=True):
            return State.PAUSED
        case Moment(done=False):
            return _live_state(moment.spans)
        case Moment(error=None):
            return State.DONE
        case Moment(error=Stopped()):
            return State.STOPPED
        case Moment(error=IncompleteResponse()):
            return State.INCOMPLETE
    return State.FAILED


def _live_state(spans: Sequence[Span]) -> State:
    latest = next((span.kind for span in reversed(spans) if span.kind not in {MESSAGE, UNKNOWN}), None)
    return State.WAITING if latest is None else _LIVE_STATES.get(latest, State.ANSWERING)


def _unusual_stop(moment: Moment) -> str:
    reason = moment.turn.stop_reason
    return "" if reason is None or reason in ORDINARY_STOP_REASONS else reason.replace("_", " ")


def _first_text(moment: Moment) -> float | None:
    return next((span.start for span in moment.spans if span.kind in {TEXT, REASONING}), None)


def _rate(moments: Sequence[Moment], usages: Sequence[Usage]) -> float | None:
    """Output tokens over the seconds from each call's first event to its last, of the calls whose tokens are known."""
    tokens = _sum(usage.output_tokens for usage in usages)
    counted = [m for m, usage in zip(moments, usages, strict=True) if m.spans and usage.output_tokens is not None]
    times = [(m.spans[0].start, m.spans[-1].end) for m in counted]
    seconds = _sum(end - start for start, end in times if start is not None and end is not None)
    return tokens / seconds if tokens is not None and seconds else None


Number = TypeVar("Number", int, float)


def _sum(values: Iterable[Number | None]) -> Number | None:
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known else None
