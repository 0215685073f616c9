"""Starting: what makes a library ready in a new kernel, and then the first answer."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from endpoints import Endpoints, model_id
from figures import Figure, in_turns
from kernel import Kernel, Spent
from peers import WAYS, Way

ROUNDS = 5
SIZE = 500
LIMIT_SECONDS = 120.0
BY_HAND = {"print", "display(Markdown)", "widgets.HTML"}
"""Ways that are boto3's as far as starting goes."""


def measure(pythons: Mapping[str, Path], rounds: int = ROUNDS) -> list[Figure]:
    """Every library, in turns, each time in a kernel that has just started."""
    ways = [way for way in WAYS if way.environment in pythons and way.name not in BY_HAND]
    with Endpoints() as endpoints:
        starts = {way.name: lambda way=way: _start(way, pythons[way.environment], endpoints) for way in ways}
        spent = in_turns(starts, rounds)
    return [figure for way in ways for figure in _figures(way.name, spent[way.name])]


def _start(way: Way, python: Path, endpoints: Endpoints) -> tuple[Spent, Spent]:
    ask = way.ask.replace("{model}", model_id(SIZE, paced=False))
    with Kernel(python, endpoints.environment) as kernel:
        spent = kernel.run(way.prepare, limit=LIMIT_SECONDS), kernel.run(ask, limit=LIMIT_SECONDS)
    for each in spent:
        if each.error:
            raise RuntimeError(f"{way.name} fails: {each.error}")
    return spent


def _figures(name: str, spent: list[tuple[Spent, Spent]]) -> Iterator[Figure]:
    yield Figure(name, "%load_ext", "s", tuple(ready.wall for ready, _ in spent))
    yield Figure(name, "%load_ext, CPU", "s", tuple(ready.cpu for ready, _ in spent))
    yield Figure(name, "first answer", "s", tuple(first.wall for _, first in spent))
    yield Figure(name, "both together", "s", tuple(ready.wall + first.wall for ready, first in spent))
