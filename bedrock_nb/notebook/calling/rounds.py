"""One call of an exchange, as a panel watches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from bedrock_nb.core.errors import BedrockError
from bedrock_nb.core.turn import Turn
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.wire.stream import Stream


class Whole(Protocol):
    """What a round belongs to."""

    @property
    def calls(self) -> tuple[Round, ...]:
        """All rounds so far."""

    @property
    def done(self) -> bool:
        """Whether no more will come."""

    @property
    def error(self) -> BedrockError | None:
        """What went wrong."""

    def cancel(self) -> None:
        """End it."""


class Round:
    """A Stream, except that it is not done until the next round begins or the exchange is over.

    So a panel stays live, and its Stop button works, while tools run. To cancel a round is to cancel the exchange. What
    ended the exchange after the call itself had ended well is the recording's `failure`.
    """

    def __init__(self, stream: Stream[Recording], whole: Whole) -> None:
        self.stream = stream
        self._whole = whole

    @property
    def request(self) -> Mapping[str, Any]:
        """The arguments of converse_stream."""
        return self.stream.request

    @property
    def response(self) -> Mapping[str, Any]:
        """What is known of the response besides its events; empty until its headers came."""
        return self.stream.response

    @property
    def turn(self) -> Turn:
        """The message as far as it came."""
        return self.stream.turn

    @property
    def recording(self) -> Recording:
        """The recording as far as it came."""
        recording, error = self.stream.recording, self._whole.error
        if error is None or recording.error is not None or not self._is_last:
            return recording
        return replace(recording, wire_events=recording.log, failure=error)

    @property
    def event_count(self) -> int:
        """How many events came."""
        return self.stream.event_count

    @property
    def elapsed(self) -> float:
        """Seconds since the request was sent, up to the end of the call."""
        return self.stream.elapsed

    @property
    def done(self) -> bool:
        """Whether it is over, and what follows has begun."""
        return self.stream.done and (self._whole.done or not self._is_last)

    def cancel(self) -> None:
        """End the exchange; returns at once."""
        self._whole.cancel()

    @property
    def _is_last(self) -> bool:
        return self._whole.calls[-1:] == (self,)
