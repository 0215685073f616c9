"""Writing calls into the history while they happen.

Invariants, each held by a test:
- A call's row is written before the call is made, or WRITE_AHEAD seconds are lost, whichever is less.
- What came AGE seconds ago is on its way to the disk.
- Whatever becomes of the history, the call goes on; what is wrong is told once, in the thread that asked for the call.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bedrock_nb.core.errors import BedrockError, InvalidInput
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.store.errors import StoreDamaged, StoreUnavailable
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.keys import cache_key
from bedrock_nb.store.location import store_limits, store_path
from bedrock_nb.store.writing import NewRun, Writer
from bedrock_nb.wire.interrupt import Interrupt
from bedrock_nb.wire.source import HasClient, OpenResponse, Source
from bedrock_nb.wire.stream import Stream

AGE = 0.035
"""Seconds between two writes while calls run: with a commit on top, what is older than 50 ms is on the disk."""
RESPITE = 0.1
"""Seconds after a call's end until what it amounted to is written: the cell that shows it has the processor first. A
reader of the history does not wait for it."""
WRITE_AHEAD = 0.25
"""Seconds that a call waits for its row at most."""
RETRY = 0.5
"""Seconds until a write that failed is tried again."""
PERSISTENCE = 5.0
"""Seconds after a call's end for which its recording is still tried to be written."""
SETTLING = 0.5
"""Seconds that a reader of the history waits for what is being written."""
IDLE = 5.0
"""Seconds without a call after which the writing thread closes the file and ends, until the next call."""
LEAVING = 2.0
"""Seconds that the end of the process waits for what is not written yet."""


class HistoryWarning(UserWarning):
    """The history cannot be written or read as it should be; calls are not affected."""


@dataclass(slots=True)
class _Call:
    """A call that is being written down."""

    stream: Stream[Recording]
    endpoint: Callable[[], str | None]
    begun: threading.Event
    settled: threading.Event = field(default_factory=threading.Event)
    is_begun: bool = False
    is_asked_for: bool = False
    written: int = 0
    ended_at: float | None = None
    retry_at: float = 0.0

    def over_for(self, now: float) -> float:
        """Seconds since its end was seen; 0 while it runs."""
        if not self.stream.done:
            return 0.0
        self.ended_at = self.ended_at or now
        return now - self.ended_at

    def is_to_settle(self, now: float) -> bool:
        """Whether it is over, and it is time to write what it amounted to."""
        return self.stream.done and (self.over_for(now) >= RESPITE or self.is_asked_for)


class Recorder:
    """Writes the calls of this process into one history, in a thread of its own.

    Args:
        store: The history.
        days: Recordings older than this are deleted, unless they are pinned; None keeps them.
        megabytes: The oldest are deleted beyond this size, unless they are pinned; None sets no limit.
    """

    def __init__(self, store: Store, *, days: float | None = None, megabytes: float | None = None) -> None:
        self.store = store
        self.limits = {"days": days, "megabytes": megabytes}
        self._news = threading.Condition()
        self._calls: list[_Call] = []
        self._writer: Writer | None = None
        self._thread: threading.Thread | None = None
        self._leaving = self._hurried = False
        self._trouble: list[str] = []
        self._told: set[str] = set()

    def stream(
        self,
        source: Source,
        request: Mapping[str, Any],
        *,
        endpoint: Callable[[], str | None] = lambda: None,
        **options: Any,
    ) -> Stream[Recording]:
        """A Stream that is written down while it runs.

        Args:
            source: Opens the response.
            request: The arguments of the call.
            endpoint: Tells the address that the call goes to; it is asked when the call is over.
            options: Passed on to `Stream`.
        """
        self.tell_trouble()
        begun = threading.Event()

        def written_ahead(interrupt: Interrupt) -> OpenResponse:
            begun.wait(WRITE_AHEAD)
            return source(interrupt)

        stream = Stream(written_ahead, request, **{"recording_type": Recording, **options})
        with self._news:
            self._calls.append(_Call(stream, endpoint, begun))
            self._start_thread()
            self._hurry()
        return stream

    def flush(self, timeout: float) -> bool:
        """Wait until every call that is over is written, at most `timeout` seconds; whether they all are."""
        deadline = time.monotonic() + timeout
        with self._news:
            over = [call for call in self._calls if call.stream.done]
            for call in over:
                call.is_asked_for = True
            self._hurry()
        return all(call.settled.wait(max(0.0, deadline - time.monotonic())) for call in over)

    def tell_trouble(self) -> None:
        """Warn of what went wrong since the last time, each thing once a process."""
        trouble, self._trouble = self._trouble, []
        for message in trouble:
            if message not in self._told:
                self._told.add(message)
                warnings.warn_explicit(message, HistoryWarning, filename="bedrock_nb", lineno=1)

    def close(self) -> None:
        """Write what is not written yet, for at most LEAVING seconds, and end the thread. Running calls are lost."""
        self.flush(LEAVING)
        with self._news:
            self._leaving = True
            self._hurry()
            thread = self._thread
        if thread is not None:
            thread.join(LEAVING)

    # In the writing thread.

    def _start_thread(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="bedrock-nb history", daemon=True)
            self._thread.start()

    def _hurry(self) -> None:
        self._hurried = True
        self._news.notify_all()

    def _write(self) -> None:
        while True:
            with self._news:
                if not self._hurried:
                    self._news.wait(AGE if self._calls else IDLE)
                self._hurried = False
                calls = list(self._calls)
                if not calls or self._leaving:
                    self._thread = None
                    writer, self._writer = self._writer, None
                    break
            for call in calls:
                self._write_call(call, time.monotonic())
        _close(writer)

    def _write_call(self, call: _Call, now: float) -> None:
        if now < call.retry_at:
            return
        try:
            self._write_news(call, now)
        except StoreUnavailable as error:
            self._cope(error, call, now)
        except Exception as error:  # noqa: BLE001 - this thread serves all calls: one that cannot be written is told
            self.note(f"A call could not be written into the history: {type(error).__name__}: {error}")
            self._leave(call)
        call.begun.set()

    def _write_news(self, call: _Call, now: float) -> None:
        writer = self._current_writer()
        if not call.is_begun:
            writer.begin(NewRun(call.stream.id, call.stream.request, call.stream.started_at))
            call.is_begun = True
        if call.is_to_settle(now):
            recording = call.stream.recording
            endpoint = _asked(call.endpoint)
            writer.settle(recording, endpoint=endpoint, cache_key=_key(recording, endpoint))
            self._leave(call)
            self._trim(writer)
        elif call.stream.event_count > call.written:
            log = call.stream.log
            writer.append(call.stream.id, log)
            call.written = len(log)

    def _current_writer(self) -> Writer:
        if self._writer is not None and not self._writer.is_current:
            self._drop_writer()
        if self._writer is None:
            self._writer = self.store.writer()
        return self._writer

    def _drop_writer(self) -> None:
        """Begin anew: what was open is begun again, in the file that is there then."""
        writer, self._writer = self._writer, None
        for call in self._calls:
            call.is_begun, call.written = False, 0
        _close(writer)

    def _cope(self, error: StoreUnavailable, call: _Call, now: float) -> None:
        if isinstance(error, StoreDamaged) and self._writer is not None:
            seen = self._writer.file
            try:
                self._drop_writer()
                self.store.mend(seen)
            except StoreUnavailable as worse:
                error = worse
            else:
                return
        self.note(f"{error.message} Answers are shown, but not kept. {error.advice}".strip())
        call.retry_at = now + RETRY
        if call.over_for(now) > PERSISTENCE:
            self._leave(call)

    def _trim(self, writer: Writer) -> None:
        if all(limit is None for limit in self.limits.values()):
            return
        try:
            writer.trim(**self.limits, now=datetime.now(UTC))
        except StoreDamaged:
            raise
        except StoreUnavailable as error:  # the answer is kept by now
            self.note(
                f"{error.message} Answers are kept, but old ones past the limit may still be there. {error.advice}"
            )

    def _leave(self, call: _Call) -> None:
        with self._news:
            self._calls = [other for other in self._calls if other is not call]
        call.settled.set()

    def note_damage(self, aside: Path) -> None:
        """Remember to tell that a damaged file was set aside."""
        self.note(
            f"The history was damaged. The damaged file is now {aside.name}; what could be read of it was taken over."
        )

    def note(self, message: str) -> None:
        """Remember to tell this, once a process."""
        self._trouble.append(message)

    def let_go(self) -> None:
        """In a fork's child: all of this belongs to the parent."""
        if self._writer is not None:
            self._writer.let_go()


