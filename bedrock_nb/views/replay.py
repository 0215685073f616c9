"""A recording as a live call: the same events come again at their own pace, from the recording alone.

There is no thread in it: what has come is a matter of what time it is. So it can be sent to any moment, forth and back.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import accumulate
from typing import Any

from bedrock_nb.core.errors import InvalidInput, Stopped
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.turn import EMPTY_TURN, Turn, fold_all

UNTIMED_SECONDS = 0.02
"""Between two events whose times nobody measured: some 50 a second, as fast models stream."""


class Replay:
    """A live call whose events come from a recording.

    Args:
        recording: What is shown again.
        speed: 2.0 is twice as fast as it was.
        clock: Seconds that go on; replaced in tests.

    Raises:
        InvalidInput: The speed is not a positive number.
    """

    def __init__(
        self, recording: Recording, *, speed: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if not speed > 0:
            raise InvalidInput(f"The speed of a replay is a positive number, not {speed}.")
        self._whole = recording
        self._times = _times(recording)
        self._speed = speed
        self._clock = clock
        self._moved = threading.Condition()
        self._position, self._since = 0.0, clock()
        self._is_stopped = False
        self._folded: tuple[int, Turn] = (0, EMPTY_TURN)

    @property
    def length(self) -> float:
        """Seconds from the request to the last event."""
        return self._times[-1] if self._times else 0.0

    @property
    def elapsed(self) -> float:
        """Seconds since the request, in the recording's time."""
        if self._is_stopped:
            return self._position
        return min(self._position + (self._clock() - self._since) * self._speed, self.length)

    def seek(self, seconds: float) -> None:
        """Go to this moment of the recording, and on from there."""
        with self._moved:
            self._position, self._since = min(max(seconds, 0.0), self.length), self._clock()
            self._is_stopped = False
            self._moved.notify_all()

    def cancel(self) -> None:
        """Stop where it stands. `seek` starts it again."""
        with self._moved:
            self._position, self._is_stopped = self.elapsed, True
            self._moved.notify_all()

    @property
    def done(self) -> bool:
        """Whether the end is reached, or it was stopped."""
        return self._is_stopped or self.elapsed >= self.length

    @property
    def event_count(self) -> int:
        """How many events came so far."""
        return bisect_right(self._times, self.elapsed)

    def wait_for_news(self, seen: int, timeout: float | None = None) -> int:
        """Wait until there are more than `seen` events, or it is over, or `timeout` seconds; how many there are."""
        end = None if timeout is None else self._clock() + timeout
        with self._moved:
            while not self.done and self.event_count <= seen:
                pause = (self._times[seen] - self.elapsed) / self._speed
                left = pause if end is None else min(pause, end - self._clock())
                if end is not None and left <= 0:
                    break
                self._moved.wait(max(left, 0.001))
        return self.event_count

    @property
    def request(self) -> Mapping[str, Any]:
        """The arguments of converse_stream."""
        return self._whole.request

    @property
    def response(self) -> Mapping[str, Any]:
        """What is known of the response besides its events."""
        return self._whole.response

    @property
    def turn(self) -> Turn:
        """The message as far as it came."""
        return self._fold()[1]

    def _fold(self) -> tuple[int, Turn]:
        """How many events came so far, and what they amount to."""
        count = self.event_count
        folded, turn = self._folded if self._folded[0] <= count else (0, EMPTY_TURN)
        folded_now = count, fold_all(self._whole.events[folded:count], turn)
        self._folded = folded_now  # in one assignment, as several threads look on
        return folded_now

    @property
    def recording(self) -> Recording:
        """The recording as far as it came; the whole one at its end."""
        if self.elapsed >= self.length:
            return self._whole
        count, turn = self._fold()
        begun = replace(
            self._whole, wire_events=self._whole.wire_events[:count], failure=Stopped("The replay was stopped.")
        )
        return begun.with_parsed(self._whole.events[:count], turn)


def _times(recording: Recording) -> list[float]:
    """When each event comes: as measured, never before the one that came before it; evenly, where nobody measured."""
    measured = [seconds for seconds, _ in recording.wire_events]
    if any(seconds is None for seconds in measured):
        return [UNTIMED_SECONDS * number for number in range(1, len(measured) + 1)]
    return list(accumulate((seconds for seconds in measured if seconds is not None), max))
