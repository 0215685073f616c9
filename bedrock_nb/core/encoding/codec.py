"""A recording as data: one JSON-safe dict, the compact dict of notebooks, or the lines of a .jsonl file.

All three carry the version, and whatever this version cannot read is refused by name. No form holds more than the
recording does: the arguments of the call, never its credentials, headers or signatures.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bedrock_nb.core.encoding.compact import LONGEST, packed, unpacked
from bedrock_nb.core.encoding.jsonable import from_jsonable, to_jsonable
from bedrock_nb.core.encoding.version import checked_version
from bedrock_nb.core.errors import IncompleteResponse, UnreadableRecording, error_from_dict

if TYPE_CHECKING:
    from bedrock_nb.core.recording import Recording

FORMAT_VERSION = 1

WORTH_DEFLATING = 4_096
"""Characters of packed events from which on they are deflated: below, a person can still read them in the notebook."""
MOST_INFLATED = 2**26
"""Bytes. A file that claims to hold more than this is not read: a few kilobytes can be made to fill any memory."""

Fields = dict[str, Any]
"""The arguments that a Recording is made with."""


def to_dict(recording: Recording) -> dict[str, Any]:
    """The recording with one `[seconds, wire event]` pair an event."""
    events = [[to_jsonable(seconds), to_jsonable(wire)] for seconds, wire in recording.log]
    return {**_head(recording), "events": events, **_end(recording)}


def to_compact(recording: Recording) -> dict[str, Any]:
    """The recording with its events packed as `core.encoding.compact` describes, and deflated if they are many."""
    return {**_head(recording), **_in_least_room(packed(recording.log)), **_end(recording)}


def from_dict(data: Mapping[str, Any]) -> Fields:
    """The fields of the recording that either of the two described.

    Raises:
        UnreadableRecording: It is of a newer version, or not a recording.
    """
    checked_version(data, FORMAT_VERSION)
    form = data.get("form", "plain")
    if form not in ("plain", "compact", "deflated"):
        raise UnreadableRecording(f"This recording has a form that is not known: {form}.")
    try:
        events = _inflated(data["events"]) if form == "deflated" else data["events"]
        return {**_fields(data), "wire_events": unpacked(events)}
    except (ArithmeticError, AttributeError, KeyError, RecursionError, TypeError, ValueError, zlib.error) as error:
        raise UnreadableRecording(
            f"This recording is damaged: {type(error).__name__}: {str(error).rstrip('.')}."
        ) from error


def to_lines(recording: Recording) -> Iterator[str]:
    """The recording as lines of JSON: its head, one line an event, its end."""
    yield _line(_head(recording))
    for seconds, wire in recording.log:
        yield _line([to_jsonable(seconds), to_jsonable(wire)])
    yield _line({"end": _end(recording)})


def from_lines(lines: Iterable[str]) -> Fields:
    """The fields of the recording that `to_lines` wrote, up to the last whole line where the writing was cut off.

    A recording whose end is missing says so in its `failure`.

    Raises:
        UnreadableRecording: The lines are of a newer version, or not a recording, or damaged before their last.
    """
    read = _read_lines(lines)
    head: Any = next(read, None)
    checked_version(head, FORMAT_VERSION)
    events: list[Any] = []
    end: Any = None
    for line in read:
        if isinstance(line, dict) and isinstance(line.get("end"), dict):
            end = line["end"]
        else:
            events.append(line)
    fields = from_dict({**head, **(end or {}), "events": events})
    if end is None:
        fields["failure"] = IncompleteResponse("The recording breaks off: its file was not written to the end.")
    return fields


def _in_least_room(events: list[Any]) -> Fields:
    text = json.dumps(events, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if not WORTH_DEFLATING <= len(text) <= MOST_INFLATED // 4:  # a character takes four bytes at most
        return {"form": "compact", "events": events}
    return {"form": "deflated", "events": base64.b64encode(zlib.compress(text.encode())).decode("ascii")}


def _inflated(encoded: str) -> list[Any]:
    inflating = zlib.decompressobj()
    text = inflating.decompress(base64.b64decode(encoded, validate=True), MOST_INFLATED)
    if not inflating.eof:
        raise ValueError("The deflated events break off, or are too many.")
    events: list[Any] = json.loads(text)
    return events


def _read_lines(lines: Iterable[str]) -> Iterator[Any]:
    broken = 0
    for number, line in enumerate(lines, start=1):
        if broken:
            raise UnreadableRecording(f"This recording is damaged: line {broken} is not JSON.")
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except (ValueError, RecursionError):
            broken = number


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _head(recording: Recording) -> dict[str, Any]:
    return {
        "version": FORMAT_VERSION,
        "id": recording.id,
        "started_at": recording.started_at.isoformat() if recording.started_at else None,
        "request": to_jsonable(recording.request),
        "response": to_jsonable(recording.response),
    }


def _end(recording: Recording) -> dict[str, Any]:
    failure = recording.failure
    return {"duration": recording.duration, "failure": to_jsonable(failure.to_dict()) if failure else None}


def _seconds(value: Any) -> float:
    if not abs(seconds := float(value)) <= LONGEST:
        raise ValueError(f"No call lasts {value} seconds")
    return seconds


def _fields(data: Mapping[str, Any]) -> Fields:
    started_at, failure, duration = data.get("started_at"), data.get("failure"), data.get("duration")
    return {
        "id": str(data.get("id") or ""),
        "started_at": datetime.fromisoformat(started_at) if started_at else None,
        "request": dict(from_jsonable(data.get("request") or {})),
        "response": dict(from_jsonable(data.get("response") or {})),
        "duration": None if duration is None else _seconds(duration),
        "failure": error_from_dict(from_jsonable(failure)) if failure else None,
    }
