"""What the history is still to be told: of a call, step by step, and of what ended an exchange after its last call.

A row of the history is a call, and is written as soon as that is over. Whether the tools that it asked for were run,
and their results sent, shows afterwards: what went wrong there is written into the row of the last call.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from bedrock_nb.core.errors import BedrockError
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.store.keys import cache_key
from bedrock_nb.store.writing import NewRun, Writer
from bedrock_nb.wire.stream import Stream

RESPITE = 0.1
"""Seconds after a call's end until what it amounted to is written: the cell that shows it has the processor first. A
reader of the history does not wait for it."""


@dataclass(slots=True, eq=False, kw_only=True)
class Unwritten(ABC):
    """Something of a call that is not written yet. One thread writes it, and any may wait for that."""

    subject: ClassVar[str]
    """What it is."""
    loss: ClassVar[str]
    """What a user has to know while it cannot be written."""

    stream: Stream[Recording]
    tried: threading.Event = field(default_factory=threading.Event)
    """It was written for the first time, or that failed."""
    settled: threading.Event = field(default_factory=threading.Event)
    """It is written whole, or given up."""
    behind: Unwritten | None = None
    """What is written first."""
    is_asked_for: bool = False
    retry_at: float = 0.0
    over_since: float | None = None

    @abstractmethod
    def write(self, writer: Writer, now: float) -> bool:
        """Write what is new of it; whether that was the last.

        Raises:
            StoreUnavailable: It cannot be written now.
        """

    @abstractmethod
    def begin_anew(self) -> None:
        """What was written of it is in a file that is no longer the history's."""

    def has_to_wait(self, now: float) -> bool:
        """Whether nothing of it can be written at this moment."""
        is_behind = self.behind is not None and not self.behind.settled.is_set()
        return is_behind or now < self.retry_at or self.settled.is_set()

    def over_for(self, now: float) -> float:
        """Seconds since its call's end was seen here; 0 while that runs."""
        if not self.stream.done:
            return 0.0
        self.over_since = self.over_since or now
        return now - self.over_since

    def is_to_settle(self, now: float) -> bool:
        """Whether its call is over, and it is time to write what is left."""
        return self.stream.done and (self.over_for(now) >= RESPITE or self.is_asked_for)


@dataclass(slots=True, eq=False, kw_only=True)
class UnwrittenCall(Unwritten):
    """A call that is being written down."""

    subject: ClassVar[str] = "A call"
    loss: ClassVar[str] = "Answers are shown, but not kept."

    endpoint: Callable[[], str | None]
    is_begun: bool = False
    written: int = 0

    def write(self, writer: Writer, now: float) -> bool:
        """Write its row, then its events as they come, and at the end what it amounted to."""
        if not self.is_begun:
            writer.begin(NewRun(self.stream.id, self.stream.request, self.stream.started_at))
            self.is_begun = True
        if self.is_to_settle(now):
            recording = self.stream.recording
            endpoint = _asked(self.endpoint)
            writer.settle(recording, endpoint=endpoint, cache_key=_key(recording, endpoint))
            return True
        if self.stream.event_count > self.written:
            log = self.stream.log
            writer.append(self.stream.id, log)
            self.written = len(log)
        return False

    def begin_anew(self) -> None:
        """Its row and its events are to be written once more."""
        self.is_begun, self.written = False, 0


@dataclass(slots=True, eq=False, kw_only=True)
class UnwrittenEnding(Unwritten):
    """What ended an exchange when its last call was over, and perhaps not written yet."""

    subject: ClassVar[str] = "How an exchange ended"
    loss: ClassVar[str] = "How an exchange ended is not kept so far."

    error: BedrockError

    def write(self, writer: Writer, now: float) -> bool:
        """Write it into the row of the call, which says by now how the call itself ended."""
        if not self.is_to_settle(now):
            return False
        writer.end_otherwise(self.stream.id, self.error)
        return True

    def begin_anew(self) -> None:
        """Nothing of it is written before all is."""


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
