"""The events of a recording in columns, so that tables are made of many recordings without parsing JSON again.

A page holds some consecutive events of one recording: its times, what each event is, the piece of text it brings, and
the wire event itself as JSON. Most events of a stream are of the same few sorts, so what they are (their
`Head`) stands once, and each event has its number. A page is a value of bytes: it is stored as it is.

Invariant, held by a property test: the events of `page_of(events)` are `events`, times and all.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Any, NamedTuple

from bedrock_nb.core.deltas import event_of, wire_of
from bedrock_nb.core.encoding.jsonable import from_jsonable, to_jsonable
from bedrock_nb.core.event_log import EventLog, Stretch, TimedWire
from bedrock_nb.core.events import (
    Event,
    ReasoningDelta,
    StreamException,
    TextDelta,
    ToolInputDelta,
    ToolResultStart,
    ToolUseStart,
    Unknown,
    Wire,
    parse,
)

TEXT_KINDS = frozenset({TextDelta.kind, ReasoningDelta.kind, ToolInputDelta.kind})
"""The kinds of events that bring a piece of text, be it empty; all others bring none."""

_LARGEST_INDEX = 2**31 - 1


class Tool(NamedTuple):
    """What a content block calls, or gives the result of."""

    use_id: str | None = None
    name: str | None = None


class Head(NamedTuple):
    """What an event is: Bedrock's member, our kind, its contentBlockIndex, and the tool of its block."""

    type: str
    kind: str
    block: int | None
    tool: Tool


Tools = MutableMapping[int | None, Tool]
"""The tools that the blocks so far call, by contentBlockIndex."""

_NO_TOOL = Tool()


@dataclass(frozen=True, slots=True)
class EventPage:
    """Consecutive events of one recording. Numbers are little-endian, text is UTF-8."""

    first: int
    """The number of its first event, from 0."""
    count: int
    times: bytes
    """float64: seconds since the request; NaN where nobody measured them."""
    heads: tuple[Head, ...]
    head_codes: bytes
    """uint32: for each event the place of its head."""
    text: bytes
    """The pieces of text, reasoning and tool input, end to end."""
    text_lengths: bytes
    """uint32, in bytes; 0 for events that bring none."""
    raw: bytes
    """The wire events as JSON (`bedrock_nb.core.encoding.jsonable`), end to end."""
    raw_lengths: bytes
    """uint32, in bytes."""

    def timed_wires(self) -> Iterator[TimedWire]:
        """The events as a Recording has them.

        Raises:
            ValueError: An event is not what it was.
        """
        end = 0
        for seconds, length in zip(numbers("d", self.times), numbers("I", self.raw_lengths), strict=True):
            begin, end = end, end + length
            yield None if isnan(seconds) else seconds, _wire(self.raw[begin:end])


def page_of(
    events: Iterable[TimedWire] | EventLog,
    first: int = 0,
    tools: Tools | None = None,
    *,
    masked: Callable[[Wire], Wire] = lambda wire: wire,
) -> EventPage:
    """The page of the events from one on.

    Args:
        events: All that came so far.
        first: How many of them are on the pages before.
        tools: The tools of the blocks before; those of these events are added to it.
        masked: Gives the wire event that is written in the place of one. Plain deltas are written as they are.
    """
    heads = _Heads({} if tools is None else tools)
    times, codes = array("d"), array("I")
    texts: list[bytes] = []
    raws: list[bytes] = []
    for stretch in EventLog.of(events).stretches(first):
        times.extend([nan if seconds is None else seconds for seconds in stretch.times])
        if stretch.kind:
            codes.extend([heads.place_of(event_of(stretch.kind, stretch.index, ""))] * len(stretch.entries))
            texts.extend([_utf8(piece) for piece in stretch.entries])
            raws.extend(_raw_deltas(stretch))
        else:
            typed = [parse(masked(wire)) for wire in stretch.entries]
            codes.extend(map(heads.place_of, typed))
            texts.extend(map(_piece, typed))
            raws.extend([_raw(event.wire) for event in typed])
    return EventPage(
        first=first,
        count=len(times),
        times=_bytes(times),
        heads=tuple(heads.places),
        head_codes=_bytes(codes),
        text=b"".join(texts),
        text_lengths=_bytes(array("I", map(len, texts))),
        raw=b"".join(raws),
        raw_lengths=_bytes(array("I", map(len, raws))),
    )


