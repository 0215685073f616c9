"""Tables for Arrow, and so for polars, DuckDB and parquet.

pyarrow is an extra: `pip install "bedrock-nb[arrow]"`.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from bedrock_nb.core.encoding.page import TEXT_KINDS
from bedrock_nb.extras import load_extra
from bedrock_nb.views.tables.columns import EVENTS, Column, Kind
from bedrock_nb.views.tables.event_columns import EventColumns, event_columns
from bedrock_nb.views.tables.table import RunPages, Table

if TYPE_CHECKING:
    import pyarrow as pa


def pyarrow() -> Any:
    """The library.

    Raises:
        MissingExtra: It is not installed, or cannot be loaded.
    """
    _part("pyarrow.compute")  # it registers itself with pyarrow
    return _part("pyarrow")


def parquet() -> Any:
    """What writes parquet files, which not every build of pyarrow has.

    Raises:
        MissingExtra: It is not installed, or cannot be loaded.
    """
    return _part("pyarrow.parquet")


def _part(module: str) -> Any:
    return load_extra(module, extra="arrow", purpose="Arrow tables and parquet files")


def arrow_of(table: Table) -> pa.Table:
    """The table as Arrow's."""
    pa = pyarrow()
    arrays = {name: _array(pa, table.cells[name], column) for name, column in table.columns.items()}
    return pa.table(arrays)


def arrow_of_events(pages: RunPages) -> pa.Table:
    """The table of a row an event, as Arrow's, made without looking at the events one by one."""
    pa = pyarrow()
    columns = event_columns(pages)
    heads = list(columns.heads)
    codes = _numbers(pa, columns.head_codes, pa.uint32())

    def of_heads(values: list[Any], kind: Any) -> Any:
        return pa.array(values, kind).take(codes)

    def categories(values: list[str], column: Column) -> Any:
        names = column.categories(values)
        places = of_heads([names.index(value) for value in values], pa.int32())
        return pa.DictionaryArray.from_arrays(places, pa.array(names, pa.string()))

    has_text = of_heads([head.kind in TEXT_KINDS for head in heads], pa.bool_())
    return pa.table(
        {
            "run": pa.DictionaryArray.from_arrays(
                _numbers(pa, columns.run_codes, pa.int32()), pa.array(columns.runs, pa.string())
            ),
            "seq": _numbers(pa, columns.seq, pa.int32()),
            "t": _spans(pa, columns),
            "type": categories([head.type for head in heads], EVENTS["type"]),
            "kind": categories([head.kind for head in heads], EVENTS["kind"]),
            "block": of_heads([head.block for head in heads], pa.int32()),
            "text": _texts(pa, columns.text, columns.text_lengths, has_text),
            "tool_use_id": of_heads([head.tool.use_id for head in heads], pa.large_string()),
            "tool_name": of_heads([head.tool.name for head in heads], pa.large_string()),
            "raw": _texts(pa, columns.raw, columns.raw_lengths),
        }
    )


def _spans(pa: Any, columns: EventColumns) -> Any:
    seconds = _numbers(pa, columns.times, pa.float64())
    known = pa.compute.if_else(pa.compute.is_nan(seconds), pa.scalar(None, pa.float64()), seconds)
    microseconds = pa.compute.round(pa.compute.multiply(known, 1_000_000.0))
    return microseconds.cast(pa.int64()).cast(pa.duration("us"))


def _numbers(pa: Any, values: array[Any], kind: Any) -> Any:
    """The numbers as they lie in memory, without looking at them one by one."""
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def _texts(pa: Any, data: bytearray, lengths: Any, known: Any = None) -> Any:
    ends = pa.compute.cumulative_sum(_numbers(pa, lengths, pa.uint32()).cast(pa.int64()))
    offsets = pa.concat_arrays([pa.array([0], pa.int64()), ends])
    validity = known.buffers()[1] if known is not None else None
    return pa.LargeStringArray.from_buffers(len(lengths), offsets.buffers()[1], pa.py_buffer(data), validity)


def _array(pa: Any, values: list[Any], column: Column) -> Any:
    if column.kind is Kind.CATEGORY:
        places = {name: place for place, name in enumerate(column.categories(values))}
        codes = pa.array([places.get(value) for value in values], pa.int32())
        return pa.DictionaryArray.from_arrays(codes, pa.array(list(places), pa.string()))
    types = {
        Kind.TEXT: pa.large_string(),
        Kind.COUNT: pa.int32(),
        Kind.LARGE_COUNT: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.TRUTH: pa.bool_(),
        Kind.SPAN: pa.duration("us"),
        Kind.TIME: pa.timestamp("us", "UTC"),
    }
    return pa.array(values, types[column.kind])
