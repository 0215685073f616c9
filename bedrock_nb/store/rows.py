"""Rows of the history's tables and the values they stand for."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import nan
from typing import Any, TypeVar

from bedrock_nb.core.encoding.compact import LONGEST
from bedrock_nb.core.encoding.jsonable import from_jsonable, to_jsonable
from bedrock_nb.core.encoding.page import EventPage, Head, Tool, numbers, page_of
from bedrock_nb.core.errors import BedrockError, UnreadableRecording, error_from_dict
from bedrock_nb.core.event_log import EventLog, TimedWire
from bedrock_nb.core.events import Wire
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.summary import RunState, RunSummary
from bedrock_nb.store.seals import CALL, CALL_SEAL, is_whole

R = TypeVar("R", bound=Recording)

SUMMARY_COLUMNS = tuple(field.name for field in fields(RunSummary))
PAGE_COLUMNS = tuple(field.name for field in fields(EventPage))
LINE_COLUMNS = tuple(name for name in SUMMARY_COLUMNS if name != "pinned")
RECORDING_COLUMNS = (*CALL, CALL_SEAL)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST = 2**63 - 1


def summary_row(summary: RunSummary) -> dict[str, Any]:
    """The columns of `runs` that a summary fills."""
    row = {name: getattr(summary, name) for name in SUMMARY_COLUMNS}
    row = {name: _storable(value) for name, value in row.items()}
    return row | {"started_at": microseconds(summary.started_at), "state": summary.state.value}


def summary_from(row: Sequence[Any], seal: object, *, lost: bool = False) -> RunSummary:
    """The summary of a row of `SUMMARY_COLUMNS` and its seal; `lost` where its process is known to be gone."""
    values = dict(zip(SUMMARY_COLUMNS, row, strict=True))
    if not is_whole([values[name] for name in LINE_COLUMNS], seal):
        return _readable_summary(values)
    state = RunState.LOST if lost else RunState(values["state"])
    return RunSummary(
        **values | {"state": state, "started_at": moment(values["started_at"]), "pinned": bool(values["pinned"])}
    )


def _readable_summary(values: dict[str, Any]) -> RunSummary:
    """What can still be told of a run whose line is not what was written: its words, and that they may be wrong."""
    words = {name: values[name] for name in ("id", "model", "prompt", "answer") if isinstance(values[name], str)}
    error = UnreadableRecording("What the history says of this run is damaged on the disk.")
    return RunSummary(
        **{"id": "", "state": RunState.FAILED, "error": error.code, "error_message": error.message} | words,
        pinned=bool(values["pinned"]),
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
        heads = _heads_from(values["heads"])
    except (TypeError, ValueError) as error:
        raise UnreadableRecording(f"Some of its events are damaged on the disk: {error}.") from error
    return EventPage(**values | {"heads": heads})


@lru_cache(maxsize=256)
def _heads_from(text: str) -> tuple[Head, ...]:
    """The heads of a page. Most runs have the same few."""
    return tuple(Head(kind, name, block, Tool(*tool)) for kind, name, block, tool in from_json(text))


def readable_part(row: tuple[Any, ...]) -> EventPage:
    """What can still be read of a row whose bytes are not those that were written: its events, one by one."""
    values = dict(zip(PAGE_COLUMNS, row[:-1], strict=True))
    raw, times = values["raw"], values["times"]
    wires = _readable_objects(raw.decode("utf-8", "replace")) if isinstance(raw, bytes) else []
    are_timed = isinstance(times, bytes) and len(times) == len(wires) * array("d").itemsize
    seconds = numbers("d", times) if are_timed else [nan] * len(wires)
    known = (when if 0 <= when <= LONGEST else None for when in seconds)
    events: list[TimedWire] = list(zip(known, wires, strict=True))
    first = values["first"]
    return replace(page_of(events), first=first if isinstance(first, int) else 0)


def _readable_objects(text: str) -> list[Wire]:
    """The JSON objects in a text where they stand end to end, but for those that cannot be read."""
    decoder, objects, place = json.JSONDecoder(), [], 0
    while (place := text.find("{", place)) >= 0:
        try:
            value, end = decoder.raw_decode(text, place)
            objects.append(from_jsonable(value))
        except (ValueError, RecursionError):  # damaged: on to where the next one may begin
            end = text.find(_NEXT, place + 1) + 1 or len(text)
        place = end
    return objects


_NEXT = '}{"'
"""Where one event ends and another begins."""


def recording_from(row: tuple[Any, ...], pages: list[EventPage], damage: BedrockError | None, kind: type[R]) -> R:
    """The recording of a row of `RECORDING_COLUMNS` and its pages. What cannot be read is said in its `failure`."""
    values = dict(zip(RECORDING_COLUMNS, row, strict=True))
    damage = damage or _damage_of(row, sum(page.count for page in pages))
    log = EventLog()
    request, response, failure = {}, {}, None
    try:
        for page in pages:
            for seconds, wire in page.timed_wires():
                log.append(seconds, wire)
        request, response = dict(from_json(values["request"])), dict(from_json(values["response"]))
        failure = error_from_dict(from_json(values["failure"])) if values["failure"] else None
    except (TypeError, ValueError, AttributeError) as error:
        damage = UnreadableRecording(f"Some of it is damaged on the disk: {error}.")
    return kind(
        id=values["id"] if isinstance(values["id"], str) else "",
        wire_events=log,
        request=request,
        response=response,
        failure=damage or failure,
        started_at=moment(values["started_at"]),
        duration=values["call_seconds"] if isinstance(values["call_seconds"], float) else None,
    )


def _damage_of(row: tuple[Any, ...], events: int) -> BedrockError | None:
    """What is wrong with a row of `RECORDING_COLUMNS`, of whose events so many are there."""
    *call, seal = row
    values = dict(zip(CALL, call, strict=True))
    if not is_whole(call, seal):
        return UnreadableRecording("What was asked, or how it ended, is damaged on the disk.")
    if values["state"] != RunState.STREAMING and events != values["events"]:
        return UnreadableRecording("Some of its events are missing: the disk has lost them.")
    return None


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
