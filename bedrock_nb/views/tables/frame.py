"""Tables for pandas.

pandas is an extra: `pip install "bedrock-nb[pandas]"`. Where pyarrow is there too, it makes the frames
of many events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bedrock_nb.extras import is_usable, load_extra
from bedrock_nb.views.tables.arrow import arrow_of_events, pyarrow
from bedrock_nb.views.tables.columns import EVENTS, Column, Kind
from bedrock_nb.views.tables.event_columns import events_table
from bedrock_nb.views.tables.table import RunPages, Table

if TYPE_CHECKING:
    from pandas import DataFrame


def pandas() -> Any:
    """The library.

    Raises:
        MissingExtra: It is not installed, or cannot be loaded.
    """
    return load_extra("pandas", extra="pandas", purpose="Frames")


def frame_of(table: Table) -> DataFrame:
    """The table as a pandas frame."""
    pd = pandas()
    columns = {name: _series(pd, table.cells[name], column) for name, column in table.columns.items()}
    frame: DataFrame = pd.DataFrame(columns)
    return frame


def frame_of_events(pages: RunPages) -> DataFrame:
    """The table of a row an event as a pandas frame."""
    pd = pandas()
    if not is_usable(pyarrow):
        return frame_of(events_table(pages))
    pa, table = pyarrow(), arrow_of_events(pages)
    kinds = {pa.int32(): pd.Int32Dtype(), pa.large_string(): pd.StringDtype()}
    return _without_empty_categories(pd, table.to_pandas(types_mapper=kinds.get), EVENTS)


def _series(pd: Any, values: list[Any], column: Column) -> Any:
    if column.kind is Kind.CATEGORY:
        return pd.Series(pd.Categorical(values, categories=_categories(pd, values, column)))
    if column.kind is Kind.SPAN:
        return pd.Series(pd.array(values, dtype="Int64").astype("timedelta64[us]"))
    return pd.Series(values, dtype=column.kind.value)


def _categories(pd: Any, values: list[Any], column: Column) -> Any:
    # Parquet keeps no categories of an empty table, and gives it this index back.
    return pd.Index(column.categories(values), dtype="str") if values else pd.Index([], dtype=object)


def _without_empty_categories(pd: Any, frame: DataFrame, columns: Mapping[str, Column]) -> DataFrame:
    if len(frame):
        return frame
    empty = {name: _series(pd, [], column) for name, column in columns.items() if column.kind is Kind.CATEGORY}
    return frame.assign(**empty)
