"""Locks that belong to a process and end with it, however it ends: the operating system lets them go."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, wait: bool) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int, *, wait: bool) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


class Turn:
    """Writers take turns: whoever waits first is next. SQLite's own lock goes to whoever asks at the right moment.

    Args:
        path: A file beside what is written; it is made where there is none.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def __enter__(self) -> None:
        if self._descriptor is not None and sys.platform != "win32":  # there, locks have no queue
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def __exit__(self, *_exception: object) -> None:
        if self._descriptor is not None and sys.platform != "win32":
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Take no more turns."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def acquired(path: Path, *, wait: bool = False) -> int | None:
    """The descriptor of this file, locked by this process until it is closed; None where another has it.

    Raises:
        OSError: The file cannot be opened.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, wait=wait)
    except OSError:  # another has it; or there are no locks here, and then nobody may be taken for gone
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Run the block while no other process or thread runs one with this path.

    Raises:
        OSError: The file cannot be opened.
    """
    descriptor = acquired(path, wait=True)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)
