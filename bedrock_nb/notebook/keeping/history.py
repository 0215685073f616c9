"""Getting it back: what the history keeps, found, shown and tabulated."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeVar, overload

from bedrock_nb.core.counted import counted
from bedrock_nb.core.encoding.page import EventPage
from bedrock_nb.core.errors import InvalidInput, UnreadableRecording
from bedrock_nb.core.summary import RunState, RunSummary
from bedrock_nb.notebook.keeping.recorder import recorder_of, settle
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.notebook.keeping.shown_table import Table
from bedrock_nb.notebook.keeping.tabular import Tabular
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.location import VARIABLE, store_path
from bedrock_nb.store.query import Query, moment_of

SHOWN = 20
"""Runs that a history shows of itself."""
_SHORT = 60
_READ_AT_ONCE = 100
_COLUMNS = ("id", "when", "model", "prompt", "answer", "state", "tokens", "seconds")

T = TypeVar("T")
When = datetime | date | timedelta | str


class History(Tabular):
    """The runs that a question found, newest first: a sequence of Recordings, which are read when they are looked at.

    It shows itself as a table, and is one for pandas (`to_frame`), polars and DuckDB. It is no
    `collections.abc.Sequence`, because polars would take that for a list of rows.
    """

    default_grain: ClassVar[str] = "runs"

    def __init__(self, store: Store, query: Query) -> None:
        self._store = store
        self._count, newest = store.extent(query)
        self._query = replace(query, upto=newest)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Recording: ...

    @overload
    def __getitem__(self, place: slice) -> list[Recording]: ...

    def __getitem__(self, place: int | slice) -> Recording | list[Recording]:
        places = range(self._count)[place]
        if isinstance(places, int):
            return self._store.recordings(Recording, self._part(places, 1))[0]
        return [self[each] for each in places]

    def __iter__(self) -> Iterator[Recording]:
        for begin in range(0, self._count, _READ_AT_ONCE):
            yield from self._store.recordings(Recording, self._part(begin, min(_READ_AT_ONCE, self._count - begin)))

    @property
    def runs(self) -> list[RunSummary]:
        """What one line says about each."""
        return self._store.summaries(self._part(0, self._count))

    def delete(self) -> int:
        """Delete all of them from the history, for good; how many there were."""
        over = [run.id for run in self.runs if run.state != RunState.STREAMING]
        return self._store.write(lambda writer: writer.delete(over))

    def pin(self, *, pinned: bool = True) -> None:
        """Keep them when old recordings are deleted, or no longer."""
        run_ids = [run.id for run in self.runs]
        self._store.write(lambda writer: writer.pin(run_ids, pinned=pinned))

    def _part(self, begin: int, count: int) -> Query:
        return replace(self._query, offset=self._query.offset + begin, limit=count)

    def _recordings(self) -> Iterable[Recording]:
        return iter(self)

    def _summaries(self) -> Iterable[RunSummary]:
        return self.runs

    def _with_pages(self, use: Callable[[Iterable[tuple[str, EventPage]]], T]) -> T:
        return self._store.with_pages(self._part(0, self._count), use)

    def _attrs(self, grain: str) -> dict[str, Any]:
        asked = {name: getattr(self._query, name) for name in ("model", "text", "state", "since", "until")}
        told = {name: str(value) for name, value in asked.items() if value is not None}
        return {"grain": grain, "runs": self._count, "query": told}

    def _as_table(self) -> Table:
        shown = self._store.summaries(self._part(0, min(SHOWN, self._count)))
        more = f" The newest {SHOWN} are shown; `to_frame()` gives all." if self._count > SHOWN else ""
        note = f"`%bedrock show ID` shows one, `%bedrock replay ID` plays it again.{more}" if self._count else ""
        return Table(counted(self._count, "recording"), _COLUMNS, tuple(map(_row, shown)), note)

    def __repr__(self) -> str:
        return repr(self._as_table())

    def _repr_html_(self) -> str:
        return self._as_table()._repr_html_()


def history(
    text: str | None = None,
    *,
    model: str | None = None,
    since: When | None = None,
    until: When | None = None,
    state: str | None = None,
    limit: int | None = None,
    id: str | None = None,
) -> History:
    """What the history keeps, newest first.

    Args:
        text: Words that are all in the prompt or the answer, or begin one there; those in double quotes stand there as
            they are.
        model: A model's id, or a part of it.
        since: The earliest time: a datetime, a date, an age as a timedelta, or text such as "2026-11-03" or "7d".
        until: The latest time, likewise.
        state: streaming, complete, incomplete, failed, stopped or lost.
        limit: So many of the newest.
        id: A recording's id, or how it begins.

    Raises:
        InvalidInput: A time or state cannot be understood, or the history is switched off.
        StoreUnavailable: The history cannot be read.
    """
    now = datetime.now(UTC)
    query = Query(
        text=text,
        model=model,
        since=None if since is None else moment_of(since, now),
        until=None if until is None else moment_of(until, now),
        state=state,
        limit=limit,
        id=id,
    )
    return History(current_store(), query)


def last() -> Recording:
    """The newest recording of a call that is over.

    Raises:
        InvalidInput: There is none, or the history is switched off.
        StoreUnavailable: The history cannot be read.
    """
    store = current_store()
    for run in store.summaries(Query(limit=SHOWN)):
        if run.state != RunState.STREAMING:
            return store.recording(Recording, run.id)
    raise InvalidInput("The history is empty.", advice="Every call that is made from now on is kept in it.")


def get(run_id: str) -> Recording:
    """The recording with this id, or the one whose id begins so.

    Raises:
        InvalidInput: There is none, or there are several, or the history is switched off.
        StoreUnavailable: The history cannot be read.
    """
    return current_store().recording(Recording, run_id)


def current_store() -> Store:
    """The user's history, with all that is over written into it.

    Raises:
        InvalidInput: It is switched off.
    """
    path = store_path()
    if path is None:
        raise InvalidInput("The history is switched off.", advice=f"Unset {VARIABLE}, or let it name a file.")
    settle()
    return recorder_of(path).store


def read_notebook(path: str | Path) -> list[Recording]:
    """The recordings that the outputs of a notebook file carry, in their order; no kernel or history is needed.

    Raises:
        InvalidInput: The file cannot be read, or is not a notebook.
        UnreadableRecording: A recording is damaged, or of a newer version.
    """
    from bedrock_nb.views.bundle import RECORDING_TYPE

    carried = [data for output in _outputs(_cells(path)) if (data := _data(output).get(RECORDING_TYPE)) is not None]
    try:
        return [Recording.from_dict(each) for data in carried for each in _carried(data)]
    except UnreadableRecording as error:
        raise UnreadableRecording(f"{path}: {error.message}", advice=error.advice) from error


def _cells(path: str | Path) -> list[Any]:
    try:
        notebook = json.loads(Path(path).expanduser().read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidInput(f"The notebook {path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError, TypeError, RuntimeError) as error:
        raise InvalidInput(f"{path} is not a notebook: {error}.") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise InvalidInput(
            f"{path} is not a notebook: it has no cells.",
            advice="Notebooks from before 2015 have to be saved anew by Jupyter first.",
        )
    return cells


def _outputs(cells: list[Any]) -> Iterator[Any]:
    for cell in cells:
        outputs = cell.get("outputs") if isinstance(cell, dict) else None
        yield from outputs if isinstance(outputs, list) else []


def _data(output: Any) -> dict[str, Any]:
    data = output.get("data") if isinstance(output, dict) else None
    return data if isinstance(data, dict) else {}


def _carried(data: Any) -> list[Any]:
    recordings = data.get("recordings") if isinstance(data, dict) else None
    if not isinstance(recordings, list):
        raise UnreadableRecording("An output of the notebook says that it carries recordings, and carries none.")
    return recordings


def _row(run: RunSummary) -> dict[str, Any]:
    when = run.started_at.astimezone() if run.started_at else None
    return {
        "id": run.id[:8],
        "when": f"{when:%Y-%m-%d %H:%M}" if when else None,
        "model": run.model,
        "prompt": _shortened(run.prompt),
        "answer": _shortened(run.answer),
        "state": _how(run),
        "tokens": run.total_tokens,
        "seconds": None if run.duration is None else f"{run.duration:.1f}",
    }


_ORDINARY_ENDS = {"end_turn", "stop_sequence", None}


def _how(run: RunSummary) -> str:
    """Its state, and why the model stopped where its message is whole and yet no final answer."""
    is_final = run.state is not RunState.COMPLETE or run.stop_reason in _ORDINARY_ENDS
    state = run.state.value if is_final else f"{run.state} ({run.stop_reason})"
    return f"{state}, pinned" if run.pinned else state


def _shortened(text: str) -> str:
    line = " ".join(text[: 4 * _SHORT].split())
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"
