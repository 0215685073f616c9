"""Rows of the history's tables and the values they stand for."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from math import isfinite
from typing import Any, TypeVar

from bedrock_nb.core.errors import BedrockError, UnreadableRecording, error_from_dict
from bedrock_nb.core.jsonable import from_jsonable, to_jsonable
from bedrock_nb.core.page import EventPage, Head, Tool, numbers, page_of_wires
from bedrock_nb.core.recording import Recording, TimedWire
from bedrock_nb.core.summary import RunState, RunSummary

R = TypeVar("R", bound=Recording)

SUMMARY_COLUMNS = tuple(field.name for field in fields(RunSummary))
PAGE_COLUMNS = tuple(field.name for field in fields(EventPage))
RECORDING_COLUMNS = ("number", "id", "request", "response", "failure", "started_at", "call_seconds")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST = 2**63 - 1


def summary_row(summary: RunSummary) -> dict[str, Any]:
    """The columns of `runs` that a summary fills."""
    row = {name: getattr(summary, name) for name in SUMMARY_COLUMNS}
    row = {name: _storable(value) for name, value in row.items()}
    return row | {"started_at": microseconds(summary.started_at), "state": summary.state.value}


def summary_from(row: tuple[Any, ...], *, lost: bool = False) -> RunSummary:
    """The summary of a row of `SUMMARY_COLUMNS`; `lost` where its process is known to be gone."""
    values = dict(zip(SUMMARY_COLUMNS, row, strict=True))
    state = RunState.LOST if lost else RunState(values["state"])
    return RunSummary(
        **values | {"state": state, "started_at": moment(values["started_at"]), "pinned": bool(values["pinned"])}
    )


def page_row(page: EventPage) -> dict[str, Any]:
    """The columns of `pages` that a page fills."""
    row = {name: getattr(page, name) for name in PAGE_COLUMNS} | {"heads": to_json(page.heads)}
    return row | {"checksum": _checksum(row.values())}


def page_from(row: tuple[Any, ...]) -> EventPage:
    """The page of a row of `PAGE_COLUMNS` and its checksum.

    Raises:
        UnreadableRecording: The bytes are not those that were written.
    """
    *columns, checksum = row
    try:
        if _checksum(columns) != checksum:
            raise UnreadableRecording("Some of its events are damaged on the disk: their checksum differs.")
        values = dict(zip(PAGE_COLUMNS, columns, strict=True))
        read = from_json if '"$' in values["heads"] else json.loads
        heads = tuple(Head(kind, name, block, Tool(*tool)) for kind, name, block, tool in read(values["heads"]))
    except (TypeError, ValueError) as error:
        raise UnreadableRecording(f"Some of its events are damaged on the disk: {error}.") from error
    return EventPage(**values | {"heads": heads})


def readable_part(row: tuple[Any, ...]) -> EventPage:
    """What can still be read of a row whose bytes are not those that were written: its events, line by line."""
    values = dict(zip(PAGE_COLUMNS, row[:-1], strict=True))
    raw, times = values["raw"], values["times"]
    lines = raw.split(b"\n") if isinstance(raw, bytes) else []
    seconds = list(numbers("d", times)) if isinstance(times, bytes) and len(times) % 8 == 0 else []
    events: list[TimedWire] = []
    for line, when in zip_longest(lines, seconds):
        with suppress(ValueError):  # also of bytes that are no text
            wire = from_json((line or b"").decode())
            if isinstance(wire, dict):
                events.append((when if when is not None and isfinite(when) else None, wire))
    first = values["first"]
    return replace(page_of_wires(events), first=first if isinstance(first, int) else 0)


def recording_from(row: tuple[Any, ...], pages: list[EventPage], damage: BedrockError | None, kind: type[R]) -> R:
    """The recording of a row of `RECORDING_COLUMNS` and its pages. What cannot be read is said in its `failure`."""
    values = dict(zip(RECORDING_COLUMNS, row, strict=True))
    wires: list[TimedWire] = []
    request, response, failure = {}, {}, None
    try:
        for page in pages:
            wires.extend(page.timed_wires())
        request, response = from_json(values["request"]), from_json(values["response"])
        failure = error_from_dict(from_json(values["failure"])) if values["failure"] else None
    except (TypeError, ValueError, AttributeError) as error:
        damage = UnreadableRecording(f"Some of it is damaged on the disk: {error}.")
    return kind(
        id=values["id"],
        wire_events=tuple(wires),
        request=request,
        response=response,
        failure=damage or failure,
        started_at=moment(values["started_at"]),
        duration=values["call_seconds"],
    )


def to_json(value: Any) -> str:
    """The value as one line of JSON; what JSON does not know at all, such as an open file, is described."""
    return json.dumps(to_jsonable(value), separators=(",", ":"), default=repr)


def from_json(text: str) -> Any:
    """The inverse of `to_json`.

    Raises:
        ValueError: The text is not JSON.
    """
    return from_jsonable(json.loads(text))


def microseconds(when: datetime | None) -> int | None:
    """Microseconds since 1970 in UTC."""
    return None if when is None else (when - _EPOCH) // _MICROSECOND


def moment(when: int | None) -> datetime | None:
    """The inverse of `microseconds`; None for what is no time."""
    try:
        return None if when is None else _EPOCH + when * _MICROSECOND
    except (OverflowError, TypeError):
        return None


def _storable(value: Any) -> Any:
    """A value that SQLite takes: what comes from a service may be no text, or a number too large."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int) and not -_LARGEST <= value <= _LARGEST:
        return None
    return value


def _checksum(columns: Iterable[int | str | bytes]) -> int:
    checksum = 0
    for column in columns:
        checksum = zlib.crc32(column if isinstance(column, bytes) else str(column).encode(), checksum)
    return checksum
