"""Starting: what makes a library ready in a new kernel, and then the first answer."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from endpoints import Endpoints, model_id
from figures import Figure, failure
from kernel import Kernel, KernelFailed, Spent
from peers import WAYS, Way

ROUNDS = 5
SIZE = 500
LIMIT_SECONDS = 120.0
BY_HAND = {"print", "display(Markdown)", "widgets.HTML"}
"""Ways that are boto3's as far as starting goes."""


Start = tuple[Spent, Spent]
"""What makes the library ready, and the first answer."""


def measure(pythons: Mapping[str, Path], rounds: int = ROUNDS) -> list[Figure]:
    """Every library, in turns, each time in a kernel that has just started.

    A round that does not count goes before the others: it finds the files that they then find in memory.
    """
    ways = {way.name: way for way in WAYS if way.environment in pythons and way.name not in BY_HAND}
    spent: dict[str, list[Start]] = {name: [] for name in ways}
    failures: dict[str, Figure] = {}
    with Endpoints() as endpoints:
        for number in range(1 + rounds):
            for name, way in ways.items():
                if name in failures:
                    continue
                try:
                    spent[name].append(_start(way, pythons[way.environment], endpoints))
                except KernelFailed as error:
                    failures[name] = failure(name, "first answer", error)
            print(f"  round {number} of {rounds}", flush=True)
    figures = [figure for name in ways if name not in failures for figure in _figures(name, spent[name][1:])]
    return [*figures, *failures.values()]


def _start(way: Way, python: Path, endpoints: Endpoints) -> Start:
    asked = way.asked(model_id(SIZE, paced=False))
    with Kernel(python, endpoints.environment) as kernel:
        return kernel.run(way.prepare, limit=LIMIT_SECONDS), kernel.run(asked, limit=LIMIT_SECONDS)


def _figures(name: str, spent: list[Start]) -> Iterator[Figure]:
    yield Figure(name, "%load_ext", "s", tuple(ready.wall for ready, _ in spent))
    yield Figure(name, "%load_ext, CPU", "s", tuple(ready.cpu for ready, _ in spent))
    yield Figure(name, "first answer", "s", tuple(first.wall for _, first in spent))
    yield Figure(name, "both together", "s", tuple(ready.wall + first.wall for ready, first in spent))
