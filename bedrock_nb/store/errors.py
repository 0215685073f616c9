"""Why a history cannot be used, in words that say what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bedrock_nb.core.errors import BedrockError


class StoreUnavailable(BedrockError):
    """The history cannot be read or written. Calls work without it."""


class StoreDamaged(StoreUnavailable):
    """Bytes of the history's file are not what SQLite wrote."""

    advice_text = "The damaged file is set aside when the history is next written to; what can be read is taken over."


ELSEWHERE = "Name another file with BEDROCK_NB_STORE, or switch the history off: BEDROCK_NB_STORE=off."
_WHYS = (
    ("full", "the disk is full", "Free some space, or keep the history elsewhere with BEDROCK_NB_STORE."),
    ("readonly", "it is read-only", ELSEWHERE),
    ("unable to open", "its file cannot be opened", ELSEWHERE),
    ("locked", "another program has locked it", "It is tried again with the next call."),
    ("disk i/o", "its disk cannot be read or written", "Free some space, or keep it elsewhere with BEDROCK_NB_STORE."),
)
_OF_OUR_TABLES = ("no such table", "no such column", "constructor failed", "already exists", "duplicate column")
"""Said of a file that no longer says what they are, or of which version."""
_DAMAGED = ("malformed", "not a database", "corrupt", *_OF_OUR_TABLES)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Let errors of SQLite and of the file system out as `StoreUnavailable`."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise _translation(path, error) from error


def _translation(path: Path, error: Exception) -> StoreUnavailable:
    said = _said(error)
    if any(word in said.lower() for word in _DAMAGED):
        return StoreDamaged(f"The history in {path} is damaged: {said}.")
    why, advice = explained(error)
    return StoreUnavailable(f"The history in {path} cannot be used: {why}.", advice=advice)


def explained(error: BaseException) -> tuple[str, str]:
    """Why the history cannot be used, and what to do; of a translated error it tells the original."""
    if isinstance(error, StoreUnavailable):
        return explained(error.__cause__) if error.__cause__ else (error.message, error.advice)
    said = _said(error)
    words = said.lower().replace("-", "").replace("no space left", "full").replace("permission denied", "readonly")
    return next(((why, advice) for sign, why, advice in _WHYS if sign in words), (said, ELSEWHERE))


def _said(error: BaseException) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of the file; None where there is none. A file that took its place has another."""
    try:
        found = path.stat()
    except OSError:  # nobody can tell: what is wrong is told by whoever opens it
        return None
    return found.st_dev, found.st_ino
