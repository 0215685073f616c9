"""A damaged history is set aside under another name, and what can be read of it goes into a new one."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from bedrock_nb.core.errors import UnreadableRecording
from bedrock_nb.core.summary import RunState
from bedrock_nb.store.connection import open_to_write
from bedrock_nb.store.errors import ELSEWHERE, StoreDamaged, StoreUnavailable, explained, identity, translated
from bedrock_nb.store.filelock import alone
from bedrock_nb.store.presence import folder_of
from bedrock_nb.store.rows import LINE_COLUMNS, to_json
from bedrock_nb.store.schema import transaction
from bedrock_nb.store.seals import CALL_SEAL, LINE_SEAL, seal
from bedrock_nb.store.write_ahead import PAGE_SIZE, is_cut_off, write_through

_SIZE_IN_HEADER = 28
"""Where a file's header says its number of pages: "Database File Format" of sqlite.org."""
_MAGIC = b"SQLite format 3\0"
_LEAF = 0x0D
"""What a page with rows of a table begins with."""
_KINDS = {
    "runs": {"number": int, "id": str, "state": str, "request": str},
    "pages": {"run": int, "first": int, "count": int, "heads": str, "raw": bytes},
}
"""What tells a row of the one table from one of the other."""


def set_aside(path: Path, now: datetime, seen: tuple[int, int] | None = None) -> Path | None:
    """Move a damaged history away and begin a new one with what can be read of it; where the damaged one is now.

    Args:
        path: The history.
        now: The time, for the new name.
        seen: The identity (device and inode) of the damaged file; None comes back where another process was quicker.

    Raises:
        StoreDamaged: It cannot be moved, or there is no room to take anything over; it is where and as it was.
        StoreUnavailable: It has nothing of a history and never was one.
    """
    aside = path.with_name(f"{path.stem}.damaged-{now:%Y%m%dT%H%M%S%f}{path.suffix}")
    # Under the second lock nobody makes a new history before this one is there, or the damaged one is back.
    with _told_with_the_damage(path), alone(_beside(path, ".repair")), alone(_beside(path, ".lock")):
        if seen is not None and identity(path) != seen:
            return None
        is_one = _may_be_one(path)
        if is_one:
            _replace(path, aside)
    if not is_one:  # others look for it where it is: a text, perhaps, that somebody has named by mistake
        raise StoreUnavailable(
            f"The history cannot be kept in {path}: that is a file of another kind.", advice=ELSEWHERE
        )
    return aside


@contextmanager
def _told_with_the_damage(path: Path) -> Iterator[None]:
    """Let what keeps the file where it is out together with why it should go: by itself it would hide that."""
    try:
        yield
    except (OSError, StoreUnavailable) as error:
        why, advice = explained(error)
        raise StoreDamaged(
            f"The history in {path} is damaged, and it cannot be set aside: {why}.",
            advice=f"{advice} What can be read of it is taken over as soon as it can be set aside.",
        ) from error


def _may_be_one(path: Path) -> bool:
    with path.open("rb") as file:
        begins = file.read(len(_MAGIC))
    is_of_sqlite = _MAGIC.startswith(begins.rstrip(b"\0"))  # a disk that fails may leave zeros
    return is_of_sqlite or bool(_leaves(path)) or folder_of(path).exists()


def _replace(path: Path, aside: Path) -> None:
    """Move the damaged history away and a new one into its place; where that fails, it is back."""
    with ExitStack() as unless_all_is_well:
        unless_all_is_well.callback(_move, aside, path)
        _move(path, aside)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix="salvage-") as folder:
            fresh = Path(folder) / path.name
            with closing(open_to_write(fresh)) as connection, translated(path):
                with suppress(StoreDamaged), translated(path):  # nothing can be read of it
                    _take_over(aside, connection)
                connection.execute(
                    "PRAGMA wal_checkpoint(TRUNCATE)"
                ).fetchall()  # closing would not tell of a full disk
            fresh.replace(path)
        unless_all_is_well.pop_all()
    _beside(aside, "-shm").unlink(missing_ok=True)


def _move(path: Path, to: Path) -> None:
    """Move a history with the files beside it, which whoever has it open goes on with; the newest runs are in them."""
    for ending in ("-shm", "-wal", ""):
        with suppress(FileNotFoundError):  # not every history has them
            _beside(path, ending).rename(_beside(to, ending))


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _take_over(aside: Path, fresh: sqlite3.Connection) -> None:
    with _opened_as_a_copy(aside) as damaged, transaction(fresh):
        states: dict[int, str] = {}
        for row in damaged.rows("runs", _columns(fresh, "runs")):
            if states.get(row["number"]) in {None, RunState.STREAMING}:
                states[row["number"]] = row["state"]
                _insert_run(fresh, row)
        for row in damaged.rows("pages", _columns(fresh, "pages")):
            if row["run"] not in states:  # its events are all that is left of it, and of its process nothing is known
                states[row["run"]] = RunState.STREAMING
                failure = to_json(UnreadableRecording("What was asked is lost: the disk is damaged.").to_dict())
                _insert_run(fresh, {"number": row["run"], "id": uuid.uuid4().hex, "request": "{}", "failure": failure})
            _insert_page(fresh, row)
        for number, state in states.items():
            if state != RunState.STREAMING:  # the change of state is what indexes a run's words
                fresh.execute("UPDATE runs SET state = ? WHERE number = ?", (state, number))
        _seal_what_never_was(fresh)


