"""A table before it becomes pandas' or Arrow's: named columns of plain values, None for NA."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bedrock_nb.core.blocks import Block, ImageBlock, TextBlock, ToolResultBlock, ToolUseBlock
from bedrock_nb.core.encoding.jsonable import has_surrogates, to_jsonable
from bedrock_nb.core.encoding.page import EventPage, page_of
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.nearest import did_you_mean
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.summary import RunSummary
from bedrock_nb.views.tables.columns import BLOCKS, GRAINS, RUNS, TOOLS, Column

CostOf = Callable[[RunSummary], float | None]
"""What a call cost in US dollars; None where that is not known."""

RunPages = Iterable[tuple[str, EventPage]]
"""The events of recordings as pages, each with its recording's id."""

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name, and the cells of each: str, bool, int, float, datetime; spans in microseconds; None for NA."""

    columns: Mapping[str, Column]
    cells: Mapping[str, list[Any]]

    def rows(self) -> Iterable[dict[str, Any]]:
        """The rows as dicts."""
        for row in zip(*self.cells.values(), strict=True):
            yield dict(zip(self.cells, row, strict=True))


def checked_grain(grain: str) -> str:
    """The grain, if it is one of the four.

    Raises:
        InvalidInput: It is not.
    """
    if grain not in GRAINS:
        raise InvalidInput(f"There is no grain {grain!r}.", advice=did_you_mean(str(grain), GRAINS))
    return grain


def pages_of(recordings: Iterable[Recording]) -> Iterable[tuple[str, EventPage]]:
    """The events of these recordings as pages."""
    for recording in recordings:
        yield recording.id, page_of(recording.log)


def blocks_table(recordings: Iterable[Recording]) -> Table:
    """A row a content block."""
    rows = [
        (
            recording.id,
            block.index,
            block.kind,
            _content(block),
            getattr(block, "tool_use_id", None) or None,
            getattr(block, "name", None) if isinstance(block, ToolUseBlock) else None,
            len(block.citations) if isinstance(block, TextBlock) else None,
            block.whole,
        )
        for recording in recordings
        for block in recording.turn.blocks
    ]
    return _table(BLOCKS, rows)


def tools_table(recordings: Iterable[Recording]) -> Table:
    """A row a tool call."""
    return _table(TOOLS, [row for recording in recordings for row in _tool_rows(recording)])


def runs_table(summaries: Iterable[RunSummary], cost_of: CostOf) -> Table:
    """A row a call of the model."""
    rows = [tuple(_run_value(summary, name, cost_of) for name in RUNS) for summary in summaries]
    return _table(RUNS, rows)


def _table(columns: Mapping[str, Column], rows: list[tuple[Any, ...]]) -> Table:
    by_column = [list(map(_cell, values)) for values in zip(*rows, strict=True)] or [[] for _ in columns]
    return Table(columns, dict(zip(columns, by_column, strict=True)))


def _cell(value: Any) -> Any:
    """The value; in a text, `?` for half a character, which a stream may have cut and no table can hold."""
    if isinstance(value, str) and has_surrogates(value):
        return value.encode("utf-8", "replace").decode()
    return value


def _tool_rows(recording: Recording) -> Iterable[tuple[Any, ...]]:
    results = {b.tool_use_id: b.status for b in recording.turn.blocks if isinstance(b, ToolResultBlock)}
    for block in recording.turn.tool_uses:
        yield (
            recording.id,
            block.index,
            block.tool_use_id or None,
            block.name or None,
            block.server,
            block.input_json,
            block.valid,
            results.get(block.tool_use_id),
            block.whole,
        )


def _run_value(summary: RunSummary, name: str, cost_of: CostOf) -> Any:
    match name:
        case "cost":
            return cost_of(summary)
        case "latency":
            return None if summary.latency_ms is None else summary.latency_ms * 1000
        case "time_to_first_event" | "time_to_first_text" | "duration":
            seconds = getattr(summary, name)
            return None if seconds is None else round(seconds * _MICROSECONDS)
        case "state":
            return summary.state.value
    return getattr(summary, name)


def _content(block: Block) -> str | None:
    match block:
        case ToolUseBlock():
            return block.input_json
        case ToolResultBlock():
            return json.dumps(to_jsonable(block.content), ensure_ascii=False)
        case ImageBlock():
            return None
    return getattr(block, "text", None)


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value.isoformat() if isinstance(value, datetime) else value
