"""The answer as it comes, in a terminal: each piece is written once, and nothing that was written is touched again.

A terminal's scrollback is what a reader has afterwards, so this neither moves the cursor nor redraws.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Protocol

from bedrock_nb.core.recording import Recording
from bedrock_nb.views.panel.calls import LiveCall, Watch, moment_of
from bedrock_nb.views.panel.panel import Panel, PanelBlock, Passage, Reasoning
from bedrock_nb.views.panel.present import present
from bedrock_nb.views.panel.titles import reasoning_title
from bedrock_nb.views.text import banner_text, block_text, harmless, passage_text, reasoning_text, strip_text


class WaitedFor(LiveCall, Protocol):
    """A live call that tells when something came."""

    def wait_for_news(self, seen: int, timeout: float | None = None) -> int:
        """Wait until there are more than `seen` events, or it is over; how many there are."""


def watch_in_terminal(call: WaitedFor, write: Callable[[str], object] | None = None) -> None:
    """Write what comes until the call is over, then its banners and figures.

    Ctrl-C stops the call, keeps what came, and goes on as KeyboardInterrupt.

    Args:
        call: The call to watch.
        write: Takes each piece of text; the standard output where it is not given.
    """
    scroll = _Scroll(write or _write_at_once)
    watch = Watch(call)
    seen = 0
    try:
        while not call.done:
            seen = call.wait_for_news(seen)
            scroll.show(present([watch.moment()]))
    except KeyboardInterrupt:
        call.cancel()
        scroll.end(present([moment_of(call.recording)]))
        raise
    scroll.end(present([watch.moment()]))


def write_ending(recording: Recording, write: Callable[[str], object] | None = None) -> None:
    """Write what ended an exchange when its last call was over, and written as that.

    Args:
        recording: That of the last call; its `error` is the exchange's.
        write: As of `watch_in_terminal`.
    """
    [section] = present([moment_of(recording)]).sections
    (write or _write_at_once)(harmless(f"\n{banner_text(section.banners[0])}\n"))


def _write_at_once(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


class _Scroll:
    """What was written of each block."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._written: dict[str, str] = {}
        self._is_fresh_line = True

    def show(self, panel: Panel) -> None:
        """Write what is new, up to the first block that is not whole yet; the last may always go on."""
        blocks = [block for section in panel.sections for block in section.blocks]
        last = blocks[-1] if blocks and panel.strip.state.is_live else None
        for block in blocks:
            is_growing = block is last or getattr(block, "growing", False)
            self._show_block(block.key, _so_far(block, is_growing=is_growing))
            if is_growing:
                return

    def end(self, panel: Panel) -> None:
        """Write the rest, the banners and the figures."""
        self.show(panel)
        for section in panel.sections:
            for banner in section.banners:
                self._begin(banner_text(banner))
        self._begin(strip_text(panel.strip))
        self._write("\n")

    def _show_block(self, key: str, text: str) -> None:
        written = self._written.get(key, "")
        self._written[key] = text
        if not text.startswith(written):  # something came late: it is written again, as the scroll cannot be mended
            written = ""
        if written:
            self._write(harmless(text[len(written) :]))
        elif text:
            self._begin(text)

    def _begin(self, text: str) -> None:
        """An empty line stands between any two parts."""
        self._write(harmless(text if self._is_fresh_line else f"\n\n{text}"))
        self._is_fresh_line = False


def _so_far(block: PanelBlock, *, is_growing: bool) -> str:
    """What can be written of a block already: as the block grows, something is only ever added at its end."""
    match block:
        case Passage() if is_growing:
            return passage_text(block).rstrip("\n")  # as whole blocks end: what is written cannot be taken back
        case Reasoning() if block.text:
            text = whole_words(block.text) if is_growing else block.text.rstrip()
            end = "" if is_growing else f"\n╰ {reasoning_title(block)}"
            return f"╭ Thinking…\n{reasoning_text(text)}{end}"
    return "" if is_growing else block_text(block)


def whole_words(text: str) -> str:
    """The text without its last word, which may grow beyond the end of its line."""
    return text[: max(text.rfind(" "), text.rfind("\n"), 0)].rstrip()
