"""Showing a paced answer in a real JupyterLab: bytes on its websocket, and what they cost the page."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from endpoints import PACE, SIZES, Endpoints
from figures import Figure
from peers import BARE, WAYS, Way

from lab import Notebooks, Shown, notebooks

LIMIT_SECONDS = 30.0
"""How long a page may be behind the last piece before it is given up."""


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
    why = ""
    with opened.notebook(way, sizes) as notebook:
        for size in sizes:
            if why:
                yield Figure(way.name, "last text lags", "s", (), size, why)
                continue
            shown = notebook.shown(size, size * PACE + LIMIT_SECONDS)
            yield from _figures_of(way.name, size, shown)
            print(f"  {way.name}, {size} tokens: {shown}", flush=True)
            if not shown.caught_up:
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
