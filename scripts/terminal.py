"""What a notebook's reader sees, as lines of a terminal."""

import re
from collections.abc import Mapping
from typing import Any, TextIO

import nbformat

from live_panel import LivePanel

BOLD, DIM, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SHOWING = {"display_data", "update_display_data", "execute_result"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# The text/plain of an object that is made to be seen in another form.
BARE_REPR = re.compile(r"<[\w.]+ object( at \w+)?>")


class Terminal:
    """Prints the cells of a notebook and what the kernel shows for them."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._colour = stream.isatty()
        self._line_is_open = False
        self._displays: dict[str, str] = {}
        self._panels: dict[str, LivePanel] = {}
        self._views: dict[str, str] = {}

    def say(self, text: str) -> None:
        """Print a line of our own, apart from the notebook's."""
        self._close_line()
        self._write(f"\n{text}\n")

    def show_source(self, cell: nbformat.NotebookNode, **_where: int) -> None:
        """Print a cell's source before it runs: prose as it stands, code with a bar before each line."""
        self._close_line()
        if cell.cell_type == "code":
            barred = (f"{DIM}│{PLAIN} {BOLD}{line}{PLAIN}" for line in cell.source.splitlines())
            self._write("\n" + "\n".join(barred) + "\n\n")
        else:
            self._write(f"\n{cell.source}\n")

    def show_message(self, kind: str, content: Mapping[str, Any]) -> None:
        """Print what one message of the kernel adds to the notebook's outputs."""
        if kind == "stream":
            self._write(content["text"])
        elif kind == "error":
            self._show_whole("\n".join(content["traceback"]))
        elif kind in SHOWING:
            self._show_display(content["data"], (content.get("transient") or {}).get("display_id", ""))
        elif kind == "comm_open" and "panel" in content["data"].get("state", {}).get("snapshot", {}):
            panel = self._panels[content["comm_id"]] = LivePanel(content["data"]["state"])
            self._show_whole(panel.news())
        elif kind == "comm_msg" and content["comm_id"] in self._panels:
            self._show_whole(self._panels[content["comm_id"]].hear(content["data"]))

    def _show_display(self, bundle: Mapping[str, Any], display_id: str) -> None:
        """Print a display; of one that is shown already, only what is new; of one told live, nothing more."""
        if WIDGET_VIEW in bundle:
            self._views[display_id] = bundle[WIDGET_VIEW]["model_id"]
            return
        panel = self._panels.get(self._views.get(display_id, ""))
        if panel and panel.is_over:
            return
        before, text = self._displays.get(display_id, ""), as_text(bundle)
        if display_id:
            self._displays[display_id] = text
        if before and text.startswith(before):
            self._write(text[len(before) :])
        else:
            self._show_whole(text)

    def _show_whole(self, text: str) -> None:
        if text:
            self._close_line()
            self._write(text)

    def _close_line(self) -> None:
        if self._line_is_open:
            self._write("\n")

    def _write(self, text: str) -> None:
        if text:
            self._line_is_open = not text.endswith("\n")
            self._stream.write(text if self._colour else COLOUR.sub("", text))
            self._stream.flush()


def as_text(bundle: Mapping[str, Any]) -> str:
    """The form of a MIME bundle that suits a terminal best."""
    plain = bundle.get("text/plain", "")
    if plain and not BARE_REPR.fullmatch(plain):
        return str(plain)
    return str(bundle.get("text/markdown") or f"[{', '.join(bundle)}]")
