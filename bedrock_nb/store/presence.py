"""Whether the process that writes a run is still there.

Each process that writes holds a lock on a file of its own beside the history. The operating system lets the lock go
when the process ends, however it ends, so that no heartbeat, process id or clock has to be trusted.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from bedrock_nb.store.filelock import acquired

SUFFIX = ".alive"


def folder_of(store: Path) -> Path:
    """The folder of the signs of life beside a history."""
    return store.with_name(f"{store.name}-writers")


class Presence:
    """This process's sign of life; it lasts until `end`, or until the process is gone.

    Raises:
        OSError: Its file cannot be made.
    """

    def __init__(self, store: Path) -> None:
        folder = folder_of(store)
        folder.mkdir(mode=0o700, exist_ok=True)
        self.writer = uuid.uuid4().hex
        self._path = folder / f"{self.writer}{SUFFIX}"
        self._descriptor = acquired(self._path, wait=True)  # `anyone_writes` may be looking at it

    def end(self) -> None:
        """The process writes no more."""
        self.let_go()
        self._path.unlink(missing_ok=True)

    def let_go(self) -> None:
        """Close the file and leave it to its other holder: a fork's child does this with what its parent holds."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_present(store: Path, writer: str | None) -> bool:
    """Whether this writer's process is still there. What a process that is gone left behind is removed."""
    path = folder_of(store) / f"{writer}{SUFFIX}"
    if not writer or not path.exists():
        return False
    try:
        descriptor = acquired(path)
    except OSError:  # a folder that may only be read: nobody can tell, so nobody is declared gone
        return True
    if descriptor is None:
        return True
    path.unlink(missing_ok=True)
    os.close(descriptor)
    return False


def anyone_writes(store: Path) -> bool:
    """Whether there is any process that writes to this history. Nothing is removed: one may just be beginning."""
    for path in folder_of(store).glob(f"*{SUFFIX}"):
        descriptor = acquired(path)
        if descriptor is None:
            return True
        os.close(descriptor)
    return False
