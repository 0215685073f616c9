"""Connections to the history's file: for reading whatever can be read, and for writing beside other processes.

The file is in SQLite's write-ahead mode: readers never wait for writers, and a writer waits for another one's commit
only. With synchronous=NORMAL what is committed survives the end of the process; a loss of power may take the last
moments, and never breaks the file.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

from bedrock_nb.store.errors import ELSEWHERE, StoreDamaged, StoreUnavailable, translated
from bedrock_nb.store.filelock import alone
from bedrock_nb.store.schema import STEPS, Step, is_foreign, migrate, version_of
from bedrock_nb.store.write_ahead import is_cut_off

_TIMEOUT = 0.05
"""Seconds that SQLite itself waits for a lock; `transaction` is more patient."""
CHECKPOINT_PAGES = 2000
"""Pages of 4 KB in the write-ahead file before they are copied into the main file, which waits for the disk."""


def open_to_write(path: Path, steps: Sequence[Step] = STEPS) -> sqlite3.Connection:
    """A connection that writes, for any one thread at a time; file and tables are made where there are none.

    Raises:
        StoreUnavailable: The file cannot be written, or is not of a version that this one knows.
    """
    with translated(path):
        _check_place(path)
        with alone(path.with_name(f"{path.name}.lock")):
            _make_private(path)
            _refuse_cut_off(path)
            with ExitStack() as unless_all_is_well:
                connection = unless_all_is_well.enter_context(closing(_connected(path, "mode=rw")))
                _bring_up_to_date(connection, path, steps)
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA foreign_keys = ON")
                # Zeros over what is replaced within a page: who deletes a run frees whole pages alone.
                connection.execute("PRAGMA secure_delete = FAST")
                connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
                unless_all_is_well.pop_all()
    return connection


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only reads; an empty history where there is no file.

    Raises:
        StoreUnavailable: The file cannot be read, or is not of a version that this one knows.
    """
    with translated(path), closing(_open_to_read(path)) as connection:
        yield connection


def _check_place(path: Path) -> None:
    """Refuse to put anything beside what cannot be a history; the folder is made where there is none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "no ordinary file"
        raise StoreUnavailable(f"The history cannot be kept in {path}: that is {kind}.", advice=ELSEWHERE)


def _open_to_read(path: Path) -> sqlite3.Connection:
    _check_place(path)
    if not path.exists():
        if not os.access(path.parent, os.W_OK | os.X_OK):  # no call was ever kept here, and none can be
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        connection = _connected(Path(":memory:"))
        migrate(connection)
        return connection
    if os.access(path.parent, os.W_OK):  # elsewhere a damaged file cannot be set aside, and is read as it is
        _refuse_cut_off(path)
    # Where nothing may be written, the write-ahead file cannot be joined either, and the main file is all there is.
    for options in ("mode=rw", "mode=ro"):
        try:
            return _checked(path, options)
        except sqlite3.OperationalError as error:  # not in this way: the last one tells what is wrong
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:  # who holds it alone may be writing to it
                raise
    return _checked(path, "mode=ro&immutable=1")


def _refuse_cut_off(path: Path) -> None:
    """Before a connection is made that writes: the last to close makes the write-ahead file part of the main file."""
    if is_cut_off(path):
        raise StoreDamaged(f"The history in {path} is damaged: its newest runs cannot be reached.")


def _checked(path: Path, options: str) -> sqlite3.Connection:
    with ExitStack() as unless_all_is_well:
        connection = unless_all_is_well.enter_context(closing(_connected(path, options)))
        _refuse_foreign_and_newer(connection, path, len(STEPS))
        if version_of(connection) < len(STEPS):
            connection = unless_all_is_well.enter_context(closing(_brought_up_to_date(connection, path)))
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA mmap_size = 1073741824")
        unless_all_is_well.pop_all()
    return connection


def _brought_up_to_date(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """A connection to the newest tables: those of the file, or of a copy in memory where it may only be read."""
    with closing(connection):
        try:
            open_to_write(path).close()
        except StoreUnavailable:  # it may not be written to
            copy = _connected(Path(":memory:"))
            connection.backup(copy)
            migrate(copy)
            return copy
    return _connected(path, "mode=rw")


def _connected(path: Path, options: str = "") -> sqlite3.Connection:
    name = "file::memory:" if str(path) == ":memory:" else f"file:{quote(str(path))}?{options}"
    connection = sqlite3.connect(name, uri=True, timeout=_TIMEOUT, isolation_level=None, check_same_thread=False)
    # Text that a damaged disk has changed is still text, and the rest of its row is worth reading.
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    return connection


def _make_private(path: Path) -> None:
    """Make the file before SQLite does, so that it is the user's alone from the first byte on."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _bring_up_to_date(connection: sqlite3.Connection, path: Path, steps: Sequence[Step]) -> None:
    _refuse_foreign_and_newer(connection, path, len(steps))
    if not connection.execute("PRAGMA page_count").fetchone()[0]:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    if version_of(connection) < len(steps):
        migrate(connection, steps)


def _refuse_foreign_and_newer(connection: sqlite3.Connection, path: Path, known: int) -> None:
    if is_foreign(connection):
        raise StoreUnavailable(f"{path} is a database of another program.", advice=ELSEWHERE)
    if (version := version_of(connection)) > known:
        raise StoreUnavailable(
            f"The history in {path} is of version {version}; this bedrock_nb knows versions up to {known}.",
            advice="Upgrade bedrock-nb, or name another file with BEDROCK_NB_STORE.",
        )
