"""Tables as files."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedrock_nb.extras import is_usable
from bedrock_nb.named_file import replacing
from bedrock_nb.views.tables.arrow import arrow_of, parquet, pyarrow
from bedrock_nb.views.tables.columns import Kind
from bedrock_nb.views.tables.frame import frame_of, pandas
from bedrock_nb.views.tables.table import Table

if TYPE_CHECKING:
    import pyarrow as pa


def write_parquet(table: Table, path: Path, attrs: dict[str, Any]) -> Path:
    """Write the table as a parquet file. Where there is pandas, its `read_parquet` gives an equal frame back."""
    pa, writer = pyarrow(), parquet()
    arrow = arrow_of(table)
    if is_usable(pandas):
        frame = frame_of(table)
        frame.attrs.update(attrs)
        # The types are given because those of an empty table cannot be told from its values.
        arrow = pa.Table.from_pandas(frame, schema=_schema_for_pandas(pa, arrow), preserve_index=False)
    with replacing(path) as draft:
        writer.write_table(arrow, draft)
    return path


def write_lines(table: Table, path: Path) -> Path:
    """Write the table as lines of JSON, a row a line: times in ISO 8601, spans in seconds, null for NA."""
    spans = {name for name, column in table.columns.items() if column.kind is Kind.SPAN}
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        for row in table.rows():
            told = {name: _told(value, is_span=name in spans) for name, value in row.items()}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
    return path


def _told(value: Any, *, is_span: bool) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value / 1_000_000 if is_span and value is not None else value


def _schema_for_pandas(pa: Any, arrow: pa.Table) -> Any:
    """The types as pandas' own writer has them."""
    return pa.schema(
        [(field.name, pa.string() if field.type == pa.large_string() else field.type) for field in arrow.schema]
    )
