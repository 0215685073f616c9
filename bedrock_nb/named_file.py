"""Files that a user names: written whole, or not at all."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from bedrock_nb.core.errors import InvalidInput


def named_file(name: str | Path) -> Path:
    """The file of this name; `~` at its beginning is a home folder.

    Raises:
        InvalidInput: It is not the name of a file.
    """
    try:
        file = Path(name).expanduser()
        encoded = os.fsencode(file)
    except (TypeError, RuntimeError, UnicodeEncodeError) as error:  # no text, nobody's home folder, half a character
        raise InvalidInput(f"{name!r} is not the name of a file.") from error
    if b"\0" in encoded:
        raise InvalidInput(f"{name!r} is not the name of a file: it has a zero byte in it.")
    return file


def file_to_write(name: str | Path) -> Path:
    """The file of this name, which need not be there.

    Raises:
        InvalidInput: It is not the name of a file, its folder is not there, something else has that name, or the file
            is write-protected.
    """
    file = named_file(name)
    with _told(file):
        folder = file.parent.absolute()
        place, old = _mode(folder), _mode(file)
    if not S_ISDIR(place):
        raise InvalidInput(f"{file} cannot be written: there is no folder {folder}.", advice="Make it first.")
    if old and not S_ISREG(old):
        raise InvalidInput(f"{file} cannot be written: it is a {'folder' if S_ISDIR(old) else 'device'}.")
    if old and not os.access(file, os.W_OK):
        raise InvalidInput(f"{file} cannot be written: it is write-protected.", advice="Choose another name.")
    return file


@contextmanager
def replacing(name: str | Path) -> Iterator[Path]:
    """What to write to: it takes the file's place once it is whole, and until then what was there stays.

    The new file has the old one's permissions, and where the name is a link, the link stays one. A file whose folder
    allows no new one is not written in place: a full disk would leave neither the old one nor the new.

    Raises:
        InvalidInput: As for `file_to_write`, or the file cannot be written; it is as it was then.
    """
    path = file_to_write(name)
    file = Path(os.path.realpath(path))
    with _told(path, file.parent), _draft_beside(file) as draft:
        yield draft
        _reach_the_disk(draft)
        if file.exists():
            shutil.copymode(file, draft)
        draft.replace(file)


@contextmanager
def _told(file: Path, folder: Path | None = None) -> Iterator[None]:
    """What the system refuses within, as `InvalidInput`. The folder is where a new file is to be made."""
    try:
        yield
    except OSError as error:
        where = f" in the folder {folder}" if folder else ""
        advice = "What was there is unchanged. Choose a folder where files can be made and replaced." if folder else ""
        raise InvalidInput(f"{file} cannot be written: {error.strerror or error}{where}.", advice=advice) from error


def _mode(path: Path) -> int:
    """What has this name, as the system's `stat` tells it; 0 where nothing has."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0


@contextmanager
def _draft_beside(file: Path) -> Iterator[Path]:
    """An empty file in the same folder, which is gone behind the block, whatever happens there."""
    draft = file.with_name(f".{uuid.uuid4().hex}.draft")
    # Nobody may read it who may not read the old one, and its writer may write to it.
    draft.touch(0o600 if file.exists() else 0o666, exist_ok=False)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _reach_the_disk(draft: Path) -> None:
    """Wait for the disk: after a loss of power the file could have its new place, and nothing in it."""
    with draft.open("ab") as file:
        os.fsync(file.fileno())
