"""Files that a user names: written whole, or not at all."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bedrock_nb.core.errors import InvalidInput


def named_file(name: str | Path) -> Path:
    """The file of this name; `~` at its beginning is a home folder.

    Raises:
        InvalidInput: It is not the name of a file.
    """
    try:
        file = Path(name).expanduser()
    except (TypeError, RuntimeError) as error:  # no text, or nobody's home folder
        raise InvalidInput(f"{name!r} is not the name of a file.") from error
    if "\0" in str(file):
        raise InvalidInput(f"{name!r} is not the name of a file: it has a zero byte in it.")
    return file


def file_to_write(name: str | Path) -> Path:
    """The file of this name, which need not be there.

    Raises:
        InvalidInput: It is not the name of a file, its folder is not there, or something else has that name.
    """
    file = named_file(name)
    if not file.parent.is_dir():
        raise InvalidInput(f"{file} cannot be written: there is no folder {file.parent}.", advice="Make it first.")
    if file.exists() and not file.is_file():
        raise InvalidInput(f"{file} cannot be written: it is a {'folder' if file.is_dir() else 'device'}.")
    return file


@contextmanager
def replacing(name: str | Path) -> Iterator[Path]:
    """What to write to: it takes the file's place once it is whole, and until then what was there stays.

    The new file has the old one's permissions, and where the name is a link, the link stays one.

    Raises:
        InvalidInput: As for `file_to_write`, or the file cannot be written; it is as it was then.
    """
    path = file_to_write(name)
    file = Path(os.path.realpath(path))
    try:
        with _draft_beside(file) as draft:
            yield draft
            _reach_the_disk(draft)
            draft.replace(file)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror or error}.") from error


@contextmanager
def _draft_beside(file: Path) -> Iterator[Path]:
    """An empty file in the same folder, which is gone behind the block, whatever happens there."""
    draft = file.with_name(f".{uuid.uuid4().hex}.draft")
    draft.touch(exist_ok=False)
    try:
        if file.exists():
            shutil.copymode(file, draft)
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _reach_the_disk(draft: Path) -> None:
    """Wait for the disk: after a loss of power the file could have its new place, and nothing in it."""
    with draft.open("ab") as file:
        os.fsync(file.fileno())
