"""Deleting runs, so that nothing of them is left in the history's files, in small steps between which others write."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bedrock_nb.store.errors import StoreDamaged, StoreUnavailable, translated
from bedrock_nb.store.filelock import Turn
from bedrock_nb.store.rows import microseconds
from bedrock_nb.store.schema import PATIENCE, transaction
from bedrock_nb.store.word_index import write_anew

_DELETED_AT_ONCE = 20
"""Runs that are deleted together."""
_FREED_AT_ONCE = 1000
"""Pages of 4 KB that the file is made smaller by at once."""
_PAUSE = 0.001


def past_limits(
    connection: sqlite3.Connection, *, days: float | None, megabytes: float | None, now: datetime
) -> list[str]:
    """The ids of the oldest runs past a limit, but for the pinned and the running."""
    found = connection.execute(
        """
        SELECT id, started_at, sum(bytes) OVER (ORDER BY number DESC) AS so_far
        FROM runs WHERE NOT pinned AND state != 'streaming' ORDER BY number DESC
        """
    ).fetchall()
    oldest = -1 if days is None else (microseconds(now) or 0) - int(days * 86_400_000_000)
    room = float("inf") if megabytes is None else megabytes * 1_000_000
    return [run_id for run_id, when, so_far in found if (isinstance(when, int) and when < oldest) or so_far > room]


@dataclass(frozen=True, slots=True)
class Deletion:
    """Deletes runs of one history with a writer's connection, taking its turns."""

    path: Path
    connection: sqlite3.Connection
    turn: Turn

    def of(self, run_ids: Sequence[str]) -> int:
        """Delete these runs, each of them whole or not at all, and wipe what they said; how many there were.

        Raises:
            StoreUnavailable: Some are still there as they were, or all are deleted and their bytes are still there; the
                message says so.
        """
        with translated(self.path), self._overwriting():
            numbers = self._numbers(run_ids)
            deleted: list[int] = []
            stopped = self._trouble(lambda: self._delete(numbers, deleted))
            unwiped = self._trouble(self._wipe) if deleted or not stopped else None
        if stopped or unwiped:
            raise _what_is_left(len(deleted), len(numbers), stopped, unwiped) from stopped or unwiped
        return len(deleted)

    @contextmanager
    def _overwriting(self) -> Iterator[None]:
        """Within the block, SQLite writes zeros also over whole pages that it frees."""
        self.connection.execute("PRAGMA secure_delete = ON")
        try:
            yield
        finally:
            self.connection.execute("PRAGMA secure_delete = FAST")

    @contextmanager
    def _step(self) -> Iterator[None]:
        with self.turn, transaction(self.connection):
            yield

    def _trouble(self, what: Callable[[], object]) -> StoreUnavailable | None:
        """Why this could not be done to its end, unless that is damage."""
        try:
            with translated(self.path):
                what()
        except StoreDamaged:
            raise
        except StoreUnavailable as error:
            return error
        return None

    def _numbers(self, run_ids: Sequence[str]) -> list[int]:
        """The runs' numbers, the oldest first: in any other order the index of words falls into small pieces."""
        ask = "SELECT number FROM runs WHERE id = ?"
        return sorted(number for run_id in run_ids for (number,) in self.connection.execute(ask, (run_id,)).fetchall())

    def _delete(self, numbers: Sequence[int], deleted: list[int]) -> None:
        """Delete these runs; those that are gone for good are added to `deleted`."""
        for first in range(0, len(numbers), _DELETED_AT_ONCE):
            some = numbers[first : first + _DELETED_AT_ONCE]
            with self._step():
                gone = [number for number in some if self._is_gone(number)]
            deleted += gone

    def _is_gone(self, number: int) -> bool:
        """Delete a run, with its events and words; whether it was there."""
        return self.connection.execute("DELETE FROM runs WHERE number = ?", (number,)).rowcount > 0

    def _wipe(self) -> None:
        """Let nothing of what was deleted stay in the files; a full disk has no room for that."""
        write_anew(self.connection, self._step)
        (free,) = self.connection.execute("PRAGMA freelist_count").fetchone()
        for _ in range(0, free, _FREED_AT_ONCE):
            with self.turn:  # `execute` would stop at the first page
                self.connection.executescript(f"PRAGMA incremental_vacuum({_FREED_AT_ONCE})")
        self._empty_write_ahead()

    def _empty_write_ahead(self) -> None:
        """Copy the write-ahead file into the main file and cut it off, which waits for all who read."""
        deadline = time.monotonic() + PATIENCE
        while self._is_read():
            if time.monotonic() > deadline:
                raise StoreUnavailable(f"The history in {self.path} is being read by somebody else.")
            time.sleep(_PAUSE)

    def _is_read(self) -> bool:
        """Whether somebody still reads what was there; if nobody does, the write-ahead file is empty now."""
        with self.turn:
            (is_busy, *_) = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return bool(is_busy)


def _what_is_left(
    deleted: int, of: int, stopped: StoreUnavailable | None, unwiped: StoreUnavailable | None
) -> StoreUnavailable:
    told = [f"Deleted from the history: {deleted} of {of}." if stopped else f"Deleted from the history: {deleted}."]
    if stopped:
        told.append(stopped.message)
    if unwiped:
        told += ["What they said is still in its files.", unwiped.message]
    what = "them" if stopped else "something"
    return StoreUnavailable(" ".join(dict.fromkeys(told)), advice=f"Delete {what} once more when that is over.")
