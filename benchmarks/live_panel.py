"""Our own panel in a real JupyterLab where it is hardest: long streams, one endless table, Stop, and the saved file.

python benchmarks/live_panel.py
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from endpoints import LONG, LONG_PACE, PACE, SAMPLE, Endpoints, model_id
from environments import ready_pythons
from figures import Figure, failure, tell
from peers import BARE, OURS, WAYS
from playwright.sync_api import Error as PlaywrightError

from lab import Notebook, Notebooks, Shown, notebooks

LIMIT_SECONDS = 60.0
"""How long the page may be behind the last delta before it is given up."""
STREAMS = {
    f"{LONG:,} deltas in {LONG * LONG_PACE:.0f} s": ("prose", 2),
    f"one table of {LONG * 10:,} characters": ("table", 1),
}
"""What each is made of, and how often it runs at most."""
STOP_BUTTONS = {
    "Stop, until the cell is over": ".bnb-stop",
    "JupyterLab's own Stop button": "[data-command='notebook:interrupt-kernel']",
}
SAVED = 8_000
"""Tokens of the answer that is stopped, and of the one that is saved."""
SHORT = 500

_WAY = next(way for way in WAYS if way.name == OURS)
_BARE = next(way for way in WAYS if way.name == BARE)
_CPU = "import time; print(time.process_time())"
_LENGTH = "import bedrock_nb as bnb; print(len(bnb.last().text.encode()))"


def measure(pythons: Mapping[str, Path], rounds: int = 5) -> list[Figure]:
    """Each stream in notebooks of its own; each Stop in so many rounds."""
    python = pythons[_WAY.environment]
    with (
        Endpoints() as endpoints,
        TemporaryDirectory() as folder,
        notebooks(Path(folder) / "jupyter", {_WAY.environment: python}, endpoints) as opened,
    ):
        steps: dict[str, Callable[[], Iterable[Figure]]] = {
            **{name: partial(_stream, name, text, opened, min(rounds, most)) for name, (text, most) in STREAMS.items()},
            "first text lags": partial(_short, opened, rounds),
            **{name: partial(_stops, name, button, opened, rounds) for name, button in STOP_BUTTONS.items()},
            "an answer in the saved notebook": partial(_saved, opened),
        }
        return [figure for name, step in steps.items() for figure in _tried(name, step)]


def _tried(name: str, step: Callable[[], Iterable[Figure]]) -> list[Figure]:
    """What the step gives; where it fails, the others go on."""
    try:
        return list(step())
    except PlaywrightError as error:
        print(f"  {name} fails: {error}", flush=True)
        return [failure(OURS, name, error)]


@dataclass(frozen=True)
class Streamed:
    """How a long stream was shown, and the seconds of CPU that it took the kernel; beside it those of a bare loop."""

    shown: Shown
    cpu: float
    bare_cpu: float


def _stream(name: str, text: str, opened: Notebooks, rounds: int) -> Iterator[Figure]:
    seconds = LONG * LONG_PACE
    runs = [_streamed(name, text, opened, seconds) for _ in range(rounds)]
    all_shown = [run.shown for run in runs]
    for what, unit, values in (
        ("websocket bytes", "B", [float(shown.size_at_last or shown.size) for shown in all_shown]),
        ("with the finished output", "B", [float(shown.size) for shown in all_shown]),
        ("kernel CPU", "s", [run.cpu for run in runs]),
        ("kernel CPU of a bare loop", "s", [run.bare_cpu for run in runs]),
        ("kernel CPU, share of a core", "%", [100 * run.cpu / seconds for run in runs]),
        ("main thread", "s", [shown.main_thread for shown in all_shown]),
        ("longest task", "s", [shown.longest_task for shown in all_shown]),
        ("last text lags", "s", [LIMIT_SECONDS if shown.last_lag is None else shown.last_lag for shown in all_shown]),
    ):
        yield Figure(name, what, unit, tuple(values), at_least=not all(shown.caught_up for shown in all_shown))


def _streamed(name: str, text: str, opened: Notebooks, seconds: float) -> Streamed:
    """The whole answer with us, and then a part of the same with a bare loop in the same kernel."""
    ours, bare = (way.asked(model_id(size, paced=True, text=text)) for way, size in ((_WAY, LONG), (_BARE, SAMPLE)))
    with opened.notebook(_WAY, [_CPU, ours, _BARE.prepare, bare]) as notebook:
        begin = float(notebook.said(0))
        shown = notebook.shown(1, seconds, LIMIT_SECONDS)
        cpu = float(notebook.said(0)) - begin
        notebook.said(2)
        begin = float(notebook.said(0))
        notebook.said(3)
        bare_cpu = (float(notebook.said(0)) - begin) * LONG / SAMPLE
    print(f"  {name}: {cpu:.2f} s of CPU, {bare_cpu:.2f} s of a bare loop, {shown}", flush=True)
    return Streamed(shown, cpu, bare_cpu)


def _short(opened: Notebooks, rounds: int) -> Iterator[Figure]:
    with opened.notebook(_WAY, [_WAY.asked(model_id(SHORT, paced=True))]) as notebook:
        shown = [notebook.shown(0, SHORT * PACE, LIMIT_SECONDS) for _ in range(rounds)]
    for what, lags in (
        ("first text lags", [each.first_lag for each in shown]),
        ("last text lags", [each.last_lag for each in shown]),
    ):
        yield Figure(OURS, what, "s", tuple(LIMIT_SECONDS if lag is None else lag for lag in lags))


def _stops(name: str, button: str, opened: Notebooks, rounds: int) -> Iterator[Figure]:
    with opened.notebook(_WAY, [_WAY.asked(model_id(SAVED, paced=True))]) as notebook:
        yield Figure(OURS, name, "s", tuple(_stop(notebook, button) for _ in range(rounds)))


def _stop(notebook: Notebook, button: str) -> float:
    seconds = notebook.stopped(0, button)
    print(f"  stopped by {button} after {seconds:.3f} s", flush=True)
    return seconds


def _saved(opened: Notebooks) -> Iterator[Figure]:
    with opened.notebook(_WAY, [_WAY.asked(model_id(SAVED, paced=False)), _LENGTH]) as notebook:
        size = notebook.saved_size(0)
        answer = int(notebook.said(1))
    yield Figure(OURS, "an answer in the saved notebook", "B", (float(size),))
    yield Figure(OURS, "the same answer as plain text", "B", (float(answer),))


if __name__ == "__main__":
    tell(measure(ready_pythons()))
