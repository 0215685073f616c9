"""The tables of the history, and the way from each older version to this one."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from bedrock_nb.store.rows import LINE_COLUMNS
from bedrock_nb.store.seals import CALL_SEAL, LINE_SEAL, seal

APPLICATION_ID = 0x62656472
"""Marks the file as ours: "bedr"."""

_FIRST = (
    """
    CREATE TABLE runs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL,
        writer TEXT,
        cache_key TEXT,
        endpoint TEXT,
        pinned INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL DEFAULT 0,
        request TEXT NOT NULL,
        response TEXT NOT NULL DEFAULT '{}',
        failure TEXT,
        started_at INTEGER,
        duration REAL,
        call_seconds REAL,
        model TEXT NOT NULL DEFAULT '',
        region TEXT,
        prompt TEXT NOT NULL DEFAULT '',
        answer TEXT NOT NULL DEFAULT '',
        stop_reason TEXT,
        error TEXT,
        error_message TEXT,
        request_id TEXT,
        invoked_model TEXT,
        service_tier TEXT,
        performance TEXT,
        input_tokens INTEGER,
        output_tokens INTEGER,
        total_tokens INTEGER,
        cache_read_tokens INTEGER,
        cache_write_tokens INTEGER,
        cache_write_1h_tokens INTEGER,
        latency_ms INTEGER,
        time_to_first_event REAL,
        time_to_first_text REAL,
        tokens_per_second REAL,
        events INTEGER NOT NULL DEFAULT 0,
        blocks INTEGER NOT NULL DEFAULT 0,
        tool_calls INTEGER NOT NULL DEFAULT 0,
        server_tool_calls INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX runs_by_time ON runs (started_at)",
    "CREATE INDEX runs_by_key ON runs (cache_key, number) WHERE state = 'complete'",
    "CREATE INDEX runs_that_stream ON runs (writer) WHERE state = 'streaming'",
    """
    CREATE TABLE pages (
        run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
        first INTEGER NOT NULL,
        count INTEGER NOT NULL,
        heads TEXT NOT NULL,
        head_codes BLOB NOT NULL,
        times BLOB NOT NULL,
        text BLOB NOT NULL,
        text_lengths BLOB NOT NULL,
        raw BLOB NOT NULL,
        raw_lengths BLOB NOT NULL,
        checksum INTEGER NOT NULL,
        UNIQUE (run, first)
    )
    """,
    "CREATE VIRTUAL TABLE words USING fts5(prompt, answer, content='runs', content_rowid='number')",
    # A run's words are indexed once, when it is over.
    """
    CREATE TRIGGER words_of_settled AFTER UPDATE OF state ON runs
    WHEN old.state = 'streaming' AND new.state != 'streaming' BEGIN
        INSERT INTO words (rowid, prompt, answer) VALUES (new.number, new.prompt, new.answer);
    END
    """,
    """
    CREATE TRIGGER words_of_deleted AFTER DELETE ON runs WHEN old.state != 'streaming' BEGIN
        INSERT INTO words (words, rowid, prompt, answer) VALUES ('delete', old.number, old.prompt, old.answer);
    END
    """,
)


def _create(connection: sqlite3.Connection) -> None:
    for statement in _FIRST:
        # SQLite keeps the text. In few words it fits the file's first page, and so can be put back: see `salvage`.
        connection.execute(" ".join(statement.split()))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _add_seals(connection: sqlite3.Connection) -> None:
    for name in (LINE_SEAL, CALL_SEAL):
        connection.execute(f"ALTER TABLE runs ADD COLUMN {name} INTEGER")
    for (number,) in connection.execute("SELECT number FROM runs").fetchall():
        seal(connection, number, LINE_COLUMNS)


Step = Callable[[sqlite3.Connection], None]

STEPS: tuple[Step, ...] = (_create, _add_seals)
"""Step n leads from version n to version n + 1; version 0 is the empty file. Steps are added, and never changed."""


def version_of(connection: sqlite3.Connection) -> int:
    """The version of the file's tables; 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_foreign(connection: sqlite3.Connection) -> bool:
    """Whether the file is a database of somebody else."""
    # In this order: another process may be making the tables, and puts our mark beside them in the same transaction.
    has_tables = bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    return has_tables and connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID


def migrate(connection: sqlite3.Connection, steps: Sequence[Step] = STEPS) -> None:
    """Bring the tables to the newest version, all the way or not at all."""
    with transaction(connection):
        for version in range(version_of(connection), len(steps)):
            steps[version](connection)
            connection.execute(f"PRAGMA user_version = {version + 1}")


PATIENCE = 0.4
"""Seconds to wait for other processes' commits. They take milliseconds, so whoever holds on for longer is stuck."""
_PAUSE = 0.001


def _begin(connection: sqlite3.Connection) -> None:
    """Begin to write, after whoever writes now.

    SQLite's own wait doubles its pauses, so that of several busy writers one may wait for seconds.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)
        else:
            return


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that the block writes, or none of it."""
    _begin(connection)
    with connection:  # commits, or after an error rolls back
        yield
