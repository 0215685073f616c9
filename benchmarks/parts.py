"""The parts of the benchmarks, each of them measured in a process of its own.

python benchmarks/parts.py PART EFFORT
"""

import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from endpoints import SIZES
from environments import ready_pythons
from figures import Figure, keep, told_error


@dataclass(frozen=True)
class Effort:
    """How long to measure: the sizes of the answers in tokens, the rounds, and how long four processes write."""

    sizes: tuple[int, ...]
    rounds: int
    writing_seconds: float


EFFORTS = {
    "full": Effort(SIZES, 5, 60.0),
    "brief": Effort(SIZES, 3, 10.0),
    "quick": Effort(SIZES[:2], 2, 3.0),
}

Pythons = Mapping[str, Path]
"""The interpreter of each virtual environment."""
Measured = list[Figure] | dict[str, Any]
"""What a part gives: figures, or anything else to be kept as it is."""


def _display(pythons: Pythons, effort: Effort) -> Measured:
    import display

    return display.measure(pythons, effort.sizes, effort.rounds)


def _browser(pythons: Pythons, effort: Effort) -> Measured:
    import browser_display

    return browser_display.measure(pythons, effort.sizes)


def _panel(pythons: Pythons, effort: Effort) -> Measured:
    import live_panel

    return live_panel.measure(pythons, effort.rounds)


def _markdown(_: Pythons, effort: Effort) -> Measured:
    import markdown

    return markdown.measure(effort.rounds)


def _libraries(pythons: Pythons, effort: Effort) -> Measured:
    import libraries

    return libraries.measure(pythons, rounds=effort.rounds + 2)


def _reading(_: Pythons, effort: Effort) -> Measured:
    import reading

    return reading.measure(effort.rounds + 2)


def _correctness(pythons: Pythons, _: Effort) -> Measured:
    import correctness

    return correctness.verdicts(pythons)


def _start(pythons: Pythons, effort: Effort) -> Measured:
    import start

    return start.measure(pythons, max(effort.rounds - 2, 1))


def _extension(_: Pythons, effort: Effort) -> Measured:
    import coloured_prompts

    return coloured_prompts.measure(effort.rounds)


def _store(pythons: Pythons, effort: Effort) -> Measured:
    import store

    return store.measure(pythons, effort.writing_seconds)


def _frames(_: Pythons, effort: Effort) -> Measured:
    import frames

    return frames.measure(effort.rounds + 4)


PARTS: dict[str, Callable[[Pythons, Effort], Measured]] = {
    "correctness": _correctness,
    "libraries": _libraries,
    "reading": _reading,
    "markdown": _markdown,
    "frames": _frames,
    "store": _store,
    "start": _start,
    "display": _display,
    "extension": _extension,
    "panel": _panel,
    "browser": _browser,
}


def main() -> int:
    """Measure one part and keep what it gave; 1 where it failed."""
    part, effort = sys.argv[1:]
    try:
        measured = PARTS[part](ready_pythons(), EFFORTS[effort])
    except Exception as error:  # noqa: BLE001 - whatever it is, the page tells it and the other parts go on
        traceback.print_exc()
        keep(part, [], {"failed": told_error(error)})
        return 1
    if isinstance(measured, dict):
        keep(part, [], measured)
    else:
        keep(part, measured, {})
    return 0


if __name__ == "__main__":
    sys.exit(main())
