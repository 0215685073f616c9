"""Tables for a model: as CSV, which is short and exact, and no longer than a model can use."""

from __future__ import annotations

from typing import Any

from bedrock_nb.core.counted import counted

MOST_ROWS = 100
"""A few thousand tokens for a table of ordinary width."""

_TABLES = {("pandas", "DataFrame"), ("pandas", "Series"), ("polars", "DataFrame"), ("polars", "Series")}


def is_table(value: Any) -> bool:
    """Whether it is a table or column of pandas or polars, or of a class made from one, such as geopandas'."""
    return _library(value) is not None


def table_parts(table: Any) -> list[dict[str, Any]]:
    """The table as two texts: what it is, and its rows up to `MOST_ROWS` as CSV."""
    library = _library(table)
    if getattr(table, "ndim", 2) == 1 or not hasattr(table, "columns"):
        table = table.to_frame()
    rows, columns = table.shape
    shown = table.head(MOST_ROWS)
    csv = shown.write_csv() if library == "polars" else shown.to_csv(index=_has_own_index(table))
    said = f"A table with {counted(rows, 'row')} and {counted(columns, 'column')}, as CSV."
    if rows > MOST_ROWS:
        said += f" Only its first {MOST_ROWS} rows are shown: to see others, ask for fewer rows or for a summary."
    return [{"text": said}, {"text": csv.strip() or "(it is empty)"}]


def _library(value: Any) -> str | None:
    for base in type(value).__mro__:
        library = base.__module__.partition(".")[0]
        if (library, base.__name__) in _TABLES:
            return library
    return None


def _has_own_index(table: Any) -> bool:
    """Whether the index says more than the number of the row."""
    return type(table.index).__name__ != "RangeIndex" or table.index.name is not None
