"""Sharing the history: complete recordings to and from a folder in S3.

Both ways may be run again, and go on where they were interrupted: what is there already is left as it is.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

from bedrock_nb.core.errors import UnreadableRecording
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.summary import RunState
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.query import Query
from bedrock_nb.wire.s3 import LARGEST, SharedFolder

AT_ONCE = 8
"""Objects that are on their way at a time."""

Progress = Callable[[int, int], object]
"""Is told after each recording how many are done, and how many there are."""

_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")

T = TypeVar("T")


def _untold(_done: int, _of: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What a push or pull did."""

    copied: int
    there_already: int
    damaged: tuple[str, ...] = ()
    """Ids of files that are no complete recordings; they were left out."""

    def __str__(self) -> str:
        told = f"{self.copied} copied, {self.there_already} there already"
        return f"{told}, {len(self.damaged)} left out: no complete recordings" if self.damaged else told


def push(store: Store, folder: SharedFolder, progress: Progress = _untold) -> Shared:
    """Copy the complete recordings of the history into the folder.

    Raises:
        StoreUnavailable: The history cannot be read.
        BedrockError: S3 cannot be reached, or refuses; what was copied before stays.
    """
    there = set(folder.ids())
    complete = [run.id for run in store.summaries(Query(state=RunState.COMPLETE))]
    missing = [run_id for run_id in complete if run_id not in there]
    written = list(_with_progress(lambda run_id: _put(store, folder, run_id), missing, progress))
    copied = sum(written)
    return Shared(copied, len(complete) - copied)


def pull(store: Store, folder: SharedFolder, progress: Progress = _untold) -> Shared:
    """Copy the recordings of the folder that the history does not have into it.

    Raises:
        StoreUnavailable: The history cannot be written.
        BedrockError: S3 cannot be reached, or refuses; what was copied before stays.
    """
    offered = folder.ids()
    known = {run.id for run in store.summaries()}
    missing = [run_id for run_id in offered if run_id not in known]
    copied, damaged = 0, []
    with closing(store.writer()) as writer:
        for run_id, found in _with_progress(lambda run_id: (run_id, _got(folder, run_id)), missing, progress):
            if found is None:
                damaged.append(run_id)
            else:
                copied += writer.add(*found)
    return Shared(copied, len(offered) - copied - len(damaged), tuple(damaged))


def _put(store: Store, folder: SharedFolder, run_id: str) -> bool:
    recording = store.recording(Recording, run_id)
    if not recording.complete:  # bytes on the disk have changed since it was written
        return False
    data = gzip.compress("".join(recording.to_lines()).encode(), mtime=0)
    return folder.put(run_id, data, store.cache_key(run_id))


def _got(folder: SharedFolder, run_id: str) -> tuple[Recording, str | None] | None:
    """The recording and its key; None where the file is no complete recording of this id."""
    if not _ID.fullmatch(run_id):
        return None
    found = folder.get(run_id)
    try:
        recording = Recording.from_lines(_unzipped(found.data).decode().split("\n"))
    except (UnreadableRecording, gzip.BadGzipFile, zlib.error, EOFError, ValueError):  # `pull` tells of it
        return None
    return (recording, found.cache_key) if recording.id == run_id and recording.complete else None


def _unzipped(data: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        unzipped = file.read(LARGEST + 1)
    if len(unzipped) > LARGEST:
        raise ValueError("The file is far larger than a recording ever is.")
    return unzipped


def _with_progress(do: Callable[[str], T], run_ids: list[str], progress: Progress) -> Iterator[T]:
    progress(0, len(run_ids))
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="bedrock-nb share")
    try:
        for done, result in enumerate(pool.map(do, run_ids), start=1):
            yield result
            progress(done, len(run_ids))
    finally:  # after an error or an interrupt nothing more is begun
        pool.shutdown(cancel_futures=True)
