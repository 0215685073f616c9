"""A recording in the making: one thread reads the response, anyone may watch.

Invariants, each held by a test:
- Every reader, in whatever thread or event loop, gets every event from the first one on, before and after the end.
- A reader that stops early, or never starts, changes nothing for the others.
- `cancel` returns at once and keeps what came. Whatever happens, `result` gives a recording.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import threading
import time
import uuid
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from bedrock_nb.core.blocks import ToolUseBlock
from bedrock_nb.core.counted import counted
from bedrock_nb.core.deltas import Arrival
from bedrock_nb.core.errors import BedrockError, ConnectionCut, Stopped
from bedrock_nb.core.event_log import EventLog
from bedrock_nb.core.events import Event
from bedrock_nb.core.interrupted import Interrupted
from bedrock_nb.core.parts import PartEvent, part_events, text_and_tool_calls
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.request.arguments import copied
from bedrock_nb.core.request.model_ids import provider_of
from bedrock_nb.core.turn import EMPTY_TURN, Turn, fold_log
from bedrock_nb.core.usage import Usage
from bedrock_nb.wire.attempts import retrying
from bedrock_nb.wire.errors import translated
from bedrock_nb.wire.interrupt import Interrupt
from bedrock_nb.wire.source import Source

R = TypeVar("R", bound=Recording)

_LOOK_UP = 0.2
"""Seconds for which a wait goes on at a stretch: not everywhere does the kernel's interrupt end one in the middle."""


