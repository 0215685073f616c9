"""The live panel in a real JupyterLab under what is hardest for it: 10,000 deltas in 50 s, and one endless table.

python benchmarks/long_stream.py              both
python benchmarks/long_stream.py table        one of them
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from answer import tokens
from figures import Figure, tell
from playwright.sync_api import WebSocket, sync_playwright

from lab import CHROMIUM_FLAGS, Lab, _chromium, start_server

DELTA = 4
"""Characters."""
PER_SECOND = 200
LAST_WORD = "Finale"
LIMIT_SECONDS = 60.0
"""How long the page may take after the last delta."""

_KERNEL = """
import sys, time, threading
from bedrock_nb.core.recording import Recording
from bedrock_nb.views.live.widget import StreamWidget
from bedrock_nb.wire.source import OpenResponse
from bedrock_nb.wire.stream import Stream
text = open({path!r}, encoding="utf-8").read()
sent = {{}}

def paced():
    yield {{"messageStart": {{"role": "assistant"}}}}
    sent["cpu"] = time.process_time()
    begun = time.monotonic()
    for number, at in enumerate(range(0, len(text), {delta})):
        time.sleep(max(0.0, begun + number / {per_second} - time.monotonic()))
        yield {{"contentBlockDelta": {{"contentBlockIndex": 0, "delta": {{"text": text[at:at + {delta}]}}}}}}
    sent["last"] = time.time()
    yield {{"contentBlockStop": {{"contentBlockIndex": 0}}}}
    yield {{"messageStop": {{"stopReason": "end_turn"}}}}
    sent["seconds"] = time.monotonic() - begun

def cost():
    stream.wait()
    widget.finish()
    return time.process_time() - sent["cpu"]
"""
_SHOW = """
stream = Stream(lambda interrupt: OpenResponse(paced(), {}), {}, recording_type=Recording)
widget = StreamWidget(stream)
widget
"""
_TELL = "print(cost(), sent['last'], sent['seconds'])"

# Asks once a frame for the last word, from the panel's end: a page that was asked for all its text would be slowed.
_WATCH = """
(word) => {
    window.seen = { longest: 0, last: null };
    new PerformanceObserver((tasks) => {
        for (const task of tasks.getEntries()) window.seen.longest = Math.max(window.seen.longest, task.duration);
    }).observe({ type: "longtask" });
    const look = () => {
        const end = [...document.querySelectorAll(".bnb-prose > :last-child")].at(-1);
        const text = end?.lastElementChild?.lastElementChild ?? end;
        if (text?.textContent.includes(word)) window.seen.last = (performance.timeOrigin + performance.now()) / 1000;
        else requestAnimationFrame(look);
    };
    look();
}
"""


@dataclass(frozen=True)
class Load:
    """An answer that is hard to show."""

    name: str
    text: str

    @property
    def seconds(self) -> float:
        """How long it takes to come."""
        return len(self.text) / DELTA / PER_SECOND


def prose() -> Load:
    """10,000 deltas in 50 s."""
    whole = "".join(tokens(8_000))[: 10_000 * DELTA - 10]
    return Load("10,000 deltas in 50 s", f"{whole}\n\n{LAST_WORD}")


def table() -> Load:
    """One table of 100,000 characters, in 125 s."""
    row = "| a cell with some words | 12,345 | `code` | **bold** |\n"
    head = "| what | count | code | mark |\n|:--|--:|---|---|\n"
    rows = row * ((100_000 - len(head)) // len(row) - 1)
    return Load("one table of 100,000 characters", f"{head}{rows}| the end | 0 | | {LAST_WORD} |")


LOADS = {"prose": prose, "table": table}


def measure(names: Iterable[str] = LOADS) -> list[Figure]:
    """Each load in a notebook of its own, with nothing else in it."""
    with TemporaryDirectory() as folder, _tabs(Path(folder) / "jupyter") as tabs:
        return [figure for name in names for figure in _figures(LOADS[name](), tabs, Path(folder))]


def _figures(load: Load, tabs: Iterator[Lab], folder: Path) -> Iterator[Figure]:
    path = folder / "text.md"
    path.write_text(load.text, encoding="utf-8")
    lab, bytes_of = next(tabs), _Bytes()
    lab.page.on("websocket", bytes_of.count)
    lab.open([_KERNEL.format(path=str(path), delta=DELTA, per_second=PER_SECOND), _SHOW, _TELL])
    lab.run_cell(0)
    lab.page.evaluate(_WATCH, LAST_WORD)
    bytes_of.forget()
    lab.run_cell(1)
    lab.page.wait_for_function("window.seen.last !== null", timeout=(load.seconds + LIMIT_SECONDS) * 1000, polling=500)
    seen, size = lab.page.evaluate("window.seen"), bytes_of.size
    lab.run_cell(2)
    cpu, last, seconds = map(float, lab.output(2).inner_text().split()[-3:])
    for name, unit, value in (
        ("websocket bytes", "B", size),
        ("kernel CPU", "s", cpu),
        ("kernel CPU, share of a core", "", cpu / seconds),
        ("longest task", "s", seen["longest"] / 1000),
        ("last text lags", "s", seen["last"] - last),
    ):
        yield Figure("bedrock_nb", f"{load.name}: {name}", unit, (float(value),), len(load.text))


class _Bytes:
    """Counts what comes over every websocket of a page."""

    def __init__(self) -> None:
        self.size = 0

    def count(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._add)

    def forget(self) -> None:
        self.size = 0

    def _add(self, frame: str | bytes) -> None:
        self.size += len(frame.encode() if isinstance(frame, str) else frame)


@contextmanager
def _tabs(folder: Path) -> Iterator[Iterator[Lab]]:
    """One JupyterLab and one Chromium, and a new tab as often as one is asked for."""
    server = start_server(folder)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=CHROMIUM_FLAGS)

            def tabs() -> Iterator[Lab]:
                while True:
                    page = browser.new_page(viewport={"width": 1280, "height": 900})
                    yield Lab(page, server)
                    page.close(run_before_unload=False)
                    server.end_kernels()

            yield tabs()
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    tell(measure(sys.argv[1:] or LOADS))
