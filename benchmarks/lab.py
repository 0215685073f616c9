"""The same cells in a real JupyterLab and Chromium: what comes over the websocket, and what that costs the page."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from answer import FIRST_WORD, LAST_WORD
from endpoints import SIZES, Endpoints, model_id
from peers import Way
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # the tests drive the same JupyterLab

from browser.lab import Lab  # noqa: E402 - found on the path above
from browser.server import JupyterServer, start_server  # noqa: E402 - the same

STEP_LIMIT_SECONDS = 60.0
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Counts what comes over every websocket, and notes the main thread's longest task.
_COUNTERS = """
window.counted = {size: 0, messages: 0, longest: 0};
const sizeOf = data => data.byteLength ?? data.size ?? data.length;
window.WebSocket = class extends WebSocket {
    constructor(...about) {
        super(...about);
        this.addEventListener("message", event => {
            window.counted.size += sizeOf(event.data);
            window.counted.messages += 1;
        });
    }
};
new PerformanceObserver(tasks => {
    for (const task of tasks.getEntries())
        window.counted.longest = Math.max(window.counted.longest, task.duration);
}).observe({type: "longtask"});
"""

# Notes when the first and the last word are on the page, looking once a frame. All the text is looked at only in the
# beginning and from shortly before the end is due, so that looking costs the page next to nothing.
_WATCH = """
([cell, first, last, seconds]) => {
    Object.assign(window.counted, {size: 0, sizeAtLast: null, messages: 0, longest: 0, first: null, last: null});
    const now = () => (performance.timeOrigin + performance.now()) / 1000;
    const shows = word => document.querySelector(cell)?.textContent.includes(word);
    const start = now();
    const look = () => {
        const seen = window.counted;
        if (seen.first === null && shows(first)) seen.first = now();
        else if (seen.first !== null && now() > start + seconds - 0.5 && shows(last))
            Object.assign(seen, {last: now(), sizeAtLast: seen.size});
        if (seen.last === null) requestAnimationFrame(look);
    };
    look();
}
"""

# From the next click on, looks once a frame whether the cell's reply has come.
_TIME_CLICK = """
number => {
    window.stopped = null;
    document.addEventListener("click", () => {
        const clicked = performance.now();
        const look = () => {
            if (window.cellRuns[number] === "done") window.stopped = (performance.now() - clicked) / 1000;
            else requestAnimationFrame(look);
        };
        look();
    }, {capture: true, once: true});
}
"""


@dataclass(frozen=True)
class Shown:
    """What showing one paced answer took: bytes and messages on the websocket, seconds on the page's main thread.

    `size_at_last` is what of the bytes had come when the last piece was on the page: without the finished output.
    `first_lag` and `last_lag` are seconds from the sending of the first and the last piece until it was on the page;
    `longest_task` is in seconds, 0 where none took 50 ms. A `caught_up` that is false says that the page was still
    behind when its time was up, and all figures are what they were then.
    """

    size: int
    size_at_last: int | None
    messages: int
    main_thread: float
    longest_task: float
    first_lag: float | None
    last_lag: float | None
    caught_up: bool


class Notebooks:
    """One JupyterLab with a kernel of every environment, and one Chromium."""

    def __init__(self, server: JupyterServer, browser: Browser, endpoints: Endpoints) -> None:
        self._server, self._browser, self._endpoints = server, browser, endpoints
        self._opened = 0

    @contextmanager
    def notebook(self, way: Way, cells: Sequence[str]) -> Iterator["Notebook"]:
        """A notebook of this way with these cells, which has shown an answer already in a cell before them."""
        context = self._browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(STEP_LIMIT_SECONDS * 1000)
        context.add_init_script(_COUNTERS)
        page = context.new_page()
        try:
            lab = Lab(page, self._server)
            before = [way.prepare, way.asked(model_id(min(SIZES), paced=False))]
            self._opened += 1
            lab.open(_written(self._server.notebooks / f"{self._opened}.ipynb", way, [*before, *cells]))
            for number in range(len(before)):
                lab.run_cell(number)  # they load what a first answer has to load, and do not count
            yield Notebook(lab, page, self._endpoints, len(before))
        finally:
            page.close(run_before_unload=False)
            context.close()
            self._server.end_kernels()


class Notebook:
    """One open notebook. Its cells are counted from 0, after those that made it ready."""

    def __init__(self, lab: Lab, page: Page, endpoints: Endpoints, first: int) -> None:
        self._lab, self._page, self._endpoints, self._first = lab, page, endpoints, first
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.send("Performance.enable")

    def shown(self, cell: int, seconds: float, limit: float) -> Shown:
        """Run the cell, and watch until the last word is on the page.

        Args:
            cell: It asks for a paced answer.
            seconds: How long the answer takes to come.
            limit: Seconds after its end when the page is given up.
        """
        number = self._first + cell
        self._clear()
        self._endpoints.forget()
        self._page.evaluate(_WATCH, [_output_of(number), FIRST_WORD, LAST_WORD, seconds])
        before, end = main_thread(self._devtools), time.monotonic() + seconds + limit
        self._lab.run_cell(number, wait=False)
        caught_up = self._wait_for_last_word(number, seconds + limit)
        took = main_thread(self._devtools) - before
        seen = self._page.evaluate("window.counted")
        begun, ended = self._endpoints.times(end - time.monotonic())
        return Shown(
            size=seen["size"],
            size_at_last=seen["sizeAtLast"],
            messages=seen["messages"],
            main_thread=took,
            longest_task=seen["longest"] / 1000,
            first_lag=None if seen["first"] is None or begun is None else seen["first"] - begun,
            last_lag=None if seen["last"] is None or ended is None else seen["last"] - ended,
            caught_up=caught_up,
        )

    def said(self, cell: int) -> str:
        """Run the cell; the text that it puts out."""
        self._lab.run_cell(self._first + cell)
        return str(self._lab.output(self._first + cell).inner_text())

    def stopped(self, cell: int, button: str) -> float:
        """Run the cell, click the button as soon as there is text, and give the seconds until the cell is over.

        Args:
            cell: It asks for a paced answer.
            button: A selector.
        """
        number = self._first + cell
        self._clear()
        self._lab.run_cell(number, wait=False)
        self._lab.output(number).get_by_text(FIRST_WORD).first.wait_for()
        self._page.evaluate(_TIME_CLICK, number)
        self._page.locator(f"{button}:visible").first.click()
        self._page.wait_for_function("window.stopped !== null")
        return float(self._page.evaluate("window.stopped"))

    def saved_size(self, cell: int) -> int:
        """Run the cell; the bytes that its output adds to the notebook's file."""
        self._clear()
        self._lab.save()
        before = self._file.stat().st_size
        self._lab.run_cell(self._first + cell)
        self._lab.save()
        return self._file.stat().st_size - before

    @property
    def _file(self) -> Path:
        return self._lab.server.notebooks / self._lab.name

    def _clear(self) -> None:
        self._lab._command("notebook:clear-all-cell-outputs")  # noqa: SLF001 - no test needs it

    def _wait_for_last_word(self, number: int, limit: float) -> bool:
        """Wait for it, and for the cell's end, as more may come after it; whether both came in time."""
        try:
            self._page.wait_for_function("window.counted.last !== null", timeout=limit * 1000, polling=200)
            self._lab.wait_until_done(number)
        except PlaywrightError:
            return False
        return True


