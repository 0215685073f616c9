"""What a view needs of a call: one moment of it as a value, and a live call to take moments from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bedrock_nb.core.errors import BedrockError
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.turn import EMPTY_TURN, Turn
from bedrock_nb.views.live.replay import Replay
from bedrock_nb.views.panel.spans import Span, with_events


class LiveCall(Protocol):
    """A call that may still be running. The wire's Stream is one, and so is a replay."""

    @property
    def request(self) -> Mapping[str, Any]:
        """The arguments of converse_stream."""

    @property
    def response(self) -> Mapping[str, Any]:
        """What is known of the response besides its events; empty until its headers came."""

    @property
    def turn(self) -> Turn:
        """The message as far as it came."""

    @property
    def recording(self) -> Recording:
        """The recording as far as it came."""

    @property
    def event_count(self) -> int:
        """How many events came. It is asked for often, and has to be cheap."""

    @property
    def elapsed(self) -> float:
        """Seconds since the request was sent, up to the end."""

    @property
    def done(self) -> bool:
        """Whether it is over, well or not."""

    def cancel(self) -> None:
        """End the call, keeping what came; returns at once."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One call as it stands at one moment: all that a panel is made from."""

    request: Mapping[str, Any] = field(default_factory=dict)
    response: Mapping[str, Any] = field(default_factory=dict)
    turn: Turn = EMPTY_TURN
    spans: tuple[Span, ...] = ()
    elapsed: float | None = None
    """Seconds since the request; None where nobody measured."""
    done: bool = False
    paused: bool = False
    """Whether it is a replay that stands still."""
    error: BedrockError | None = None


def moment_of(recording: Recording) -> Moment:
    """The last moment of a call that is over."""
    return Moment(
        request=recording.request,
        response=recording.response,
        turn=recording.turn,
        spans=with_events((), recording.log.stretches()),
        elapsed=recording.metrics.duration,
        done=True,
        error=recording.error,
    )


class Watch:
    """Takes moments from one live call; each event is looked at once, however often."""

    def __init__(self, call: LiveCall) -> None:
        self.call = call
        self._seen: tuple[int, bool] = (0, False)
        self._spans: tuple[Span, ...] = ()
        self._counted = 0
        self._last: Moment | None = None

    @property
    def has_news(self) -> bool:
        """Whether something came since the last moment was taken."""
        return self._last is None or self._seen != (self.call.event_count, self.call.done)

    @property
    def is_over(self) -> bool:
        """Whether the last moment has been taken."""
        return self._last is not None and self._last.done

    def moment(self) -> Moment:
        """The call as it stands now; the same value as long as nothing comes."""
        if self._last is None or self.has_news:
            self._seen = (self.call.event_count, self.call.done)
            is_over = self._seen[1] and not self._is_paused
            self._last = moment_of(self.call.recording) if is_over else self._running_moment()
        return self._last

    @property
    def is_to_come(self) -> bool:
        """Whether it is not to be seen yet: a later call of an exchange that is replayed."""
        return isinstance(self.call, Replay) and self.call.is_to_come

    @property
    def _is_paused(self) -> bool:
        return isinstance(self.call, Replay) and self.call.is_paused

    def _running_moment(self) -> Moment:
        log = self.call.recording.log
        if len(log) < self._counted:  # a replay went back in time
            self._spans, self._counted = (), 0
        self._spans = with_events(self._spans, log.stretches(self._counted))
        self._counted = len(log)
        return Moment(
            request=self.call.request,
            response=self.call.response,
            turn=self.call.turn,
            spans=self._spans,
            elapsed=self.call.elapsed,
            paused=self._is_paused,
        )