def _close(writer: Writer | None) -> None:
    if writer is not None:
        with suppress(StoreUnavailable):  # what is wrong with the file is told by whoever writes to it next
            writer.close()


def _asked(endpoint: Callable[[], str | None]) -> str | None:
    try:
        return endpoint()
    except Exception:  # noqa: BLE001 - no region, no profile: then there was no call either, and the recording says so
        return None


def _key(recording: Recording, endpoint: str | None) -> str | None:
    try:
        return cache_key(recording.request, endpoint)
    except BedrockError:  # what is no JSON is no key: such a request is never answered from the history
        return None


_recorders: dict[Path, Recorder] = {}
_of_the_parent: list[Recorder] = []


def recorder_of(path: Path) -> Recorder:
    """The recorder of this process for the history in this file."""
    if path not in _recorders:
        limits, wrong = _limits()
        recorder = Recorder(Store(path), **limits)
        recorder.store.on_damage = recorder.note_damage
        if wrong:
            recorder.note(wrong)
        _recorders[path] = recorder
    return _recorders[path]


def _limits() -> tuple[dict[str, float | None], str]:
    """The limits of the history, and what is wrong with them: then there are none, and nothing is deleted."""
    try:
        return store_limits(), ""
    except InvalidInput as error:
        return {}, f"{error.message} Until it is, nothing is deleted."


def recorded(
    source: Source,
    request: Mapping[str, Any],
    *,
    connection: HasClient | None = None,
    keep: bool = True,
    **options: Any,
) -> Stream[Recording]:
    """The Stream of a call, which is written into the user's history while it runs, unless that is switched off.

    Args:
        source: Opens the response.
        request: The arguments of the call.
        connection: What the call is made through; its address is part of what makes two requests the same.
        keep: Whether it is to be written at all.
        options: Passed on to `Stream`.
    """
    path = store_path() if keep else None
    if path is None:
        return Stream(source, request, **{"recording_type": Recording, **options})
    return recorder_of(path).stream(source, request, endpoint=lambda: endpoint_of(connection), **options)


def endpoint_of(connection: HasClient | None) -> str | None:
    """The address that calls through this connection go to; None where there is no telling."""
    return None if connection is None else str(connection.client().meta.endpoint_url)


def settle(timeout: float = SETTLING) -> None:
    """Wait until the calls that are over are written, and warn of what went wrong since the last time."""
    for recorder in list(_recorders.values()):
        recorder.flush(timeout)
        recorder.tell_trouble()


@atexit.register
def close_all() -> None:
    """Write what is not written yet, and end."""
    for recorder in _recorders.values():
        recorder.close()
    _recorders.clear()


def _forget_all() -> None:
    # Kept from being collected: closing the parent's connection here would disturb the parent's file.
    _of_the_parent.extend(_recorders.values())
    for recorder in _recorders.values():
        recorder.let_go()
    _recorders.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
