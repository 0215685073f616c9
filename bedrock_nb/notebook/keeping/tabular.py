"""Ways out into tables, which a Recording and a History have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from bedrock_nb.core.encoding.page import EventPage
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.summary import RunSummary
from bedrock_nb.named_file import file_to_write

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa

    from bedrock_nb.views.tables.table import Table


T = TypeVar("T")


class Tabular:
    """Recordings that come as tables, at four grains.

    `events` has a row an event, `blocks` a row a content block, `tools` a row a tool call, `runs` a row a call of the
    model. `bedrock_nb.views.tables.columns` says what the columns are. What is not known is NA.
    """

    default_grain: ClassVar[str] = "events"

    def to_frame(self, grain: str | None = None) -> pd.DataFrame:
        """The table as a pandas frame; its `attrs` say what it is made of.

        Raises:
            InvalidInput: There is no such grain.
            MissingExtra: pandas is not installed.
        """
        from bedrock_nb.views.tables.frame import frame_of, frame_of_events

        grain = self._grain(grain)
        frame = self._with_pages(frame_of_events) if grain == "events" else frame_of(self._table(grain))
        frame.attrs.update(self._attrs(grain))
        return frame

    def to_arrow(self, grain: str | None = None) -> pa.Table:
        """The table as Arrow's; polars and DuckDB read the recordings themselves, too.

        Raises:
            InvalidInput: There is no such grain.
            MissingExtra: pyarrow is not installed.
        """
        from bedrock_nb.views.tables.arrow import arrow_of, arrow_of_events

        grain = self._grain(grain)
        return self._with_pages(arrow_of_events) if grain == "events" else arrow_of(self._table(grain))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def to_parquet(self, path: str | Path, grain: str | None = None) -> Path:
        """Write the table as a parquet file; pandas' `read_parquet` gives the frame of `to_frame` back.

        Raises:
            InvalidInput: There is no such grain, or the file cannot be written.
            MissingExtra: pyarrow is not installed.
        """
        from bedrock_nb.views.tables.exports import write_parquet

        grain, file = self._grain(grain), file_to_write(path)
        return write_parquet(self._table(grain), file, self._attrs(grain))

    def to_jsonl(self, path: str | Path, grain: str | None = None) -> Path:
        """Write the table as lines of JSON, a row a line: times in ISO 8601, spans in seconds, null for NA.

        Raises:
            InvalidInput: There is no such grain, or the file cannot be written.
        """
        from bedrock_nb.views.tables.exports import write_lines

        grain, file = self._grain(grain), file_to_write(path)
        return write_lines(self._table(grain), file)

    def to_otel(self, *, content: bool = False) -> list[dict[str, Any]]:
        """A span for each call, with OpenTelemetry's names for generative AI.

        Args:
            content: Whether what was asked and answered is told too.
        """
        from bedrock_nb.views.tables.otel import span_of

        return [span_of(recording, content=content) for recording in self._recordings()]

    def _with_pages(self, use: Callable[[Iterable[tuple[str, EventPage]]], T]) -> T:
        """What `use` makes of the events."""
        from bedrock_nb.views.tables.table import pages_of

        return use(pages_of(self._recordings()))

    def _recordings(self) -> Iterable[Recording]:
        raise NotImplementedError

    def _summaries(self) -> Iterable[RunSummary]:
        raise NotImplementedError

    def _attrs(self, grain: str) -> dict[str, Any]:
        return {"grain": grain}

    def _grain(self, grain: str | None) -> str:
        from bedrock_nb.views.tables.table import checked_grain

        return checked_grain(grain or self.default_grain)

    def _table(self, grain: str) -> Table:
        from bedrock_nb.views.tables.event_columns import events_table
        from bedrock_nb.views.tables.table import blocks_table, runs_table, tools_table

        match grain:
            case "events":
                return self._with_pages(events_table)
            case "blocks":
                return blocks_table(self._recordings())
            case "tools":
                return tools_table(self._recordings())
        return runs_table(self._summaries(), cost_of_run)


def cost_of_run(run: RunSummary) -> float | None:
    """What a call cost in US dollars, by list prices; None where it is not known."""
    from bedrock_nb.core.errors import MissingExtra
    from bedrock_nb.core.usage import Usage
    from bedrock_nb.notebook.keeping.cost import cost_of_charge
    from bedrock_nb.notebook.keeping.ledger import Charge

    kept = ({"ttl": "1h", "inputTokens": run.cache_write_1h_tokens},) if run.cache_write_1h_tokens else ()
    usage = Usage(
        input_tokens=run.input_tokens,
        output_tokens=run.output_tokens,
        cache_read_tokens=run.cache_read_tokens,
        cache_write_tokens=run.cache_write_tokens,
        cache_details=kept,
    )
    is_ordinary = run.service_tier in {None, "default"} and run.performance in {None, "standard"}
    if run.server_tool_calls:  # they are charged by themselves
        return None
    try:
        return cost_of_charge(Charge(run.invoked_model or run.model, run.started_at, usage, is_ordinary))
    except MissingExtra:  # then no cost is known: a table is none the worse for it
        return None
