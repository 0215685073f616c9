"""The history of this user's calls, in one file that many processes share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bedrock_nb.core.encoding.page import EventPage
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.summary import RunState, RunSummary
from bedrock_nb.store import reading
from bedrock_nb.store.connection import reading as opened_to_read
from bedrock_nb.store.errors import StoreDamaged, StoreUnavailable, identity
from bedrock_nb.store.query import EVERY_RUN, Query
from bedrock_nb.store.salvage import set_aside
from bedrock_nb.store.writing import Writer

R = TypeVar("R", bound=Recording)
T = TypeVar("T")


class Store:
    """A history on disk. Every method raises StoreUnavailable where the file cannot be used.

    A damaged file is set aside by the first that finds it so; `on_damage` is told where it lies from then on.
    """

    def __init__(self, path: Path, *, on_damage: Callable[[Path], object] = str) -> None:
        self.path = path
        self.on_damage = on_damage

    def writer(self) -> Writer:
        """A writer of its own for the thread that asks."""
        return self._mended(lambda: Writer(self.path))

    def write(self, use: Callable[[Writer], T]) -> T:
        """What `use` gives, with a writer that is closed behind it; on a damaged file it is tried once more."""

        def write() -> T:
            with closing(Writer(self.path)) as writer:
                return use(writer)

        return self._mended(write)

    def summaries(self, query: Query = EVERY_RUN) -> list[RunSummary]:
        """What one line says about each run, newest first."""
        found = self._summaries(query)
        if any(summary.state == RunState.LOST and not summary.events for summary in found):
            self._settle_lost()
            found = self._summaries(query)
        return found

    def extent(self, query: Query = EVERY_RUN) -> tuple[int, int]:
        """How many runs there are, and the number of the newest; 0 where there is none."""

        def read() -> tuple[int, int]:
            with opened_to_read(self.path) as connection:
                return reading.extent(connection, query)

        return self._mended(read)

    def recordings(self, kind: type[R], query: Query = EVERY_RUN) -> list[R]:
        """The recordings, newest first. What of one cannot be read is said in its `failure`."""

        def read() -> list[R]:
            with opened_to_read(self.path) as connection:
                return list(reading.recordings(connection, query, kind))

        return self._mended(read)

    def recording(self, kind: type[R], run_id: str) -> R:
        """The recording with this id, or the one whose id begins so.

        Raises:
            InvalidInput: There is none, or there are several.
        """
        found = self.recordings(kind, Query(id=run_id, limit=2)) if run_id else []
        if not found:
            raise InvalidInput(f"The history has no recording {run_id!r}.", advice="`%bedrock history` lists them.")
        if len(found) > 1:
            raise InvalidInput(f"Several recordings begin with {run_id!r}.", advice="Give more of the id.")
        return found[0]

    def answer(self, kind: type[R], cache_key: str) -> R | None:
        """The newest complete recording under this key, if there is one."""

        def read() -> R | None:
            with opened_to_read(self.path) as connection:
                return reading.answer(connection, cache_key, kind)

        return self._mended(read)

    def cache_key(self, run_id: str) -> str | None:
        """The key of a run, if it has one."""

        def read() -> str | None:
            with opened_to_read(self.path) as connection:
                found = connection.execute("SELECT cache_key FROM runs WHERE id = ?", (run_id,)).fetchone()
            return found[0] if found else None

        return self._mended(read)

    def with_pages(self, query: Query, use: Callable[[Iterable[tuple[str, EventPage]]], T]) -> T:
        """What `use` makes of the events of the runs, which come as pages while they are read.

        Each page comes with its run's id: newest run first, its events in their order.
        """

        def read() -> T:
            with opened_to_read(self.path) as connection:
                return use(reading.pages(connection, query))

        return self._mended(read)

    def mend(self, seen: tuple[int, int] | None) -> None:
        """Set a file aside that was found to be damaged, unless another process did; `seen` is what it was."""
        aside = set_aside(self.path, datetime.now(UTC), seen)
        if aside is not None:
            self.on_damage(aside)

    def _summaries(self, query: Query) -> list[RunSummary]:
        def read() -> list[RunSummary]:
            with opened_to_read(self.path) as connection:
                return reading.summaries(connection, self.path, query)

        return self._mended(read)

    def _settle_lost(self) -> None:
        with suppress(StoreUnavailable):  # a history that may only be read is read as it is
            self.write(Writer.settle_lost)

    def _mended(self, use: Callable[[], T]) -> T:
        """What `use` gives; on a damaged file it is set aside, and what could be read of it is used."""
        seen = identity(self.path)
        try:
            return use()
        except StoreDamaged:
            self.mend(seen)
            return use()
