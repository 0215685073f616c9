"""The same cells in a real JupyterLab and Chromium: what comes over the websocket, and what that costs the page."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
from answer import FIRST_WORD, LAST_WORD
from endpoints import PACE, SIZES, Endpoints, model_id
from peers import WAYS, Way
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # the tests drive the same JupyterLab

from browser.lab import Lab  # noqa: E402
from browser.server import JupyterServer, start_server  # noqa: E402

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
    Object.assign(window.counted, {size: 0, messages: 0, longest: 0, first: null, last: null});
    const now = () => (performance.timeOrigin + performance.now()) / 1000;
    const shows = word => document.querySelector(cell)?.textContent.includes(word);
    const start = now();
    const look = () => {
        const seen = window.counted;
        if (seen.first === null && shows(first)) seen.first = now();
        else if (seen.first !== null && now() > start + seconds - 0.5 && shows(last)) seen.last = now();
        if (seen.last === null) requestAnimationFrame(look);
    };
    look();
}
"""


@dataclass(frozen=True)
class Shown:
    """What showing one paced answer took: bytes and messages on the websocket, seconds on the page's main thread.

    `first_lag` and `last_lag` are seconds from the sending of the first and the last piece until it was on the page;
    `longest_task` is in seconds, 0 where none took 50 ms. A `caught_up` that is false says that the page was still
    behind when its time was up, and all figures are what they were then.
    """

    size: int
    messages: int
    main_thread: float
    longest_task: float
    first_lag: float | None
    last_lag: float | None
    caught_up: bool


class Notebooks:
    """One JupyterLab with a kernel of every environment, and one Chromium; `paced` measures a cell in it."""

    def __init__(self, server: JupyterServer, browser: Browser, endpoints: Endpoints) -> None:
        self._server, self._browser, self._endpoints = server, browser, endpoints

    @contextmanager
    def notebook(self, way: Way, sizes: tuple[int, ...]) -> Iterator["Notebook"]:
        """A notebook of this way that has shown an answer already, with a cell for each size."""
        context = self._browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(STEP_LIMIT_SECONDS * 1000)
        context.add_init_script(_COUNTERS)
        page = context.new_page()
        try:
            lab = Lab(page, self._server)
            asks = [way.ask.replace("{model}", model_id(size, paced=True)) for size in sizes]
            first_ask = way.ask.replace("{model}", model_id(min(SIZES), paced=False))
            name = f"{WAYS.index(way)}.ipynb"
            lab.open(_written(self._server.notebooks / name, way, [way.prepare, first_ask, *asks]))
            lab.run_cell(0)
            lab.run_cell(1)  # it loads what a first answer has to load, and does not count
            yield Notebook(lab, page, self._endpoints, sizes)
        finally:
            page.close(run_before_unload=False)
            context.close()
            self._server.end_kernels()


class Notebook:
    """One open notebook."""

    def __init__(self, lab: Lab, page: Page, endpoints: Endpoints, sizes: tuple[int, ...]) -> None:
        self._lab, self._page, self._endpoints, self._sizes = lab, page, endpoints, sizes
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.send("Performance.enable")

    def shown(self, size: int, limit: float) -> Shown:
        """Run the cell of this size, and watch until its last word is on the page, at most `limit` seconds."""
        number = self._sizes.index(size) + 2
        self._lab._command("notebook:clear-all-cell-outputs")  # noqa: SLF001 - no test needs it
        self._endpoints.forget()
        cell = f".jp-Notebook .jp-Cell[data-windowed-list-index='{number}'] .jp-Cell-outputArea"
        self._page.evaluate(_WATCH, [cell, FIRST_WORD, LAST_WORD, size * PACE])
        before, start = self._main_thread(), time.monotonic()
        self._lab.run_cell(number, wait=False)
        caught_up = self._wait_for_last_word(number, limit)
        took = self._main_thread() - before
        seen = self._page.evaluate("window.counted")
        begun, ended = self._sent(start + limit - time.monotonic())
        return Shown(
            size=seen["size"],
            messages=seen["messages"],
            main_thread=took,
            longest_task=seen["longest"] / 1000,
            first_lag=None if seen["first"] is None or begun is None else seen["first"] - begun,
            last_lag=None if seen["last"] is None or ended is None else seen["last"] - ended,
            caught_up=caught_up,
        )

    def _wait_for_last_word(self, number: int, limit: float) -> bool:
        """Wait for it, and for the cell's end, as more may come after it; whether both came in time."""
        try:
            self._page.wait_for_function("window.counted.last !== null", timeout=limit * 1000, polling=200)
            self._lab.wait_until_done(number)
        except PlaywrightError:
            return False
        return True

    def _sent(self, seconds: float) -> tuple[float | None, float | None]:
        """When the first and the last delta were sent, as far as they were."""
        begun = ended = None
        with suppress(Empty):
            begun = self._endpoints.begun.get(timeout=1)
            ended = self._endpoints.sent.get(timeout=max(seconds, 1)).last
        return begun, ended

    def _main_thread(self) -> float:
        """Seconds that the page's main thread has worked."""
        metrics: list[dict[str, Any]] = self._devtools.send("Performance.getMetrics")["metrics"]
        return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")


@contextmanager
def notebooks(folder: Path, pythons: Mapping[str, Path], endpoints: Endpoints) -> Iterator[Notebooks]:
    """Start a JupyterLab and a Chromium. `pythons` are the environments' interpreters."""
    server = start_server(folder, **endpoints.environment)
    try:
        for name, python in pythons.items():
            _install_kernel(folder / "home" / "data" / "kernels" / name, name, python)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=CHROMIUM_FLAGS)
            yield Notebooks(server, browser, endpoints)
            browser.close()
    finally:
        server.stop()


def _chromium() -> str:
    search = [sys.executable, str(ROOT / "scripts" / "find_chromium.py")]
    return subprocess.run(search, capture_output=True, text=True, check=True).stdout.strip()


def _install_kernel(folder: Path, name: str, python: Path) -> None:
    folder.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": name, "language": "python"}))


def _written(path: Path, way: Way, cells: list[str]) -> Path:
    kernel = {"name": way.environment, "display_name": way.environment, "language": "python"}
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in cells], metadata={"kernelspec": kernel}
        ),
        path,
    )
    return path