class Stream(Generic[R]):
    """One converse_stream call as it happens. It starts at once, in a thread of its own, and ends by itself.

    Args:
        source: Opens the response.
        request: The arguments of the call, to be kept in the recording.
        recording_type: What `result` returns.
        retries: How often to make the call again where it fails in mid-stream, before any content, for a reason that
            may pass. Readers never see a failed attempt; `response["failed_attempts"]` lists them.
    """

    def __init__(
        self, source: Source, request: Mapping[str, Any], *, recording_type: type[R], retries: int = 0
    ) -> None:
        self.id = uuid.uuid4().hex
        self.request = copied(request)
        self.started_at = datetime.now(UTC)
        self._start = time.perf_counter()
        self._source = retrying(source, retries) if retries else source
        self._recording_type = recording_type
        self._interrupt = Interrupt()
        self._lock = threading.RLock()
        self._news, self._end = threading.Condition(self._lock), threading.Condition(self._lock)
        self._readers_waiting = 0
        self._log = EventLog()
        self._wake_ups: list[Callable[[], object]] = []
        self._response: Mapping[str, Any] | None = None
        self._failure: BedrockError | None = None
        self._final: R | None = None
        self._done = self._is_told = False
        self._duration: float | None = None
        self._folded: tuple[int, Turn] = (0, EMPTY_TURN)
        run = contextvars.copy_context().run
        self._thread = threading.Thread(target=run, args=(self._read,), name=f"bedrock-nb {self.id[:8]}", daemon=True)
        self._thread.start()

    # Reading the response: the one thread that writes.

    def _read(self) -> None:
        failure = None
        try:
            with self._interrupt.watching():
                self._read_response()
        except Exception as error:  # noqa: BLE001 - whatever ended it is translated, kept and told; nothing is swallowed
            failure = translated(error, model=self.model, reading=self._response is not None)
            failure.request_id = failure.request_id or self.response.get("request_id")
        finally:
            self._finish(failure)

    def _read_response(self) -> None:
        response = self._source(self._interrupt)
        self._response = response.info
        try:
            for arrival in response.arrivals:
                if self._done:
                    return
                self._append(arrival)
        finally:
            response.close()

    def _append(self, arrival: Arrival) -> None:
        with self._lock:
            if self._done:
                return
            self._log.append(round(time.perf_counter() - self._start, 3), arrival)
            if self._readers_waiting or self._wake_ups:  # waking nobody costs as much as all the rest of an event
                self._tell()

    def _finish(self, failure: BedrockError | None) -> None:
        with self._news:
            if self._done:
                return
            self._failure, self._done = failure, True
            self._duration = round(time.perf_counter() - self._start, 3)
            self._tell()
            self._end.notify_all()

    def _tell(self) -> None:
        self._news.notify_all()
        wake_ups, self._wake_ups = self._wake_ups, []
        for wake_up in wake_ups:
            wake_up()

    def _wait_for_news_until(self, condition: Callable[[], bool], timeout: float | None = None) -> bool:
        with self._news:
            self._readers_waiting += 1
            try:
                return self._wait_until(condition, timeout, told=self._news)
            finally:
                self._readers_waiting -= 1

    def _wait_until(self, condition: Callable[[], bool], timeout: float | None, *, told: threading.Condition) -> bool:
        deadline = None if timeout is None else time.monotonic() + timeout
        with told:
            while not condition():
                rest = _LOOK_UP if deadline is None else min(_LOOK_UP, deadline - time.monotonic())
                if rest <= 0:
                    return False
                told.wait(rest)
                self._notice_a_fork()
        return True

    def _notice_a_fork(self) -> None:
        """A forked process has no threads but its own: nobody would ever end the wait there."""
        if not self._thread.is_alive():
            self._finish(
                ConnectionCut(
                    "The response is read by the process that made the call; this one was forked from it.",
                    advice="Wait for the call before the fork, or make it after.",
                )
            )

    # What there is to see, at any moment.

    @property
    def model(self) -> str:
        """The model id or ARN that was asked for."""
        return str(self.request.get("modelId", ""))

    @property
    def done(self) -> bool:
        """Whether it is over, well or not."""
        return self._done

    @property
    def response(self) -> Mapping[str, Any]:
        """What is known of the response besides its events; empty until its headers came."""
        return self._response or {}

    @property
    def request_id(self) -> str | None:
        """The service's id of the call; None until its headers came."""
        return self.response.get("request_id")

    @property
    def provider(self) -> str | None:
        """Who made the model; None where its id does not tell."""
        return provider_of(self.model)

    @property
    def ended_at(self) -> datetime | None:
        """When the call ended, in UTC; None while it runs."""
        return None if self._duration is None else self.started_at + timedelta(seconds=self._duration)

    @property
    def elapsed(self) -> float:
        """Seconds since the request was sent, up to the end."""
        return self._duration if self._duration is not None else time.perf_counter() - self._start

    @property
    def turn(self) -> Turn:
        """The message as far as it came: a snapshot that stays as it is."""
        # Replaced in one assignment, so that neither another thread nor an interrupt finds a count without its turn.
        folded, turn = self._folded
        log = self.log
        turn = fold_log(log, folded, turn)
        self._folded = len(log), turn
        return turn

    @property
    def log(self) -> EventLog:
        """The events as far as they came, in columns."""
        return self._log.cut(len(self._log))

    @property
    def event_count(self) -> int:
        """How many events came so far."""
        return len(self._log)

    def wait_for_news(self, seen: int, timeout: float | None = None) -> int:
        """Wait for more than `seen` events, or the end, at most `timeout` seconds; how many events there are."""
        self._wait_for_news_until(lambda: len(self._log) > seen or self._done, timeout)
        return len(self._log)

    @property
    def text(self) -> str:
        """The answer as far as it came."""
        return self.turn.text

    @property
    def usage(self) -> Usage | None:
        """Token counts; None until the service told them, which it does at the end."""
        return self.turn.usage

    @property
    def recording(self) -> R:
        """The recording as far as it came; the same one each time once it is over."""
        with self._news:
            recording = self._final or self._recorded()
            if self._done:
                self._final = recording
            return recording

    def _recorded(self) -> R:
        recording = self._recording_type(
            wire_events=self.log,
            request=self.request,
            response=dict(self.response),
            started_at=self.started_at,
            failure=self._failure,
            id=self.id,
            duration=self._duration,
        )
        return recording.with_turn(self.turn)

    @property
    def error(self) -> BedrockError | None:
        """What went wrong; None while it runs and where all went well."""
        return self.recording.error if self._done else None

    @property
    def complete(self) -> bool:
        """Whether it is over, a messageStop came and nothing failed."""
        return self._done and self.error is None

    # Reading along.

    def __iter__(self) -> Iterator[Event]:
        """All events from the first one on, waiting for those to come. A log line says if the answer is not whole."""
        seen = 0
        while self._wait_for_more(seen):
            for event in self._log.events(seen):
                seen += 1
                yield event
        self._tell_if_not_whole()

    def _wait_for_more(self, seen: int) -> bool:
        if seen < len(self._log):
            return True
        with self._cancelled_by_interrupt():
            self._wait_for_news_until(lambda: seen < len(self._log) or self._done)
        return seen < len(self._log)

    @contextlib.contextmanager
    def _cancelled_by_interrupt(self) -> Iterator[None]:
        """Who presses Ctrl-C, or the notebook's Stop, while waiting for the call wants its end; what came is kept."""
        try:
            yield
        except KeyboardInterrupt:
            self.cancel()
            kept = "What came before is kept in the stream's `recording`."
            raise Interrupted("The call was stopped.", kept, self.recording) from None

    async def __aiter__(self) -> AsyncIterator[Event]:
        """All events from the first one on, waiting for those to come. A log line says if the answer is not whole."""
        seen = 0
        while await self._wait_for_more_async(seen):
            for event in self._log.events(seen):
                seen += 1
                yield event
        self._tell_if_not_whole()

    def _tell_if_not_whole(self) -> None:
        """A loop ends alike after a whole answer and a cut one. Whoever has stopped the call knows, and is not told."""
        error = self.error
        if error is not None and not isinstance(error, Stopped) and not self._is_told:
            self._is_told = True
            logging.getLogger(__name__).warning("The answer is not whole. %s %s", error.message, error.advice)

    async def _wait_for_more_async(self, seen: int) -> bool:
        loop, woken = asyncio.get_running_loop(), asyncio.Event()

        def wake_up() -> None:
            with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits there any more
                loop.call_soon_threadsafe(woken.set)

        with self._news:
            if seen < len(self._log) or self._done:
                return seen < len(self._log)
            self._wake_ups.append(wake_up)
        try:
            await woken.wait()
        finally:
            with self._news, contextlib.suppress(ValueError):  # it was called, and forgotten with that
                self._wake_ups.remove(wake_up)
        return seen < len(self._log)

    def text_deltas(self) -> Iterator[str]:
        """The pieces of the answer as they come."""
        return (event.text for event in self if event.text)

    def text_and_tool_calls(self) -> Iterator[str | ToolUseBlock]:
        """The pieces of the answer as they come, and each tool call of the client's once it is whole."""
        return text_and_tool_calls(self)

    def parts(self) -> Iterator[PartEvent]:
        """For those who think in parts: a content block began, grew, ended."""
        return part_events(self)

    # The end.

    def cancel(self) -> None:
        """End the call. Returns at once; what came is kept, and `result` says that it was stopped."""
        self._finish(Stopped("The call was stopped."))
        self._interrupt.request()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end, at most `timeout` seconds; whether it is there."""
        return self._wait_until(lambda: self._done, timeout, told=self._end)

    def result(self) -> R:
        """Wait for the end; the recording, also after an error or a stop (`error` says so).

        Ctrl-C or the kernel's interrupt while it waits cancels the call and goes on as KeyboardInterrupt; what came is
        still in `recording`.
        """
        with self._cancelled_by_interrupt():
            self.wait()
        return self.recording

    def raise_for_error(self) -> R:
        """Wait for the end; the recording, if nothing went wrong.

        Raises:
            BedrockError: What went wrong; its `recording` holds all that came.
        """
        return self.result().raise_for_error()

    def __await__(self) -> Generator[Any, None, R]:
        """Wait for the end; the recording."""
        return self._result_async().__await__()

    async def _result_async(self) -> R:
        while not self._done:
            await self._wait_for_more_async(len(self._log))
        return self.recording

    def __repr__(self) -> str:
        state = "done" if self._done else "running"
        return f"<Stream {self.id[:8]} of {self.model}: {state}, {counted(len(self._log), 'event')}>"
