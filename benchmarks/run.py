"""Measure all of it, or the parts that are named, and write the page.

python benchmarks/run.py                      all parts
python benchmarks/run.py display start        these parts; the page keeps what it has of the others
python benchmarks/run.py --effort quick       small sizes and few rounds, to see that it works
python benchmarks/run.py --page               only the page, from the raw data that is there

The page is written after each part. A part that fails is told there, and the others go on; the exit code is then 1.
"""

import argparse
import os
import platform
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from environments import Environments, make_environments
from figures import forget, keep, kept
from page import written_page
from parts import EFFORTS, PARTS
from plot import drawn_growth

PAGE = Path(__file__).parent / "RESULTS.md"
LIMIT_SECONDS = 900.0
"""A part that takes longer hangs."""
LOOK_SECONDS = 2.0
"""How long to look, between the parts, at what other programs do."""


def main() -> int:
    """Read the command line and do it; 1 where a part or a library failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help=f"what to measure (all): {', '.join(PARTS)}")
    parser.add_argument("--effort", choices=EFFORTS, default="full", help="how long to measure (full)")
    parser.add_argument("--page", action="store_true", help="measure nothing")
    said = parser.parse_args()
    if unknown := [part for part in said.parts if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]!r}; the parts are {', '.join(PARTS)}")
    parts = [] if said.page else said.parts or list(PARTS)
    if parts:
        _measure(parts, said.effort)
    _write_page()
    print(f"The page is benchmarks/{PAGE.name}.")
    failed = [part for part in parts if _has_failed(part)]
    if failed:
        print(f"Not all could be measured: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def _measure(parts: list[str], effort: str) -> None:
    begin = time.perf_counter()
    environments = make_environments()
    made = {"seconds": round(time.perf_counter() - begin, 1), "installed": environments.installed}
    keep("environments", [], {"versions": environments.versions(), **made})
    others = _others()
    for number, part in enumerate(parts, 1):
        print(f"[{_minutes(begin)}] {number} of {len(parts)}: {part} …", flush=True)
        start = time.perf_counter()
        why = _ended_badly(part, effort)
        seconds, before, others = time.perf_counter() - start, others, _others()
        about = {**_machine(environments), "effort": effort, "seconds": round(seconds, 1), "others": [before, others]}
        figures, told = kept(part) or ([], {"failed": why or "it left nothing"})
        keep(part, figures, told | about)
        _write_page()
        print(f"[{_minutes(begin)}] {part} took {seconds:.0f} s{': ' + why if why else ''}", flush=True)


def _ended_badly(part: str, effort: str) -> str:
    """Measure the part in a process of its own, with nothing of the parts before; why it failed, or nothing."""
    forget(part)
    command = [sys.executable, str(Path(__file__).with_name("parts.py")), part, effort]
    with subprocess.Popen(command, process_group=0) as process:
        try:
            code = process.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            return f"stopped after {LIMIT_SECONDS:.0f} s"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # whatever it has left behind
    return f"ended with code {code}" if code else ""


def _write_page() -> None:
    drawn_growth()
    PAGE.write_text(written_page(), encoding="utf-8")


def _has_failed(part: str) -> bool:
    figures, about = kept(part) or ([], {"failed": "it left nothing"})
    return "failed" in about or bool(about.get("failures")) or any(figure.failed for figure in figures)


def _others() -> float:
    """The share of all CPUs that is used now, while nothing is measured."""
    return round(psutil.cpu_percent(interval=LOOK_SECONDS) / 100, 3)


def _machine(environments: Environments) -> dict[str, Any]:
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "cpus": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "not_installed": dict(environments.failures),
    }


def _minutes(begin: float) -> str:
    return "{:02.0f}:{:02.0f}".format(*divmod(time.perf_counter() - begin, 60))


if __name__ == "__main__":
    sys.exit(main())
