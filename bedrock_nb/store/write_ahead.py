"""The write-ahead file beside the history, which holds the newest runs until SQLite copies them into the main file.

SQLite reads it up to the first frame whose checksum is wrong. All that follows it takes for leftovers, in silence, and
soon overwrites. Here the rest is found. Formats: "WAL-mode File Format" and "Database File Format" of sqlite.org.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from bedrock_nb.store.presence import anyone_writes

PAGE_SIZE = 4096
_HEADER = 32
_FRAME_HEADER = 24
_FRAME = _FRAME_HEADER + PAGE_SIZE
_STRANGE = 4
"""Frames of another generation in a row, after which no more of this one are looked for."""
_SURELY_LOST = 2
"""Commits beyond what SQLite reads. A process that was killed may have left one that is not whole."""


class _Frame(NamedTuple):
    """What its header says of a frame. Salts tell the generation: each time that the file begins anew they change."""

    page: int
    is_commit: bool
    salts: bytes


def is_cut_off(path: Path) -> bool:
    """Whether this history's write-ahead file has runs beyond a place that is damaged; they are still there.

    One that a killed process has left is not cut off; nor is one that somebody writes to, which is in order by that.
    """
    log = _beside(path, "-wal")
    try:
        seen = log.stat()
        if seen.st_size <= _HEADER or not path.stat().st_size or anyone_writes(path):
            return False
        read = _frames_that_sqlite_reads(log)
        with log.open("rb") as file:
            lost = _commits_beyond(file, read)
        now = log.stat()
    except (OSError, sqlite3.Error):  # nobody can tell; what is wrong with the file is told by whoever opens it
        return False
    return lost == _SURELY_LOST and (now.st_size, now.st_mtime_ns) == (seen.st_size, seen.st_mtime_ns)


def write_through(path: Path) -> None:
    """Copy the write-ahead file into the main file, whatever its checksums say, and remove it.

    Pages with damage come along: it is the rows that have seals.
    """
    log = _beside(path, "-wal")
    with log.open("rb") as file, path.open("r+b") as main:
        salts = _own_salts(file)
        frames = [frame._replace(page=0) if frame.salts != salts else frame for frame in _frames(file)]
        most = path.stat().st_size // PAGE_SIZE + len(frames)
        end = max((number for number, frame in enumerate(frames, start=1) if frame.page and frame.is_commit), default=0)
        for number, frame in enumerate(frames[:end]):
            if 0 < frame.page <= most:  # a number beyond is damaged itself
                file.seek(_HEADER + number * _FRAME + _FRAME_HEADER)
                main.seek((frame.page - 1) * PAGE_SIZE)
                main.write(file.read(PAGE_SIZE))
    log.unlink()
    _beside(path, "-shm").unlink(missing_ok=True)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _frames_that_sqlite_reads(log: Path) -> int:
    """How many frames SQLite reads of this file, found out with a copy beside an empty database.

    The database itself and its index must not be opened by hand: to close a file lets go all of the process's locks
    on it, SQLite's among them ("How To Corrupt An SQLite Database File" of sqlite.org).
    """
    with tempfile.TemporaryDirectory(dir=log.parent, prefix="look-") as folder:
        empty = Path(folder) / "empty"
        with closing(sqlite3.connect(empty)) as connection:
            connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
            connection.execute("PRAGMA journal_mode = WAL")
        shutil.copyfile(log, _beside(empty, "-wal"))
        with closing(sqlite3.connect(empty)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            return int(connection.execute("PRAGMA wal_checkpoint").fetchone()[1])


def _commits_beyond(file: BinaryIO, read: int) -> int:
    """How many commits of the file's generation stand beyond the frames that SQLite reads; two at most are counted."""
    salts = _own_salts(file)
    commits = strange = 0
    for frame in _frames(file, read):
        strange = 0 if frame.salts == salts else strange + 1
        commits += frame.is_commit and not strange
        if commits == _SURELY_LOST or strange == _STRANGE:
            break
    return commits


def _own_salts(file: BinaryIO) -> bytes:
    """The salts of the present generation: those of the header, or if that is damaged, of most of the first frames."""
    first = Counter(frame.salts for frame in islice(_frames(file), _STRANGE))
    return _salts_of_header(file) or max(first, key=first.__getitem__, default=b"")


def _salts_of_header(file: BinaryIO) -> bytes:
    """What the header says, if its checksum is right."""
    file.seek(0)
    header = file.read(_HEADER)
    one = other = 0
    order = ">" if header[3] & 1 else "<"
    for this, following in struct.iter_unpack(f"{order}II", header[:24]):
        one = (one + this + other) % 2**32
        other = (other + following + one) % 2**32
    return header[16:24] if header[24:] == struct.pack(">II", one, other) else b""


def _frames(file: BinaryIO, first: int = 0) -> Iterator[_Frame]:
    """The whole frames, from the one of this number on."""
    whole = (file.seek(0, os.SEEK_END) - _HEADER) // _FRAME
    for number in range(first, whole):
        file.seek(_HEADER + number * _FRAME)
        page, size, salts = struct.unpack(">II8s", file.read(16))
        yield _Frame(page, is_commit=size > 0, salts=salts)
