"""From the history to a DataFrame, beside the same frame from parquet.

    python benchmarks/frames.py

1,000,000 events in 5,000 runs. "History" opens the history and makes the frame of its events; "parquet" is pandas'
read_parquet of the file that pandas wrote the same frame to. Each is measured in processes of its own that have loaded
their libraries, as in a notebook that makes its frame once: in one process a second reading finds the memory of the
first at hand, which is worth more to parquet. They are taken in turns; told are the medians.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

from bedrock_nb.notebook.history import History
from bedrock_nb.store.query import Query
from store import EVENTS, RUNS, filled

ROUNDS = 9
_MEASURE = """
import sys, time
from pathlib import Path
import pandas as pd, pyarrow.compute, pyarrow.parquet
from bedrock_nb.notebook.history import History
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.query import Query
from bedrock_nb.views.tables.frame import frame_of_events
begin, used = time.perf_counter(), time.process_time()
{what}
print(time.perf_counter() - begin, time.process_time() - used)
"""
_HISTORY = _MEASURE.format(what='History(Store(Path(sys.argv[1])), Query()).to_frame("events")')
_PARQUET = _MEASURE.format(what="pd.read_parquet(sys.argv[1])")


def main() -> None:
    """Measure and tell."""
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "history.db")
        file = Path(folder) / "events.parquet"
        frame = History(store, Query()).to_frame("events")
        frame.to_parquet(file)
        equal = pd.read_parquet(file).equals(frame)
        rounds = [(*_measured(_HISTORY, store.path), *_measured(_PARQUET, file)) for _ in range(ROUNDS)]
    history, history_used, parquet, parquet_used = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"{RUNS * EVENTS:,} events in {RUNS:,} runs to a frame; equal after parquet: {equal}")
    print(f"  history  {history:.2f} s, of them {history_used:.2f} s of CPU")
    print(f"  parquet  {parquet:.2f} s, of them {parquet_used:.2f} s of CPU")
    print(
        f"  the history takes {history / parquet:.2f} times as long, and {history_used / parquet_used:.2f} of the CPU"
    )


def _measured(program: str, path: Path) -> tuple[float, float]:
    """Seconds of the clock, and of CPU."""
    command = [sys.executable, "-c", program, str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    wall, used = map(float, told.split())
    return wall, used


if __name__ == "__main__":
    main()
