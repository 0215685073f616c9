"""What every benchmark measures with and hands over: figures, taken in turns."""

import json
import math
import re
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

RESULTS = Path(__file__).parent / "results"
"""The raw data, one file a part, and the pictures."""

Measured = TypeVar("Measured")


@dataclass(frozen=True)
class Figure:
    """One thing measured, of one way: the values of all runs, in `unit`, of which the median is told.

    `size` is what it was measured at, such as tokens. Where there are no values, `note` says why; a note beside values
    says what to keep in mind. `at_least` says that the thing was given up before it was over, `failed` that it could
    not be measured though it should have been.
    """

    way: str
    name: str
    unit: str
    values: tuple[float, ...]
    size: int | None = None
    note: str = ""
    at_least: bool = False
    failed: bool = False

    @property
    def median(self) -> float | None:
        """The median of all runs; None where there is none."""
        return statistics.median(self.values) if self.values else None

    @property
    def is_exact(self) -> bool:
        """Whether it was measured to its end."""
        return bool(self.values) and not self.at_least


def in_turns(ways: Mapping[str, Callable[[], Measured]], rounds: int) -> dict[str, list[Measured]]:
    """Run every way once a round, so that a noisy moment meets all of them; what each gave, in order."""
    results: dict[str, list[Measured]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            results[name].append(way())
    return results


def cpu_seconds(way: Callable[[], object]) -> float:
    """Seconds of this process's CPU, which other programs on the machine change little."""
    start = time.process_time()
    way()
    return time.process_time() - start


def median_ratio(values: Sequence[float], beside: Sequence[float]) -> float:
    """The median of the ratios of runs that stood side by side."""
    return statistics.median(one / other for one, other in zip(values, beside, strict=True))


def growth_order(points: Mapping[int, float]) -> float | None:
    """The k of `size ** k` that fits best: 1 is linear, 2 quadratic. None where there are fewer than two points."""
    positive = {size: value for size, value in points.items() if value > 0}
    if len(positive) < 2:
        return None
    sizes, values = map(math.log, positive), map(math.log, positive.values())
    return statistics.linear_regression(list(sizes), list(values)).slope


def tell(figures: Iterable[Figure]) -> None:
    """Print them, for one who runs a single benchmark."""
    for figure in figures:
        at = "" if figure.size is None else f" at {figure.size:,}"
        value = figure.note if figure.median is None else f"{figure.median:.4g} {figure.unit}"
        print(f"{figure.way}: {figure.name}{at}: {value}", flush=True)


def failure(way: str, name: str, error: Exception, size: int | None = None) -> Figure:
    """What stands in the place of figures that could not be had."""
    return Figure(way, name, "", (), size, f"failed: {told_error(error)}", failed=True)


def told_error(error: Exception) -> str:
    """The kind of error and one line of what it says, without the places of this machine."""
    said = str(error).strip().partition("\n")[0]
    if isinstance(error, subprocess.CalledProcessError) and error.stderr:
        said = str(error.stderr).strip().rpartition("\n")[2]
    return re.sub(r"/\S+/", "…/", f"{type(error).__name__}: {said}")[:200]


def keep(part: str, figures: Iterable[Figure], about: Mapping[str, Any]) -> None:
    """Write the figures of one part, and what they were measured on."""
    RESULTS.mkdir(exist_ok=True)
    whole = {"about": dict(about), "figures": [asdict(figure) for figure in figures]}
    _path(part).write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def forget(part: str) -> None:
    """Remove what an earlier run has left of the part, so that it is not taken for this one's."""
    _path(part).unlink(missing_ok=True)


def kept(part: str) -> tuple[list[Figure], dict[str, Any]] | None:
    """The figures that `keep` wrote, and what they were measured on; None where the part never ran."""
    path = _path(part)
    if not path.exists():
        return None
    whole = json.loads(path.read_text(encoding="utf-8"))
    figures = [Figure(**{**figure, "values": tuple(figure["values"])}) for figure in whole["figures"]]
    return figures, whole["about"]


def _path(part: str) -> Path:
    return RESULTS / f"{part}.json"
