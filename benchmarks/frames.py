"""From the history to a DataFrame, beside the same frame from parquet.

    python benchmarks/frames.py

1,000,000 events in 5,000 runs. "History" opens the history and makes the frame of its events; "parquet" is pandas'
read_parquet of the file that pandas wrote the same frame to. Each is measured in processes of its own that have loaded
their libraries, as in a notebook that makes its frame once: in one process a second reading finds the memory of the
first at hand, which is worth more to parquet. They are taken in turns; told are the medians.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import pandas as pd
from figures import Figure, in_turns, tell
from peers import OURS

from bedrock_nb.notebook.keeping.history import History
from bedrock_nb.store.query import Query
from store import filled

ROUNDS = 9
_MEASURE = """
import sys, time
from pathlib import Path
import duckdb, pandas as pd, pyarrow.compute, pyarrow.parquet
from bedrock_nb.notebook.keeping.history import History
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.query import Query
from bedrock_nb.views.tables.frame import frame_of_events
begin, used = time.perf_counter(), time.process_time()
{what}
print(time.perf_counter() - begin, time.process_time() - used)
"""
_HISTORY = _MEASURE.format(what='History(Store(Path(sys.argv[1])), Query()).to_frame("events")')
_DUCKDB = _MEASURE.format(what='duckdb.connect(sys.argv[1], read_only=True).sql("FROM events").df()')
_LINES = _MEASURE.format(what="pd.read_json(sys.argv[1], lines=True)")
_PARQUET = _MEASURE.format(what="pd.read_parquet(sys.argv[1])")


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Each way in turns; JSON lines, which take long, once."""
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "history.db")
        file = Path(folder) / "events.parquet"
        frame = History(store, Query()).to_frame("events")
        frame.to_parquet(file)
        if not pd.read_parquet(file).equals(frame):
            raise AssertionError("The two frames are not the same, so they can't be compared.")
        database, lines = _in_other_forms(frame, file)
        ways = {
            OURS: lambda: _measured(_HISTORY, store.path),
            "parquet": lambda: _measured(_PARQUET, file),
            "DuckDB": lambda: _measured(_DUCKDB, database),
        }
        taken = in_turns(ways, rounds) | {"JSON lines": [_measured(_LINES, lines)]}
    return [
        Figure(way, name, "s", tuple(times[place] for times in all_times))
        for way, all_times in taken.items()
        for place, name in enumerate(("to a frame", "to a frame, CPU"))
    ]


def _in_other_forms(frame: pd.DataFrame, file: Path) -> tuple[Path, Path]:
    """The same frame as a DuckDB table, and as a JSON line an event."""
    database, lines = file.with_suffix(".duckdb"), file.with_suffix(".jsonl")
    with duckdb.connect(str(database)) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"CREATE TABLE events AS FROM read_parquet('{file}')")
    frame.to_json(lines, orient="records", lines=True, default_handler=str)
    return database, lines


def _measured(program: str, path: Path) -> tuple[float, float]:
    """Seconds of the clock, and of CPU."""
    command = [sys.executable, "-c", program, str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    wall, used = map(float, told.split())
    return wall, used


if __name__ == "__main__":
    tell(measure())
