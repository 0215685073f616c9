"""Writing runs while they happen: a row before the call, events in batches, and what it amounted to at the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bedrock_nb.core.encoding.page import EventPage, Tools, joined, page_of
from bedrock_nb.core.errors import BedrockError, Stopped, UnreadableRecording
from bedrock_nb.core.event_log import EventLog
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.summary import RunState, RunSummary, summary_of
from bedrock_nb.store.connection import open_to_write
from bedrock_nb.store.deleting import Deletion, past_limits
from bedrock_nb.store.errors import identity, translated
from bedrock_nb.store.filelock import Turn
from bedrock_nb.store.presence import Presence, is_present
from bedrock_nb.store.privacy import (
    masked_endpoint,
    masked_failure,
    masked_request,
    masked_response,
    masked_text,
    masked_wire,
)
from bedrock_nb.store.rows import (
    LINE_COLUMNS,
    PAGE_COLUMNS,
    RECORDING_COLUMNS,
    page_from,
    page_row,
    recording_from,
    summary_row,
    to_json,
)
from bedrock_nb.store.schema import transaction
from bedrock_nb.store.seals import seal

_INSERT_PAGE = (
    f"INSERT INTO pages (run, {', '.join(PAGE_COLUMNS)}, checksum) "
    f"VALUES (:run, {', '.join(f':{name}' for name in PAGE_COLUMNS)}, :checksum)"
)


@dataclass(frozen=True, slots=True)
class NewRun:
    """A call that is about to be made."""

    id: str
    request: Mapping[str, Any]
    started_at: datetime | None = None


@dataclass(slots=True)
class _OpenRun:
    number: int
    written: int = 0
    tools: Tools = field(default_factory=dict)


class Writer:
    """Writes to one history, from one thread at a time. Every method raises StoreUnavailable where it cannot."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: tuple[int, int] | None = None
        self._open: dict[str, _OpenRun] = {}
        with translated(path), ExitStack() as unless_all_is_well:
            self._connection = unless_all_is_well.enter_context(closing(open_to_write(path)))
            self._turn = unless_all_is_well.enter_context(closing(Turn(path.with_name(f"{path.name}.turn"))))
            self._presence = Presence(path)
            unless_all_is_well.callback(self._presence.end)
            self.file = identity(path)
            self.settle_lost()
            unless_all_is_well.pop_all()

    @property
    def is_current(self) -> bool:
        """Whether the file is still the one that was opened; another process may have set it aside or deleted it."""
        return identity(self.path) == self.file

    @contextmanager
    def together(self) -> Iterator[None]:
        """What the block writes is committed together; within another such block, with what that one writes."""
        with translated(self.path):
            if self._connection.in_transaction:
                yield
            else:
                with self._turn, transaction(self._connection):
                    yield

    def begin(self, run: NewRun) -> None:
        """Write a run's row, as one that streams."""
        row = {
            **summary_row(summary_of(Recording(id=run.id, request=dict(run.request), started_at=run.started_at))),
            "state": RunState.STREAMING.value,
            "model": masked_text(str(run.request.get("modelId", ""))),
            "error": None,
            "error_message": None,
            "writer": self._presence.writer,
            "request": to_json(masked_request(run.request)),
        }
        with self.together():
            number = _inserted(self._connection, row)
            seal(self._connection, number, LINE_COLUMNS)
        self._open[run.id] = _OpenRun(number)

    def append(self, run_id: str, log: EventLog) -> None:
        """Write the events of a run as far as they came, but for those that are written already."""
        run = self._open[run_id]
        tools = dict(run.tools)
        page = page_of(log, run.written, tools, masked=masked_wire)
        with self.together():
            self._connection.execute(_INSERT_PAGE, {"run": run.number, **page_row(page)})
        run.written, run.tools = run.written + page.count, tools

    def settle(self, recording: Recording, *, endpoint: str | None = None, cache_key: str | None = None) -> None:
        """Write what a run amounted to, and its events as one page.

        Args:
            recording: The run, which was begun by this writer.
            endpoint: The address that it was sent to.
            cache_key: What it is found by when the same is asked again; see `bedrock_nb.store.keys`.
        """
        run = self._open[recording.id]
        pages = []
        with translated(self.path), suppress(UnreadableRecording):  # the disk has changed them: the run has them whole
            pages = self._pages(run.number)
        if sum(page.count for page in pages) == run.written <= len(recording.log):
            pages.append(page_of(recording.log, run.written, dict(run.tools), masked=masked_wire))
        else:
            pages = [page_of(recording.log, masked=masked_wire)]
        self._settle(run.number, recording, joined(pages), endpoint=endpoint, cache_key=cache_key)
        del self._open[recording.id]

    def end_otherwise(self, run_id: str, failure: BedrockError) -> None:
        """Write that a complete run is none after all: this ended its exchange when the call was over."""
        told = masked_failure(failure.to_dict())
        state = RunState.STOPPED if isinstance(failure, Stopped) else RunState.FAILED
        line = summary_row(RunSummary(run_id, state, error=failure.code, error_message=told["message"]))
        row = {name: line[name] for name in ("state", "error", "error_message")} | {"failure": to_json(told)}
        settings = ", ".join(f"{name} = :{name}" for name in row)
        with self.together():
            changed = self._connection.execute(
                f"UPDATE runs SET {settings} WHERE id = :id AND state = 'complete' RETURNING number",
                row | {"id": run_id},
            ).fetchall()
            for (number,) in changed:
                seal(self._connection, number, LINE_COLUMNS)

    def give_up(self, run_id: str) -> None:
        """Write no more of this run."""
        self._open.pop(run_id, None)

    def add(self, recording: Recording, cache_key: str | None = None) -> bool:
        """Write a recording that is over; whether it was not there yet."""
        with self.together():
            known = self._connection.execute("SELECT 1 FROM runs WHERE id = ?", (recording.id,)).fetchone()
            if known:
                return False
            self.begin(NewRun(recording.id, recording.request, recording.started_at))
            number = self._open.pop(recording.id).number
            self._settle(number, recording, page_of(recording.log, masked=masked_wire), cache_key=cache_key)
        return True

    def pin(self, run_ids: Sequence[str], *, pinned: bool = True) -> None:
        """Keep these runs when old ones are deleted, or no longer."""
        with self.together():
            rows = [(pinned, run_id) for run_id in run_ids]
            self._connection.executemany("UPDATE runs SET pinned = ? WHERE id = ?", rows)

    def delete(self, run_ids: Sequence[str]) -> int:
        """Delete these runs, so that nothing of them is left in the files; how many there were.

        Raises:
            StoreUnavailable: Some are still there as they were, or their bytes are; the message says how many.
        """
        return Deletion(self.path, self._connection, self._turn).of(run_ids)

    def trim(self, *, days: float | None = None, megabytes: float | None = None, now: datetime) -> int:
        """Delete the oldest runs past a limit, never the pinned or the running; how many."""
        with translated(self.path):
            old = past_limits(self._connection, days=days, megabytes=megabytes, now=now)
        return self.delete(old) if old else 0

    def settle_lost(self) -> int:
        """Say of runs whose process is gone that they are lost, and what came of them; how many."""
        with translated(self.path):
            writers = self._connection.execute("SELECT DISTINCT writer FROM runs WHERE state = 'streaming'").fetchall()
            gone = [writer for (writer,) in writers if not is_present(self.path, writer)]
            settled = 0
            for writer in gone:
                with self.together():
                    settled += self._settle_runs_of(writer)
        return settled

    def close(self) -> None:
        """End writing. Runs that are still open are lost."""
        with translated(self.path):
            self._presence.end()
            self._turn.close()
            self._connection.close()

    def let_go(self) -> None:
        """In a fork's child: leave connection and sign of life to the parent."""
        self._presence.let_go()
        self._turn.close()

    def _pages(self, number: int) -> list[EventPage]:
        rows = self._connection.execute(
            f"SELECT {', '.join(PAGE_COLUMNS)}, checksum FROM pages WHERE run = ? ORDER BY first",
            (number,),
        )
        return [page_from(row) for row in rows]

    def _settle_runs_of(self, writer: str | None) -> int:
        rows = self._connection.execute(
            f"SELECT {', '.join(RECORDING_COLUMNS)} FROM runs WHERE state = 'streaming' AND writer IS ?",
            (writer,),
        ).fetchall()
        for row in rows:
            pages, damage = [], None
            try:
                pages = self._pages(row[0])
            except UnreadableRecording as error:
                damage = error
            recording = recording_from(row, pages, damage, Recording)
            self._settle(row[0], recording, None if damage else joined(pages), state=RunState.LOST)
        return len(rows)

    def _settle(
        self,
        number: int,
        recording: Recording,
        page: EventPage | None,
        *,
        state: RunState | None = None,
        endpoint: str | None = None,
        cache_key: str | None = None,
    ) -> None:
        row = _settled_row(recording, state) | {"endpoint": masked_endpoint(endpoint), "cache_key": cache_key}
        written = {"run": number, **page_row(page)} if page else {}
        row["bytes"] = sum(len(value) for value in written.values() if isinstance(value, bytes))
        settings = ", ".join(f"{name} = :{name}" for name in row)
        with self.together():
            if page:
                self._connection.execute("DELETE FROM pages WHERE run = ?", (number,))
                self._connection.execute(_INSERT_PAGE, written)
            self._connection.execute(f"UPDATE runs SET {settings} WHERE number = :number", row | {"number": number})
            seal(self._connection, number, LINE_COLUMNS)


def _settled_row(recording: Recording, state: RunState | None) -> dict[str, Any]:
    """The columns of a run that is over."""
    row = summary_row(summary_of(recording, state))
    failure = recording.failure
    del row["pinned"]
    return row | {
        "model": masked_text(recording.model),
        "invoked_model": row["invoked_model"] and masked_text(row["invoked_model"]),
        "error_message": masked_failure({"message": row["error_message"]})["message"],
        "response": to_json(masked_response(recording.response)),
        "failure": to_json(masked_failure(failure.to_dict())) if failure else None,
        "call_seconds": recording.duration,
    }


def _inserted(connection: sqlite3.Connection, row: dict[str, Any]) -> int:
    statement = f"INSERT INTO runs ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)}) RETURNING number"
    try:
        found = connection.execute(statement, row).fetchall()
    except sqlite3.IntegrityError:  # it was taken over from a damaged file in mid-stream, and begins again
        connection.execute("DELETE FROM runs WHERE id = ?", (row["id"],))
        found = connection.execute(statement, row).fetchall()
    return int(found[0][0])
