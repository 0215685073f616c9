"""A recording as a live call: the same events come again at their own pace, from the recording alone.

There is no thread in it: what has come is a matter of what time it is. So it can be sent to any moment, forth and back.
The calls of one exchange are replayed one after the other; they share the playhead.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from bedrock_nb.core.errors import InvalidInput, Stopped
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.turn import EMPTY_TURN, Turn, fold_log

UNTIMED_SECONDS = 0.02
"""Between two events whose times nobody measured: some 50 a second, as fast models stream."""


class Playhead:
    """The moment that a replay is at, in seconds of the recording. It goes on by itself, and is sent anywhere.

    Args:
        length: Seconds of the recording.
        speed: 2.0 is twice as fast as it was.
        clock: Seconds that go on; replaced in tests.

    Raises:
        InvalidInput: The speed is not a positive number.
    """

    def __init__(self, length: float, speed: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        if not speed > 0:
            raise InvalidInput(f"The speed of a replay is a positive number, not {speed}.")
        self.length = length
        self.speed = speed
        self.clock = clock
        self.moved = threading.Condition()
        """Held while it is moved; told of it afterwards."""
        self._position, self._since = 0.0, clock()
        self._is_paused = False

    @property
    def seconds(self) -> float:
        """Where it is."""
        if self._is_paused:
            return self._position
        return min(self._position + (self.clock() - self._since) * self.speed, self.length)

    @property
    def is_paused(self) -> bool:
        """Whether it stands still before its end."""
        return self._is_paused and self._position < self.length

    def seek(self, seconds: float) -> None:
        """Go to this moment; and on from there, unless it is paused."""
        with self.moved:
            self._position, self._since = min(max(seconds, 0.0), self.length), self.clock()
            self._is_paused = self._is_paused and self._position < self.length
            self.moved.notify_all()

    def pause(self) -> None:
        """Stand still."""
        with self.moved:
            self._position, self._is_paused = self.seconds, True
            self.moved.notify_all()

    def play(self) -> None:
        """Go on; from the beginning where the end was reached."""
        with self.moved:
            at = self.seconds
            self._position, self._since = (at if at < self.length else 0.0), self.clock()
            self._is_paused = False
            self.moved.notify_all()


class Replay:
    """A live call whose events come from a recording.

    Args:
        recording: What is shown again.
        speed: 2.0 is twice as fast as it was.
        clock: Seconds that go on; replaced in tests.
        playhead: That of the exchange of which this is one call, in place of one of its own.
        start: When in the exchange this call began, in seconds.

    Raises:
        InvalidInput: The speed is not a positive number.
    """

    def __init__(
        self,
        recording: Recording,
        *,
        speed: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        playhead: Playhead | None = None,
        start: float = 0.0,
    ) -> None:
        self._whole = recording
        self._times = _times(recording)
        self._start = start
        self.length = self._times[-1] if self._times else 0.0
        """Seconds from the request to the last event."""
        self.playhead = playhead or Playhead(self.length, speed, clock)
        self._folded, self._turn = 0, EMPTY_TURN

    @property
    def elapsed(self) -> float:
        """Seconds since the request, in the recording's time."""
        now = self.playhead.seconds
        is_over = now >= self._start + self.length  # a difference would be rounded otherwise
        return self.length if is_over else max(now - self._start, 0.0)

    @property
    def is_to_come(self) -> bool:
        """Whether the calls before it are not over."""
        return self.playhead.seconds < self._start

    @property
    def is_paused(self) -> bool:
        """Whether it stands still before its end."""
        return self.playhead.is_paused and self.elapsed < self.length

    def seek(self, seconds: float) -> None:
        """Go to this moment of the recording, and on from there unless it is paused."""
        self.playhead.seek(self._start + seconds)

    def cancel(self) -> None:
        """Stop where it stands. The playhead's `play` makes it go on."""
        self.playhead.pause()

    @property
    def done(self) -> bool:
        """Whether the end is reached, or it was stopped."""
        return self.playhead.is_paused or self.elapsed >= self.length

    @property
    def event_count(self) -> int:
        """How many events came so far."""
        return 0 if self.is_to_come else bisect_right(self._times, self.elapsed)

    def wait_for_news(self, seen: int, timeout: float | None = None) -> int:
        """Wait until there are more than `seen` events, or it is over, or `timeout` seconds; how many there are."""
        clock, moved = self.playhead.clock, self.playhead.moved
        end = None if timeout is None else clock() + timeout
        with moved:
            while not self.done and self.event_count <= seen:
                pause = (self._times[seen] - self.elapsed) / self.playhead.speed
                left = pause if end is None else min(pause, end - clock())
                if end is not None and left <= 0:
                    break
                moved.wait(max(left, 0.001))
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
        count = self.event_count
        if count < self._folded:
            self._folded, self._turn = 0, EMPTY_TURN
        self._turn = fold_log(self._whole.log.cut(count), self._folded, self._turn)
        self._folded = count
        return self._turn

    @property
    def recording(self) -> Recording:
        """The recording as far as it came; the whole one at its end."""
        if self.elapsed >= self.length:
            return self._whole
        log = self._whole.log.cut(self.event_count)
        return replace(self._whole, wire_events=log, failure=Stopped("The replay was stopped."))


def replays(recordings: Sequence[Recording], *, speed: float = 1.0) -> list[Replay]:
    """The calls of one exchange, replayed one after the other.

    Raises:
        InvalidInput: The speed is not a positive number.
    """
    lengths = [max(_times(recording), default=0.0) for recording in recordings]
    *starts, whole = accumulate(lengths, initial=0.0)
    playhead = Playhead(whole, speed)
    return [
        Replay(recording, playhead=playhead, start=start) for recording, start in zip(recordings, starts, strict=True)
    ]


def _times(recording: Recording) -> list[float]:
    """When each event comes: as measured, never before the one that came before it; evenly, where nobody measured."""
    measured = recording.log.times
    if any(seconds is None for seconds in measured):
        return [UNTIMED_SECONDS * number for number in range(1, len(measured) + 1)]
    return list(accumulate((seconds for seconds in measured if seconds is not None), max))
