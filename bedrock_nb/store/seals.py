"""Seals: checksums over what a run's row says, so that bytes that changed on the disk are known for what they are.

A row has two. One is over its line, which lists of runs show, and one over the call, with all that was asked and how
it ended: a list of thousands of runs need not read every request to be sure of itself.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Sequence
from typing import Any

LINE_SEAL, CALL_SEAL = "line_seal", "call_seal"
CALL = ("number", "id", "state", "cache_key", "request", "response", "failure", "started_at", "call_seconds", "events")


def sealed(*values: Any) -> int:
    """The checksum of these values, as SQLite has them."""
    return zlib.crc32(ascii(values).encode())


def seal(connection: sqlite3.Connection, number: int, line: Sequence[str]) -> None:
    """Seal a run's row as it is now; `line` are the columns of its line."""
    for name, columns in ((LINE_SEAL, line), (CALL_SEAL, CALL)):
        row = connection.execute(f"SELECT {', '.join(columns)} FROM runs WHERE number = ?", (number,)).fetchone()
        connection.execute(f"UPDATE runs SET {name} = ? WHERE number = ?", (sealed(*row), number))


def is_whole(values: Sequence[Any], found: object) -> bool:
    """Whether these are the values that were sealed."""
    return sealed(*values) == found
