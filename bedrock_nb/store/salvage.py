"""A damaged history is set aside under another name, and what can be read of it goes into a new one."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bedrock_nb.core.summary import RunState
from bedrock_nb.store.connection import open_to_write
from bedrock_nb.store.errors import StoreUnavailable, translated
from bedrock_nb.store.filelock import alone
from bedrock_nb.store.schema import transaction

_PAGE_SIZE = 4096
_SIZE_IN_HEADER = 28
"""Where a file's header says its number of pages: "Database File Format" of sqlite.org."""
_MOST_ROWS = 10_000_000


def set_aside(path: Path, now: datetime, seen: tuple[int, int] | None = None) -> Path | None:
    """Move a damaged history away and begin a new one with what can be read of it; where the damaged one is now.

    Args:
        path: The history.
        now: The time, for the new name.
        seen: The identity (device and inode) of the damaged file; None comes back where another process was quicker.

    Raises:
        StoreUnavailable: It cannot be moved.
    """
    aside = path.with_name(f"{path.stem}.damaged-{now:%Y%m%dT%H%M%S%f}{path.suffix}")
    with translated(path), alone(path.with_name(f"{path.name}.repair")):
        found = path.stat()
        if seen is not None and (found.st_dev, found.st_ino) != seen:
            return None
        for ending in ("-wal", ""):  # the write-ahead file goes with it: it holds the newest runs
            with suppress(FileNotFoundError):
                path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    with closing(open_to_write(path)) as fresh, suppress(StoreUnavailable), translated(aside):
        _take_over(aside, fresh)
    return aside


def _take_over(aside: Path, fresh: sqlite3.Connection) -> None:
    with _opened_as_a_copy(aside) as damaged, transaction(fresh):
        states = {}
        for row in _readable_rows(damaged, fresh, "runs"):
            states[row["number"]] = row["state"]
            _insert(fresh, "runs", row | {"state": RunState.STREAMING.value})
        for row in _readable_rows(damaged, fresh, "pages"):
            _insert(fresh, "pages", row)
        for number, state in states.items():
            if state != RunState.STREAMING:  # the change of state is what indexes a run's words
                fresh.execute("UPDATE runs SET state = ? WHERE number = ?", (state, number))


@contextmanager
def _opened_as_a_copy(aside: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a copy: SQLite would write into the file itself, if only to tidy up."""
    with tempfile.TemporaryDirectory(dir=aside.parent, prefix="salvage-") as folder:
        for ending in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copy(aside.with_name(aside.name + ending), Path(folder) / f"copy{ending}")
        copy = Path(folder) / "copy"
        _say_its_size(copy)
        if not _tables_are_known(copy):
            _put_back_first_page(copy, Path(folder) / "model")
            _say_its_size(copy)
        with closing(_connected(copy)) as damaged:
            yield damaged


def _connected(copy: Path) -> sqlite3.Connection:
    damaged = sqlite3.connect(copy, isolation_level=None)
    damaged.text_factory = partial(str, encoding="utf-8", errors="replace")
    return damaged


def _tables_are_known(copy: Path) -> bool:
    with closing(_connected(copy)) as damaged:
        try:
            damaged.execute("SELECT id FROM runs LIMIT 0")
            damaged.execute("SELECT run FROM pages LIMIT 0")
        except sqlite3.Error:
            return False
    return True


def _say_its_size(copy: Path) -> None:
    """Let the file's header say how many pages there are: SQLite refuses one that is shorter than it says."""
    with copy.open("r+b") as file:
        file.seek(_SIZE_IN_HEADER)
        file.write((copy.stat().st_size // _PAGE_SIZE).to_bytes(4, "big"))


def _put_back_first_page(copy: Path, model: Path) -> None:
    """Replace the first page, which says what the tables are and where they begin: it is the same in every history."""
    open_to_write(model).close()
    with model.open("rb") as good, copy.open("r+b") as bad:
        bad.write(good.read(_PAGE_SIZE))


def _readable_rows(damaged: sqlite3.Connection, fresh: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    """Every row that can be read, one by one by its number: a scan would end at the first that cannot."""
    columns = [name for _, name, *_ in fresh.execute(f"PRAGMA table_info({table})")]
    names = ", ".join(columns)
    for number in range(1, _last_number(damaged, table) + 1):
        with suppress(sqlite3.Error):
            row = damaged.execute(f"SELECT {names} FROM {table} WHERE rowid = ?", (number,)).fetchone()  # noqa: S608 - our own names
            if row is not None:
                yield dict(zip(columns, row, strict=True))


def _insert(fresh: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    values = ", ".join(f":{name}" for name in row)
    with suppress(sqlite3.IntegrityError):  # its values no longer fit its columns, or its run is not there
        fresh.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})", row)  # noqa: S608 - our own names


def _last_number(damaged: sqlite3.Connection, table: str) -> int:
    for question in (f"SELECT max(rowid) FROM {table}", f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'"):  # noqa: S608 - our own names
        with suppress(sqlite3.Error):
            if found := damaged.execute(question).fetchone():
                return min(int(found[0] or 0), _MOST_ROWS)
    return 0
