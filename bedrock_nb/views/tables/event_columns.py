"""The events of many recordings end to end, column by column: what frames and Arrow tables of events are made of."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from math import isnan
from typing import Any

from bedrock_nb.core.encoding.page import TEXT_KINDS, EventPage, Head, numbers
from bedrock_nb.views.tables.columns import EVENTS
from bedrock_nb.views.tables.table import RunPages, Table


@dataclass(slots=True)
class EventColumns:
    """Numbers are in the machine's own order; `times` are seconds with NaN for NA, lengths are in bytes."""

    runs: list[str] = field(default_factory=list)
    run_codes: array[int] = field(default_factory=lambda: array("i"))
    seq: array[int] = field(default_factory=lambda: array("i"))
    times: array[float] = field(default_factory=lambda: array("d"))
    heads: dict[Head, int] = field(default_factory=dict)
    head_codes: array[int] = field(default_factory=lambda: array("I"))
    text: bytearray = field(default_factory=bytearray)
    text_lengths: array[int] = field(default_factory=lambda: array("I"))
    raw: bytearray = field(default_factory=bytearray)
    raw_lengths: array[int] = field(default_factory=lambda: array("I"))


def event_columns(pages: RunPages) -> EventColumns:
    """The columns of these pages, one page after the other."""
    columns = EventColumns()
    codes_of_runs: dict[str, int] = {}
    for run, page in pages:
        if page.count:
            code = codes_of_runs.setdefault(run, len(codes_of_runs))
            columns.run_codes.extend(array("i", [code]) * page.count)
            _add(columns, page)
    columns.runs = list(codes_of_runs)
    return columns


def _add(columns: EventColumns, page: EventPage) -> None:
    columns.seq.extend(range(page.first, page.first + page.count))
    columns.times.extend(numbers("d", page.times))
    columns.text_lengths.extend(numbers("I", page.text_lengths))
    columns.raw_lengths.extend(numbers("I", page.raw_lengths))
    columns.text += page.text
    columns.raw += page.raw
    _add_codes(columns, page)


def _add_codes(columns: EventColumns, page: EventPage) -> None:
    places = [columns.heads.setdefault(head, len(columns.heads)) for head in page.heads]
    codes = numbers("I", page.head_codes)
    if places == list(range(len(places))):  # so it is for most runs: their events are of the same few sorts
        columns.head_codes.extend(codes)
    else:
        columns.head_codes.extend(map(places.__getitem__, codes))


def events_table(pages: RunPages) -> Table:
    """A row an event."""
    columns = event_columns(pages)
    heads = list(columns.heads)
    of_each = [heads[code] for code in columns.head_codes]
    texts = _pieces(columns.text, columns.text_lengths)
    values: dict[str, list[Any]] = {
        "run": [columns.runs[code] for code in columns.run_codes],
        "seq": list(columns.seq),
        "t": [None if isnan(seconds) else round(seconds * 1_000_000) for seconds in columns.times],
        "type": [head.type for head in of_each],
        "kind": [head.kind for head in of_each],
        "block": [head.block for head in of_each],
        "text": [text if head.kind in TEXT_KINDS else None for head, text in zip(of_each, texts, strict=True)],
        "tool_use_id": [head.tool.use_id for head in of_each],
        "tool_name": [head.tool.name for head in of_each],
        "raw": _pieces(columns.raw, columns.raw_lengths),
    }
    return Table(EVENTS, values)


def _pieces(data: bytearray, lengths: array[int]) -> list[str]:
    pieces, position = [], 0
    for length in lengths:
        pieces.append(data[position : position + length].decode("utf-8", "replace"))
        position += length
    return pieces
