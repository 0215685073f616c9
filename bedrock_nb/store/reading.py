"""Reading runs: their summaries, whole recordings, and the pages that tables are made of."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from bedrock_nb.core.encoding.page import EventPage
from bedrock_nb.core.errors import UnreadableRecording
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.summary import RunState, RunSummary
from bedrock_nb.store.presence import is_present
from bedrock_nb.store.query import Query
from bedrock_nb.store.rows import (
    PAGE_COLUMNS,
    RECORDING_COLUMNS,
    SUMMARY_COLUMNS,
    page_from,
    readable_part,
    recording_from,
    summary_from,
)
from bedrock_nb.store.seals import LINE_SEAL

R = TypeVar("R", bound=Recording)

_PAGES_OF_RUN = f"SELECT {', '.join(PAGE_COLUMNS)}, checksum FROM pages WHERE run = ? ORDER BY first"


def summaries(connection: sqlite3.Connection, path: Path, query: Query) -> list[RunSummary]:
    """What one line says about each run, newest first."""
    asked, values = query.to_sql()
    columns = ", ".join((*SUMMARY_COLUMNS, "writer", LINE_SEAL))
    rows = connection.execute(f"SELECT {columns} FROM {asked}", values)
    present = cache(partial(is_present, path))
    return [
        summary_from(row, seal, lost=row[1] == RunState.STREAMING and not present(writer))
        for *row, writer, seal in rows
    ]


def extent(connection: sqlite3.Connection, query: Query) -> tuple[int, int]:
    """How many runs there are, and the number of the newest; 0 where there is none."""
    asked, values = query.to_sql()
    question = f"SELECT count(*), max(number) FROM (SELECT number FROM {asked})"
    count, newest = connection.execute(question, values).fetchone()
    return count, newest or 0


def recordings(connection: sqlite3.Connection, query: Query, kind: type[R]) -> Iterator[R]:
    """The recordings, newest first. What of one cannot be read is said in its `failure`."""
    asked, values = query.to_sql()
    rows = connection.execute(f"SELECT {', '.join(RECORDING_COLUMNS)} FROM {asked}", values)
    for row in rows:
        pages, damage = _pages_of(connection, row[0])
        yield recording_from(row, pages, damage, kind)


def answer(connection: sqlite3.Connection, cache_key: str, kind: type[R]) -> R | None:
    """The newest complete recording under this key; None where there is none that can be read whole."""
    rows = connection.execute(
        f"SELECT {', '.join(RECORDING_COLUMNS)} FROM runs "
        "WHERE cache_key = ? AND state = 'complete' ORDER BY number DESC LIMIT 3",
        (cache_key,),
    )
    for row in rows:
        pages, damage = _pages_of(connection, row[0])
        recording = recording_from(row, pages, damage, kind)
        if recording.complete:
            return recording
    return None


def pages(connection: sqlite3.Connection, query: Query) -> Iterator[tuple[str, EventPage]]:
    """The events of the runs as pages, each with its run's id: newest run first, its events in their order.

    Of a damaged page it is what can still be read.
    """
    asked, values = query.to_sql()
    runs = connection.execute(f"SELECT number, CAST(id AS TEXT) FROM {asked}", values).fetchall()
    for number, run_id in runs:  # one by one: a join would sort all of the events once more
        for page, _ in _read_pages(connection, number):
            yield run_id, page


def _pages_of(connection: sqlite3.Connection, number: int) -> tuple[list[EventPage], UnreadableRecording | None]:
    """The pages of one run, and what is wrong with the last that is damaged."""
    read = list(_read_pages(connection, number))
    return [page for page, _ in read], next((damage for _, damage in reversed(read) if damage), None)


def _read_pages(connection: sqlite3.Connection, number: int) -> Iterator[tuple[EventPage, UnreadableRecording | None]]:
    """The pages of one run; of one that is damaged what can still be read, and what is wrong with it."""
    for row in connection.execute(_PAGES_OF_RUN, (number,)):
        try:
            yield page_from(row), None
        except UnreadableRecording as damage:
            yield readable_part(row), damage