@contextmanager
def notebooks(folder: Path, pythons: Mapping[str, Path], endpoints: Endpoints) -> Iterator[Notebooks]:
    """Start a JupyterLab and a Chromium. `pythons` are the environments' interpreters."""
    server = start_server(folder, **endpoints.environment)
    try:
        for name, python in pythons.items():
            _install_kernel(folder / "home" / "data" / "kernels" / name, name, python)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
            yield Notebooks(server, browser, endpoints)
            browser.close()
    finally:
        server.stop()


def main_thread(devtools: CDPSession) -> float:
    """Seconds that the page's main thread has worked; its "Performance" has to be enabled."""
    metrics: list[dict[str, Any]] = devtools.send("Performance.getMetrics")["metrics"]
    return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")


def chromium() -> str:
    """The path of a Chromium that starts here."""
    search = [sys.executable, str(ROOT / "scripts" / "find_chromium.py")]
    return subprocess.run(search, capture_output=True, text=True, check=True).stdout.strip()


def _install_kernel(folder: Path, name: str, python: Path) -> None:
    folder.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": name, "language": "python"}))


def _output_of(number: int) -> str:
    return f".jp-Notebook .jp-Cell[data-windowed-list-index='{number}'] .jp-Cell-outputArea"


def _written(path: Path, way: Way, cells: Sequence[str]) -> Path:
    kernel = {"name": way.environment, "display_name": way.environment, "language": "python"}
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in cells], metadata={"kernelspec": kernel}
        ),
        path,
    )
    return path