class _Damaged:
    """A damaged history that is read row by row."""

    def __init__(self, connection: sqlite3.Connection, leaves: Sequence[int]) -> None:
        self._connection = connection
        self._leaves = leaves

    def rows(self, table: str, known: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Every row that can be read, in the columns that are known; some come twice, the valid ones first."""
        there = _columns(self._connection, table)
        columns = [name for name in known if name in there]
        question = f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED"
        for row in chain(self._in_order(question), self._stranded(table, question)):
            values = dict(zip(columns, row, strict=True))
            if all(isinstance(values[name], kind) for name, kind in _KINDS[table].items()):
                yield values

    def _in_order(self, question: str) -> Iterator[tuple[Any, ...]]:
        """The rows of the table as it stands, up to the first place that is broken."""
        with suppress(sqlite3.Error):
            yield from self._connection.execute(question)

    def _stranded(self, table: str, question: str) -> Iterator[tuple[Any, ...]]:
        """Rows that no way leads to any more: each page that can hold rows is read as if it were the whole table."""
        for leaf in self._leaves:
            with suppress(sqlite3.Error):
                self._connection.execute("PRAGMA writable_schema = ON")
                self._connection.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = ?", (leaf, table))
                self._connection.execute("PRAGMA writable_schema = RESET")
                yield from self._connection.execute(question)


@contextmanager
def _opened_as_a_copy(aside: Path) -> Iterator[_Damaged]:
    """A copy of the damaged file: SQLite would write into the file itself, if only to tidy up."""
    with tempfile.TemporaryDirectory(dir=aside.parent, prefix="salvage-") as folder:
        for ending in ("", "-wal"):
            with suppress(FileNotFoundError):  # as above
                shutil.copy(_beside(aside, ending), Path(folder) / f"copy{ending}")
        copy = Path(folder) / "copy"
        if is_cut_off(copy):
            write_through(copy)
        _say_its_size(copy)
        if not _tables_are_known(copy):
            _put_back_first_page(copy, Path(folder) / "model")
            _say_its_size(copy)
        with closing(_connected(copy)) as connection:
            # The newest runs go where all the others are, or are read from where they stand.
            with suppress(sqlite3.Error):
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                connection.execute("PRAGMA journal_mode = OFF").fetchall()
                connection.execute("PRAGMA synchronous = OFF")  # a copy need not outlast a loss of power
            yield _Damaged(connection, _leaves(copy))


def _leaves(copy: Path) -> list[int]:
    """The numbers of the pages that hold rows of some table, by their first byte; the first page is none of ours."""
    with copy.open("rb") as file:
        firsts = [page[0] for page in iter(partial(file.read, PAGE_SIZE), b"")]
    return [number for number, first in enumerate(firsts, start=1) if first == _LEAF and number > 1]


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
        file.write((copy.stat().st_size // PAGE_SIZE).to_bytes(4, "big"))


def _put_back_first_page(copy: Path, model: Path) -> None:
    """Replace the first page, which says what the tables are and where they begin: it is the same in every history."""
    open_to_write(model).close()
    with model.open("rb") as good, copy.open("r+b") as bad:
        bad.write(good.read(PAGE_SIZE))


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]


def _insert_run(fresh: sqlite3.Connection, row: dict[str, Any]) -> None:
    fresh.execute("DELETE FROM runs WHERE number = ?", (row["number"],))
    _insert(fresh, "runs", row | {"state": RunState.STREAMING.value})


def _seal_what_never_was(fresh: sqlite3.Connection) -> None:
    """Seal the runs that were written before there were seals, and those that were made here."""
    unsealed = f"SELECT number FROM runs WHERE {LINE_SEAL} IS NULL AND {CALL_SEAL} IS NULL"
    for (number,) in fresh.execute(unsealed).fetchall():
        seal(fresh, number, LINE_COLUMNS)


def _insert_page(fresh: sqlite3.Connection, row: dict[str, Any]) -> None:
    """Take a page over. Of pages with the same events, some of which had been given up, the longest counts."""
    same = "FROM pages WHERE run = :run AND first < :first + :count AND first + count > :first"
    (longest,) = fresh.execute(f"SELECT max(count) {same}", row).fetchone()
    if longest is None or longest < row["count"]:
        fresh.execute(f"DELETE {same}", row)
        _insert(fresh, "pages", row)


def _insert(fresh: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    values = ", ".join(f":{name}" for name in row)
    with suppress(sqlite3.IntegrityError):  # its values no longer fit its columns, or its run is not there
        fresh.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})", row)