def joined(pages: Sequence[EventPage]) -> EventPage:
    """One page of the events of consecutive pages."""
    heads: dict[Head, int] = {}
    codes = array("I")
    for page in pages:
        places = [heads.setdefault(head, len(heads)) for head in page.heads]
        codes.extend(map(places.__getitem__, numbers("I", page.head_codes)))
    return EventPage(
        first=pages[0].first if pages else 0,
        count=len(codes),
        times=b"".join(page.times for page in pages),
        heads=tuple(heads),
        head_codes=_bytes(codes),
        text=b"".join(page.text for page in pages),
        text_lengths=b"".join(page.text_lengths for page in pages),
        raw=b"".join(page.raw for page in pages),
        raw_lengths=b"".join(page.raw_lengths for page in pages),
    )


def numbers(typecode: str, data: bytes) -> array[Any]:
    """The numbers of a column: `d` for float64, `I` for uint32.

    Raises:
        ValueError: The bytes are no whole numbers.
    """
    values = array(typecode)
    values.frombytes(data)
    return _as_little_endian(values)


class _Heads:
    """The different heads of a page, and the place of each."""

    def __init__(self, tools: Tools) -> None:
        self.places: dict[Head, int] = {}
        self._tools = tools
        self._seen: dict[tuple[type[Event], int | None], int] = {}

    def place_of(self, event: Event) -> int:
        """The place of this event's head. A second event of one kind and block costs a look-up, as most events do."""
        key = (type(event), event.block)
        place = self._seen.get(key)
        if place is None:
            place = self.places.setdefault(self._head(event), len(self.places))
            if not isinstance(event, Unknown | StreamException | ToolUseStart | ToolResultStart):
                self._seen[key] = place
        return place

    def _head(self, event: Event) -> Head:
        index = event.block
        if isinstance(event, ToolUseStart | ToolResultStart):
            self._tools[index] = Tool(event.tool_use_id, getattr(event, "name", None))
            self._seen.clear()
        index_or_none = index if index is None or 0 <= index <= _LARGEST_INDEX else None
        return Head(str(event.type), event.kind, index_or_none, self._tools.get(index, _NO_TOOL))


def _piece(event: Event) -> bytes:
    if isinstance(event, TextDelta | ReasoningDelta):
        return _utf8(event.piece)
    return _utf8(event.json_piece) if isinstance(event, ToolInputDelta) else b""


def _utf8(piece: str) -> bytes:
    # Half a character, which UTF-8 cannot hold, becomes a question mark here; the wire event keeps it.
    return piece.encode("utf-8", "replace")


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")).encode


def _raw_deltas(stretch: Stretch) -> list[bytes]:
    """What `_raw` gives for each of these plain deltas, in a third of the time: they differ in their pieces alone."""
    before, after = _encode(wire_of(stretch.kind, stretch.index, "")).split('""')
    try:
        return [f"{before}{_encode(piece)}{after}".encode() for piece in stretch.entries]
    except UnicodeEncodeError:  # halves of characters
        return [_raw(wire) for wire in stretch.wires()]


def _raw(wire: Wire) -> bytes:
    try:
        raw = _encode(wire)
        return (_encode(to_jsonable(wire)) if '"$' in raw else raw).encode()
    except (TypeError, ValueError):  # bytes, NaN, halves of characters: what plain JSON cannot hold
        return _encode(to_jsonable(wire)).encode()


def _wire(raw: bytes) -> Wire:
    wire = json.loads(raw)
    if b'"$' in raw:
        wire = from_jsonable(wire)
    if not isinstance(wire, dict):
        raise ValueError("A wire event is not a JSON object.")  # noqa: TRY004 - what is wrong is the data, not a caller
    return wire


def _bytes(values: array[Any]) -> bytes:
    return _as_little_endian(values).tobytes()


def _as_little_endian(values: array[Any]) -> array[Any]:
    if sys.byteorder == "big":
        values.byteswap()
    return values
