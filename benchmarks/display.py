"""Showing an answer: what a kernel sends for it, what that costs the kernel, and when the first text is there."""

import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from answer import FIRST_WORD
from endpoints import SIZES, Endpoints, model_id
from figures import Figure, failure
from kernel import Kernel, KernelFailed, MessagesLost, Spent, TookTooLong
from peers import WAYS, Way

ROUNDS = 5
PACED_ROUNDS = 3
SLOW_SECONDS = 3.0
"""A cell that takes longer than this is run once and not again."""
QUICK_SECONDS, QUICK_ROUNDS = 0.3, 2
"""Ways that take no longer than this run so many times as often: a moment's noise is as long as they are."""
LIMIT_SECONDS = 80.0
HOPELESS_SECONDS = 50.0
"""A cell that would take longer, as it grew, is not run: where it grows ever faster, it takes twice as long as that."""
WARM_UP = 500


@dataclass
class Runs:
    """A way's kernel and what its cells took; `gave_up` says why the larger sizes were left out.

    A way that fails is left alone from then on, and the others go on.
    """

    way: Way
    kernel: Kernel
    spent: dict[int, list[Spent]] = field(default_factory=dict)
    first_text: list[float] = field(default_factory=list)
    gave_up: dict[int, str] = field(default_factory=dict)
    failure: Figure | None = None

    def attempt(self, step: Callable[["Runs"], object], size: int = WARM_UP) -> None:
        """Do it, unless something has failed before."""
        if self.failure:
            return
        try:
            step(self)
        except KernelFailed as error:
            self.failure = failure(self.way.name, "wall, unpaced", error, size)
            print(f"  {self.way.name} fails: {error}", flush=True)


def measure(pythons: Mapping[str, Path], sizes: Iterable[int] = SIZES, rounds: int = ROUNDS) -> list[Figure]:
    """Every way at every size, in turns, each in a kernel of its own."""
    with Endpoints() as endpoints, ExitStack() as stack:
        all_runs = [
            Runs(way, Kernel(pythons[way.environment], endpoints.environment))
            for way in WAYS
            if way.environment in pythons
        ]
        for runs in all_runs:
            runs.attempt(partial(_prepare, stack=stack))
        for _ in range(min(rounds, PACED_ROUNDS)):
            for runs in all_runs:
                runs.attempt(partial(_run_paced, endpoints=endpoints))
        for size in sizes:
            print(f"  {size:,} tokens", flush=True)
            for number in range(rounds):
                for runs in all_runs:
                    runs.attempt(partial(_run_unpaced, size=size, is_first=number == 0), size)
            quick = [runs for runs in all_runs if _is_quick(runs, size)]
            for _ in range(rounds * (QUICK_ROUNDS - 1)):
                for runs in quick:
                    runs.attempt(partial(_run_unpaced, size=size, is_first=False), size)
    return [figure for runs in all_runs for figure in _figures(runs)]


def _prepare(runs: Runs, stack: ExitStack) -> None:
    """Start the kernel, load what the way needs, and ask once for an answer that does not count."""
    stack.enter_context(runs.kernel)
    for code in (runs.way.prepare, runs.way.asked(model_id(WARM_UP, paced=False))):
        runs.kernel.run(code, limit=LIMIT_SECONDS)


def _run_paced(runs: Runs, endpoints: Endpoints) -> None:
    endpoints.forget()
    spent = runs.kernel.run(runs.way.asked(model_id(WARM_UP, paced=True)), limit=LIMIT_SECONDS, marker=FIRST_WORD)
    first_sent, _ = endpoints.times()
    if spent.first_seen is not None and first_sent is not None:
        runs.first_text.append(spent.first_seen - first_sent)


def _run_unpaced(runs: Runs, size: int, *, is_first: bool) -> None:
    """Run the cell, unless it is known to be slow; how slow it would be is told from how it grew."""
    if runs.gave_up:
        runs.gave_up.setdefault(size, next(iter(runs.gave_up.values())))
        return
    if not is_first and (size not in runs.spent or runs.spent[size][0].wall > SLOW_SECONDS):
        return
    expected = _expected_seconds(runs, size)
    if is_first and expected > HOPELESS_SECONDS:
        runs.gave_up[size] = f"not run: as it grew, it would take {expected:.0f} s at least"
        return
    try:
        spent = runs.kernel.run(runs.way.asked(model_id(size, paced=False)), limit=LIMIT_SECONDS)
    except TookTooLong:
        runs.gave_up[size] = f"stopped after {LIMIT_SECONDS:.0f} s"
    except MessagesLost as error:
        runs.gave_up[size] = str(error)
    else:
        runs.spent.setdefault(size, []).append(spent)


def _is_quick(runs: Runs, size: int) -> bool:
    walls = [spent.wall for spent in runs.spent.get(size, [])]
    return bool(walls) and statistics.median(walls) <= QUICK_SECONDS


def _expected_seconds(runs: Runs, size: int) -> float:
    """As long as the last size took, and as much more as it took more than the one before."""
    walls = {each: spent[0].wall for each, spent in runs.spent.items() if spent and each < size}
    if len(walls) < 2:
        return 0.0
    *_, before, last = walls.values()
    return last * max(last / before, 1.0)


def _figures(runs: Runs) -> Iterator[Figure]:
    name = runs.way.name
    if runs.failure:
        yield runs.failure
    for size, spent in runs.spent.items():
        yield Figure(name, "IOPub bytes", "B", tuple(float(each.size) for each in spent), size)
        yield Figure(name, "IOPub messages", "messages", tuple(float(each.messages) for each in spent), size)
        yield Figure(name, "kernel CPU", "s", tuple(each.cpu for each in spent), size)
        yield Figure(name, "wall, unpaced", "s", tuple(each.wall for each in spent), size)
    for size, why in runs.gave_up.items():
        yield Figure(name, "wall, unpaced", "s", (), size, why)
    note = "" if runs.way.streams else "shows nothing before the answer is whole"
    yield Figure(name, "first text, paced", "s", tuple(runs.first_text), WARM_UP, note)
