"""Writing calls into the history while they happen.

Invariants, each held by a test:
- A call's row is written before the call is made, or WRITE_AHEAD seconds are lost, whichever is less.
- What came AGE seconds ago is on its way to the disk.
- Whatever becomes of the history, the call goes on; what is wrong is told once, in the thread that asked for the call,
  or at the end of the process.
- What ended an exchange after its last call is written behind that call, in whatever order the two come here.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakSet

from bedrock_nb.core.errors import BedrockError, InvalidInput
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.notebook.keeping.unwritten import Unwritten, UnwrittenCall, UnwrittenEnding
from bedrock_nb.store.errors import StoreDamaged, StoreUnavailable
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.location import store_limits, store_path
from bedrock_nb.store.writing import Writer
from bedrock_nb.wire.interrupt import Interrupt
from bedrock_nb.wire.source import HasClient, OpenResponse, Source
from bedrock_nb.wire.stream import Stream

AGE = 0.035
"""Seconds between two writes while calls run: with a commit on top, what is older than 50 ms is on the disk."""
WRITE_AHEAD = 0.25
"""Seconds that a call waits for its row at most."""
RETRY = 0.5
"""Seconds until a write that failed is tried again."""
PERSISTENCE = 5.0
"""Seconds after a call's end, or that of its exchange, for which it is still tried to write what that was."""
SETTLING = 0.5
"""Seconds that a reader of the history waits for what is being written."""
IDLE = 5.0
"""Seconds without a call after which the writing thread closes the file and ends, until the next call."""
LEAVING = 2.0
"""Seconds that the end of the process waits for what is not written yet."""


class HistoryWarning(UserWarning):
    """The history cannot be written or read as it should be; calls are not affected."""


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
        self._unwritten: list[Unwritten] = []
        self._written: WeakSet[Stream[Recording]] = WeakSet()
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
        tried = threading.Event()

        def written_ahead(interrupt: Interrupt) -> OpenResponse:
            tried.wait(WRITE_AHEAD)
            return source(interrupt)

        stream = Stream(written_ahead, request, **{"recording_type": Recording, **options})
        with self._news:
            self._unwritten.append(UnwrittenCall(stream=stream, endpoint=endpoint, tried=tried))
            self._start_thread()
            self._hurry()
        return stream

    def end_otherwise(self, stream: Stream[Recording], error: BedrockError) -> None:
        """Write that this ended the exchange whose last call was over; nothing where that is not kept here.

        Returns at once. The call itself may still be unwritten.
        """
        with self._news:
            call = next((each for each in self._unwritten if each.stream is stream), None)
            if call is not None or stream in self._written:
                ending = UnwrittenEnding(stream=stream, error=error, behind=call, over_since=time.monotonic())
                self._unwritten.append(ending)
                self._start_thread()
                self._hurry()

    def flush(self, timeout: float) -> bool:
        """Wait until all that is to be said of calls that are over is written; whether it is.

        Args:
            timeout: Seconds, at most.
        """
        deadline = time.monotonic() + timeout
        with self._news:
            over = [each for each in self._unwritten if each.stream.done]
            for each in over:
                each.is_asked_for = True
            self._hurry()
        return all(each.settled.wait(max(0.0, deadline - time.monotonic())) for each in over)

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
                    self._news.wait(AGE if self._unwritten else IDLE)
                self._hurried = False
                unwritten = list(self._unwritten)
                if not unwritten or self._leaving:
                    self._thread = None
                    writer, self._writer = self._writer, None
                    break
            for each in unwritten:
                self._write_one(each, time.monotonic())
        _close(writer)

    def _write_one(self, unwritten: Unwritten, now: float) -> None:
        if unwritten.has_to_wait(now):
            return
        try:
            writer = self._current_writer()
            if unwritten.write(writer, now):
                self._leave(unwritten)
                self._trim(writer)
        except StoreUnavailable as error:
            self._cope(error, unwritten, now)
        except Exception as error:  # noqa: BLE001 - this thread serves all calls: one that cannot be written is told
            self.note(f"{unwritten.subject} could not be written into the history: {type(error).__name__}: {error}")
            self._give_up(unwritten)
        unwritten.tried.set()

    def _current_writer(self) -> Writer:
        if self._writer is not None and not self._writer.is_current:
            self._drop_writer()
        if self._writer is None:
            self._writer = self.store.writer()
        return self._writer

    def _drop_writer(self) -> None:
        """Begin anew: what was open is begun again, in the file that is there then."""
        writer, self._writer = self._writer, None
        for each in self._unwritten:
            each.begin_anew()
        _close(writer)

    def _cope(self, error: StoreUnavailable, unwritten: Unwritten, now: float) -> None:
        if isinstance(error, StoreDamaged) and self._writer is not None:
            seen = self._writer.file
            try:
                self._drop_writer()
                self.store.mend(seen)
            except StoreUnavailable as worse:
                error = worse
            else:
                return
        self.note(f"{error.message} {unwritten.loss} {error.advice}".strip())
        unwritten.retry_at = now + RETRY
        if unwritten.over_for(now) > PERSISTENCE:
            self._give_up(unwritten)

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

    def _leave(self, written: Unwritten) -> None:
        with self._news:
            self._unwritten = [each for each in self._unwritten if each is not written]
            self._written.add(written.stream)
        written.settled.set()

    def _give_up(self, lost: Unwritten) -> None:
        """Write no more of the call; what ended its exchange has no row to be written into then."""
        with self._news:
            gone = [each for each in self._unwritten if each.stream is lost.stream]
            self._unwritten = [each for each in self._unwritten if each.stream is not lost.stream]
        for each in gone:
            each.settled.set()

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


def end_otherwise(stream: Stream[Recording], error: BedrockError) -> None:
    """Let the history say that this ended the exchange whose last call was over, and that the answer is not the last.

    Returns at once. A call that no recorder of this process keeps is left alone: one that is not to be kept, and in a
    fork's child the parent's.
    """
    for recorder in list(_recorders.values()):
        recorder.end_otherwise(stream, error)


def settle(timeout: float = SETTLING) -> None:
    """Wait until the calls that are over are written, and warn of what went wrong since the last time."""
    for recorder in list(_recorders.values()):
        recorder.flush(timeout)
        recorder.tell_trouble()


@atexit.register
def close_all() -> None:
    """Write what is not written yet, end, and tell what went wrong since the last time."""
    recorders = list(_recorders.values())
    for recorder in recorders:
        recorder.close()
    for recorder in recorders:
        recorder.tell_trouble()
    _recorders.clear()


def _forget_all() -> None:
    # Kept from being collected: closing the parent's connection here would disturb the parent's file.
    _of_the_parent.extend(_recorders.values())
    for recorder in _recorders.values():
        recorder.let_go()
    _recorders.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
