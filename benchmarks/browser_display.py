"""Showing a paced answer in a real JupyterLab: bytes on its websocket, and what they cost the page."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from endpoints import PACE, SIZES, Endpoints, model_id
from figures import Figure, failure
from peers import BARE, WAYS, Way
from playwright.sync_api import Error as PlaywrightError

from lab import Notebook, Notebooks, Shown, notebooks

LIMIT_SECONDS = 15.0
"""How long a page may be behind the last piece before it is given up."""
ALWAYS = 8_000
"""Up to this size everybody is asked; beyond it, who was not given up before."""
READ_TIMEOUT_SECONDS = 60.0
"""boto3's own: who waits for an answer in one piece can't wait longer for it."""


def measure(pythons: Mapping[str, Path], sizes: Iterable[int] = SIZES) -> list[Figure]:
    """Every way, one after the other, each in a notebook of its own."""
    sizes = tuple(sizes)
    ways = [way for way in WAYS if way.name != BARE and way.environment in pythons]
    with (
        Endpoints() as endpoints,
        TemporaryDirectory() as folder,
        notebooks(Path(folder) / "jupyter", pythons, endpoints) as opened,
    ):
        return [figure for way in ways for figure in _figures(way, opened, sizes)]


def _figures(way: Way, opened: Notebooks, sizes: tuple[int, ...]) -> Iterator[Figure]:
    try:
        with opened.notebook(way, [way.asked(model_id(size, paced=True)) for size in sizes]) as notebook:
            yield from _at_every_size(way, notebook, sizes)
    except PlaywrightError as error:
        print(f"  {way.name} fails: {error}", flush=True)
        yield failure(way.name, "last text lags", error, sizes[-1])


def _at_every_size(way: Way, notebook: Notebook, sizes: tuple[int, ...]) -> Iterator[Figure]:
    why = ""
    for number, size in enumerate(sizes):
        if not way.streams and size * PACE > READ_TIMEOUT_SECONDS:
            why = f"not run: it asks for the answer in one piece, and boto3 waits {READ_TIMEOUT_SECONDS:.0f} s for it"
        if why:
            yield Figure(way.name, "last text lags", "s", (), size, why)
            continue
        shown = notebook.shown(number, size * PACE, LIMIT_SECONDS)
        yield from _figures_of(way.name, size, shown)
        print(f"  {way.name}, {size} tokens: {shown}", flush=True)
        if not shown.caught_up and size >= ALWAYS:
            why = f"not run: at {size:,} tokens the page was given up"


def _figures_of(way: str, size: int, shown: Shown) -> Iterator[Figure]:
    note = "" if shown.caught_up else f"given up {LIMIT_SECONDS:.0f} s after the last delta: at least this"
    for name, unit, value in (
        ("websocket bytes", "B", shown.size),
        ("websocket messages", "messages", shown.messages),
        ("main thread", "s", shown.main_thread),
        ("longest task", "s", shown.longest_task),
        ("first text lags", "s", shown.first_lag),
        ("last text lags", "s", shown.last_lag if shown.caught_up else LIMIT_SECONDS),
    ):
        yield Figure(
            way, name, unit, () if value is None else (float(value),), size, note, at_least=not shown.caught_up
        )
