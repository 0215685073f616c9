"""What `%load_ext bedrock_nb` adds to the start of IPython, and what is loaded by it and by `import bedrock_nb`.

Bare starts and starts with the extension take turns, so that a machine that is busy for a while slows both.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

TURNS = 15
START = """\
import time, sys, json
begin = time.perf_counter()
from IPython.core.interactiveshell import InteractiveShell
from IPython.terminal.interactiveshell import TerminalInteractiveShell
shell = InteractiveShell.instance()
ready = time.perf_counter()
{then}
loaded = time.perf_counter()
print(json.dumps([ready - begin, loaded - ready]))
"""
HEAVY = ("boto3", "botocore", "pandas", "pydantic", "anywidget", "ipywidgets", "pyarrow", "genai_prices", "sqlite3")


def main() -> int:
    """Measure and print; 1 where the extension costs more than it may."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--limit", type=float, default=60.0, help="milliseconds that the extension may add")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"HOME": home, "IPYTHONDIR": home}
        bare, with_it = zip(*(both(environment) for _ in range(said.turns)), strict=True)
    added = statistics.median(load for _, load in with_it) * 1000
    start = statistics.median(start for start, _ in bare) * 1000
    print(f"bare IPython: {start:.0f} ms; %load_ext bedrock_nb adds {added:.1f} ms ({added / start:.0%})")
    for statement in ("import bedrock_nb", "import bedrock_nb.notebook.magic"):
        print(f"{statement} loads of the heavy libraries: {', '.join(loaded_by(statement)) or 'none'}")
    return 0 if added < said.limit else 1


def both(environment: dict[str, str]) -> tuple[list[float], list[float]]:
    """The seconds of a bare start, and of one with the extension: until the shell is there, and for what follows."""
    load = "shell.run_line_magic('load_ext', 'bedrock_nb')"
    return measured("", environment), measured(load, environment)


def measured(then: str, environment: dict[str, str]) -> list[float]:
    """The seconds of one start."""
    command = [sys.executable, "-c", START.format(then=then)]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    times: list[float] = json.loads(told)
    return times


def loaded_by(statement: str) -> list[str]:
    """The heavy libraries that a Python has loaded after this statement."""
    code = f"import sys\n{statement}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()


if __name__ == "__main__":
    sys.exit(main())
