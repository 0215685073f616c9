"""A small table that shows itself, in a notebook and in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

_WIDEST = 60
_CODE = re.compile("`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of named values, with a line above that says what they are. It can be walked, counted and indexed."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    note: str = ""
    """What to know besides, below."""

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, number: int) -> Mapping[str, Any]:
        return self.rows[number]

    def __repr__(self) -> str:
        cells = [self.columns, *([_shown(row.get(column)) for column in self.columns] for row in self.rows)]
        widths = [min(_WIDEST, max(len(row[place]) for row in cells)) for place in range(len(self.columns))]
        lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in cells) if self.rows else ()
        return "\n".join(filter(None, [self.caption, "", *(f"  {line}" for line in lines), "", self.note])).rstrip()

    def _repr_html_(self) -> str:
        head = _html_row("th", self.columns)
        body = "".join(_html_row("td", [_shown(row.get(column)) for column in self.columns]) for row in self.rows)
        table = f"<table><thead>{head}</thead><tbody>{body}</tbody></table>" if self.rows else ""
        note = _CODE.sub(r"<code>\1</code>", escape(self.note))
        return f"<p>{escape(self.caption)}</p>{table}{f'<p>{note}</p>' if note else ''}"


def _html_row(tag: str, cells: Sequence[str]) -> str:
    opening = f'<{tag} style="text-align: left">'
    return f"<tr>{''.join(f'{opening}{escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _shown(value: Any) -> str:
    match value:
        case None | "":
            return ""
        case True:
            return "yes"
        case False:
            return "no"
        case list() | tuple():
            return ", ".join(map(str, value))
    return str(value)
