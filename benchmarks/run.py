"""Measure all of it, or the parts that are named, and write the page.

python benchmarks/run.py                      all parts
python benchmarks/run.py display start        these parts; the page keeps what it has of the others
python benchmarks/run.py --effort quick       small sizes and few rounds, to see that it works
python benchmarks/run.py --page               only the page, from the raw data that is there
"""

import argparse
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import browser_display
import correctness
import display
import frames
import libraries
import reading
import start
from endpoints import SIZES
from environments import Environments, make_environments
from figures import Figure, keep
from page import written_page
from plot import drawn_growth

import store

PAGE = Path(__file__).parent / "RESULTS.md"


@dataclass(frozen=True)
class Effort:
    """How long to measure: the sizes of the answers in tokens, the rounds, and how long four processes write."""

    sizes: tuple[int, ...]
    rounds: int
    writing_seconds: float


EFFORTS = {
    "full": Effort(SIZES, 5, 20.0),
    "brief": Effort(SIZES, 3, 10.0),
    "quick": Effort(SIZES[:2], 2, 3.0),
}

Measured = list[Figure] | dict[str, Any]
"""What a part gives: figures, or anything else to be kept as it is."""

PARTS: dict[str, Callable[[Environments, Effort], Measured]] = {
    "display": lambda made, effort: display.measure(made.pythons, effort.sizes, effort.rounds),
    "libraries": lambda made, effort: libraries.measure(made.pythons, rounds=effort.rounds + 2),
    "reading": lambda _, effort: reading.measure(effort.rounds + 2),
    "start": lambda made, effort: start.measure(made.pythons, effort.rounds),
    "correctness": lambda made, _: {"verdicts": correctness.verdicts(made.pythons)},
    "store": lambda _, effort: store.measure(effort.writing_seconds),
    "frames": lambda _, effort: frames.measure(effort.rounds),
    "browser": lambda made, effort: browser_display.measure(made.pythons, effort.sizes),
}


def main() -> None:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help=f"what to measure (all): {', '.join(PARTS)}")
    parser.add_argument("--effort", choices=EFFORTS, default="full", help="how long to measure (full)")
    parser.add_argument("--page", action="store_true", help="measure nothing")
    said = parser.parse_args()
    if unknown := [part for part in said.parts if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]!r}; the parts are {', '.join(PARTS)}")
    if not said.page:
        environments = make_environments()
        keep("environments", [], {"versions": environments.versions})
        for part in said.parts or PARTS:
            _measure(part, environments, said.effort)
    drawn_growth()
    PAGE.write_text(written_page(), encoding="utf-8")
    print(f"The page is benchmarks/{PAGE.name}.")


def _measure(part: str, environments: Environments, effort: str) -> None:
    print(f"Measuring: {part} …", flush=True)
    load, begin = os.getloadavg()[0], time.perf_counter()
    measured = PARTS[part](environments, EFFORTS[effort])
    seconds = time.perf_counter() - begin
    about = {**_machine(environments), "effort": effort, "load": load, "seconds": round(seconds, 1)}
    if isinstance(measured, dict):
        keep(part, [], about | measured)
    else:
        keep(part, measured, about)
    print(f"{part}: {seconds:.0f} s", flush=True)


def _machine(environments: Environments) -> dict[str, Any]:
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "cpus": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "not_installed": dict(environments.failures),
    }


if __name__ == "__main__":
    main()
