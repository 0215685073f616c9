"""The index of words, written anew: until then it has the words of deleted runs, and beside them that they are deleted.

FTS5 keeps it in segments, which lie on levels. Only a merge into the sole segment of the highest level lets go of what
is deleted; see `fts5IndexMergeLevel` in fts5_index.c of SQLite, which also describes its record of the segments.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import islice

_MERGED_AT_ONCE = 200
"""Pages of 4 KB that are written together, about."""
_CHANGES_OF_A_MERGE = 2
"""Rows that SQLite says it has changed, at least, where there was something to merge."""
_SPARE_STEPS = 10
_RECORD_OF_SEGMENTS = 10
"""The row that it is in."""
_MORE_FOLLOWS = 0x80

Step = Callable[[], AbstractContextManager[None]]
"""What is written in one is committed together; between two of them others write."""


def write_anew(connection: sqlite3.Connection, step: Step) -> None:
    """Write the index anew, so that no word of a deleted run is left in it."""
    if not _is_merged(connection, step):
        with step():
            _make_from_runs(connection)


def _is_merged(connection: sqlite3.Connection, step: Step) -> bool:
    """Merge all segments into one, in small steps; whether what is deleted has gone by that.

    The first step begins, and those that follow go on with it: "The 'merge' Command" of SQLite's documentation of FTS5.
    Where others write meanwhile, one may find nothing to do before it is done, or work without end.
    """
    old: set[int] = set()
    pages = -_MERGED_AT_ONCE
    (size,) = connection.execute("PRAGMA page_count").fetchone()
    for _ in range(_SPARE_STEPS + 2 * size // _MERGED_AT_ONCE):
        with step():
            old = old or _segments(connection)
            found_some = _merge(connection, pages)
            there = _segments(connection)
            if there and not _levels(connection)[-1]:
                return False
        if not old <= there or (pages < 0 and not found_some):
            return True
        pages = _MERGED_AT_ONCE if found_some else -_MERGED_AT_ONCE
    return False


def _merge(connection: sqlite3.Connection, pages: int) -> bool:
    """Merge so many pages, or where that is negative, begin to merge all; whether there was something to merge."""
    before = connection.total_changes
    connection.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (pages,))
    return connection.total_changes - before >= _CHANGES_OF_A_MERGE


def _make_from_runs(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    connection.execute(
        "INSERT INTO words (rowid, prompt, answer) "
        "SELECT number, prompt, answer FROM runs WHERE state != 'streaming' ORDER BY number"
    )


def _segments(connection: sqlite3.Connection) -> set[int]:
    """The numbers of the segments. All that go into one merge are there until it is over."""
    return {number for (number,) in connection.execute("SELECT DISTINCT segid FROM words_idx")}


def _levels(connection: sqlite3.Connection) -> list[int]:
    """How many segments each level has, the lowest first."""
    (record,) = connection.execute("SELECT block FROM words_data WHERE id = ?", (_RECORD_OF_SEGMENTS,)).fetchone()
    levels, _, _, *rest = _numbers(record[4:])
    numbers = iter(rest)
    sizes = []
    for _ in range(levels):
        _, size = islice(numbers, 2)  # how many of them are being merged, and how many there are
        sizes.append(size)
        numbers = islice(numbers, 3 * size, None)  # the number of each, its first and its last page
    return sizes


def _numbers(data: bytes) -> Iterator[int]:
    """Numbers as SQLite packs them: seven bits a byte, and the eighth says that there are more."""
    number = 0
    for byte in data:
        number = number << 7 | byte & ~_MORE_FOLLOWS
        if not byte & _MORE_FOLLOWS:
            yield number
            number = 0
