"""Measure all of it, or the parts that are named, and write the page.

python benchmarks/run.py                      all parts
python benchmarks/run.py display start        these parts; the page keeps what it has of the others
python benchmarks/run.py --page               only the page, from the raw data that is there
"""

import argparse
import os
import platform
import time
from collections.abc import Callable
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
from environments import Environments, make_environments
from figures import Figure, keep
from page import written_page
from plot import drawn_growth

import store

PAGE = Path(__file__).parent / "RESULTS.md"
_SMALL = (500, 2_000)

Measured = tuple[list[Figure], dict[str, Any]]


def main() -> None:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what to measure (all)")
    parser.add_argument("--page", action="store_true", help="measure nothing")
    parser.add_argument("--quick", action="store_true", help="small sizes, few rounds: to see that it works")
    said = parser.parse_args()
    if not said.page:
        environments = make_environments()
        for name, failure in environments.failures.items():
            print(f"The environment {name} could not be made: {failure}")
        keep("environments", [], {"versions": environments.versions})
        for part in said.parts or PARTS:
            _measure(part, environments, quick=said.quick)
    drawn_growth()
    PAGE.write_text(written_page(), encoding="utf-8")
    print(f"The page is {PAGE.relative_to(Path.cwd()) if PAGE.is_relative_to(Path.cwd()) else PAGE}")


def _measure(part: str, environments: Environments, *, quick: bool) -> None:
    print(f"Measuring: {part} …", flush=True)
    load, begin = os.getloadavg()[0], time.perf_counter()
    figures, more = PARTS[part](environments, quick)
    seconds = time.perf_counter() - begin
    keep(part, figures, {**_machine(environments), "load": load, "seconds": round(seconds, 1), **more})
    print(f"{part}: {seconds:.0f} s", flush=True)


def _machine(environments: Environments) -> dict[str, Any]:
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "cpus": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "not_installed": dict(environments.failures),
    }


def _display(environments: Environments, quick: bool) -> Measured:  # noqa: FBT001 - every part is called alike
    return display.measure(environments.pythons, *((_SMALL, 2) if quick else ())), {}


def _browser(environments: Environments, quick: bool) -> Measured:  # noqa: FBT001 - the same
    return browser_display.measure(environments.pythons, *((_SMALL,) if quick else ())), {}


def _libraries(environments: Environments, quick: bool) -> Measured:  # noqa: FBT001 - the same
    return libraries.measure(environments.pythons, *((_SMALL[-1], 3) if quick else ())), {}


def _start(environments: Environments, quick: bool) -> Measured:  # noqa: FBT001 - the same
    return start.measure(environments.pythons, *((2,) if quick else ())), {}


def _reading(_: Environments, quick: bool) -> Measured:  # noqa: FBT001 - the same
    return reading.measure(*((3,) if quick else ())), {}


def _store(_: Environments, quick: bool) -> Measured:  # noqa: FBT001 - the same
    return store.measure(*((3.0,) if quick else ())), {}


def _frames(_: Environments, quick: bool) -> Measured:  # noqa: FBT001 - the same
    return frames.measure(*((2,) if quick else ())), {}


def _correctness(environments: Environments, quick: bool) -> Measured:  # noqa: FBT001 - the same
    del quick  # it takes a minute at most
    return [], {"verdicts": correctness.verdicts(environments.pythons)}


PARTS: dict[str, Callable[[Environments, bool], Measured]] = {
    "display": _display,
    "browser": _browser,
    "libraries": _libraries,
    "reading": _reading,
    "correctness": _correctness,
    "start": _start,
    "store": _store,
    "frames": _frames,
}


if __name__ == "__main__":
    main()
