"""What the history costs, beside what people use in its place.

    python benchmarks/store.py [SECONDS_OF_FOUR_PROCESSES]

- append: wire events written while they stream, 25 at a time, until they are committed; beside one JSON line an event
  with a flush, and DuckDB rows. Time per event at the median of the batches.
- open and search: a history of 5,000 runs of 200 events.
- hit: from an identical request to its picture; and a whole cell in a kernel that is answered so.
- stream: a paced response through a Stream, with the history and without, taken in turns.
- four processes: each writes runs one after the other as fast as it can.

Times are of the wall clock, so other work on the machine shows; ratios are taken side by side.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb
from endpoints import Endpoints, model_id
from environments import ready_pythons
from figures import Figure, tell
from kernel import Kernel
from peers import OURS, WAYS

from bedrock_nb.core.event_log import EventLog
from bedrock_nb.core.events import Event, Wire, parse
from bedrock_nb.core.recording import Recording
from bedrock_nb.local import LocalBedrock
from bedrock_nb.notebook.keeping.history import History
from bedrock_nb.notebook.keeping.recorder import Recorder
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.keys import cache_key
from bedrock_nb.store.query import Query
from bedrock_nb.store.writing import NewRun, Writer
from bedrock_nb.views.bundle import mime_bundle
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.source import converse_stream
from bedrock_nb.wire.stream import Stream

RUNS = 5_000
EVENTS = 200
BATCH = 25
HIT_TOKENS = 2_000
HITS = 9
PAIRS = 10
URL = "https://bedrock-runtime.us-east-1.amazonaws.com"
_LINES_NOTE = "they hold no columns, and are searched by reading all of them"
WRITER = Path(__file__).parents[1] / "tests" / "notebook" / "writing_child.py"
WORDS = ("sky", "blue", "light", "scatters", "because", "short", "waves", "Rayleigh", "sea", "evening", "red", "long")
PIECES = 30_000
"""Different pieces of text that there are: about as many as the tokens that a model often writes."""


def measure(pythons: Mapping[str, Path], seconds: float = 60.0) -> list[Figure]:
    """All of it; four processes write for so many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        appended = _append(Path(folder))
        store = filled(Path(folder) / "history.db")
        kept = [*_search(store), _hit(store), _cell_of_a_hit(pythons), *_stream(Path(folder) / "streamed.db")]
        return [*appended, *kept, *_four_processes(Path(folder) / "shared.db", seconds)]


def wires(number: int) -> list[Wire]:
    """The events of a run: text deltas of about nine characters, some far more often than others."""
    chance = random.Random(number)
    places = (min(PIECES - 1, int(chance.paretovariate(0.35))) for _ in range(EVENTS - 4))
    pieces = [f" {WORDS[place % len(WORDS)]}{place // len(WORDS) or ''}" for place in places]
    deltas = [{"contentBlockDelta": {"delta": {"text": piece}, "contentBlockIndex": 0}} for piece in pieces]
    usage = {"inputTokens": 20, "outputTokens": EVENTS, "totalTokens": EVENTS + 20}
    return [
        {"messageStart": {"role": "assistant"}},
        *deltas,
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": "end_turn"}},
        {"metadata": {"usage": usage, "metrics": {"latencyMs": 900}}},
    ]


def request(number: int) -> Wire:
    """What was asked for in a run."""
    text = f"Question {number}: why is the {WORDS[number % len(WORDS)]} {WORDS[number % 7]}?"
    return {"modelId": "us.amazon.nova-lite-v1:0", "messages": [{"role": "user", "content": [{"text": text}]}]}


def recording(number: int) -> Recording:
    """A run that is over."""
    timed = tuple((place / 100, wire) for place, wire in enumerate(wires(number)))
    started = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    return Recording(timed, request(number), {"region": "us-east-1"}, started, id=f"{number:032x}", duration=2.0)


def filled(path: Path) -> Store:
    """A history of so many runs."""
    store = Store(path)

    def add_all(writer: object) -> None:
        for number in range(RUNS):
            writer.add(recording(number), cache_key(request(number), URL))  # type: ignore[attr-defined]  # a Writer

    store.write(add_all)
    return store


def _append(folder: Path) -> list[Figure]:
    events = [(place / 100, parse(wire)) for place, wire in enumerate(wires(1))]
    writer = Store(folder / "append.db").writer()
    ours: list[float] = []
    for number in range(300):
        writer.begin(NewRun(f"{number:032x}", request(number)))
        ours += _batch_times(events, partial(_append_batch, writer, f"{number:032x}", EventLog()))
    writer.close()
    with (folder / "append.jsonl").open("w") as file:

        def write_lines(batch: list[tuple[float, Event]]) -> None:
            file.writelines(json.dumps([seconds, event.wire]) + "\n" for seconds, event in batch)
            file.flush()

        lines = [took for _ in range(300) for took in _batch_times(events, write_lines)]
    with duckdb.connect(str(folder / "append.duckdb")) as connection:
        connection.execute("CREATE TABLE events (t DOUBLE, kind TEXT, text TEXT, raw TEXT)")

        def write_rows(batch: list[tuple[float, Event]]) -> None:
            rows = [(seconds, event.kind, event.text, json.dumps(event.wire)) for seconds, event in batch]
            connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?)", rows)

        rows = [took for _ in range(3) for took in _batch_times(events, write_rows)]
    name = "append an event, 25 at a time"
    return [
        Figure(OURS, name, "s", (statistics.median(ours),)),
        Figure("JSON lines", name, "s", (statistics.median(lines),), note=_LINES_NOTE),
        Figure("DuckDB", name, "s", (statistics.median(rows),)),
    ]


def _append_batch(writer: Writer, run_id: str, log: EventLog, batch: list[tuple[float, Event]]) -> None:
    for seconds, event in batch:
        log.append(seconds, event.wire)
    writer.append(run_id, log)


def _batch_times(
    events: list[tuple[float, Event]], write: Callable[[list[tuple[float, Event]]], object]
) -> list[float]:
    """Seconds an event, for each batch."""
    times = []
    for place in range(0, len(events), BATCH):
        batch = events[place : place + BATCH]
        begin = time.perf_counter()
        write(batch)
        times.append((time.perf_counter() - begin) / len(batch))
    return times


def _search(store: Store) -> list[Figure]:
    lines = _as_lines(store)
    ways = {
        "open and show the history": lambda: History(store, Query())._repr_html_(),
        "search for one run": lambda: History(store, Query(text="question 4711"))._repr_html_(),
        "search for a common word": lambda: History(store, Query(text="rayleigh"))._repr_html_(),
        "read one recording": lambda: store.recording(Recording, f"{4711:032x}"),
    }
    searched = _seconds(lambda: [line for line in lines.open(encoding="utf-8") if "question 4711" in line.lower()])
    return [
        Figure(OURS, "size of the history", "B", (float(store.path.stat().st_size),)),
        Figure("JSON lines", "size of the history", "B", (float(lines.stat().st_size),)),
        *(Figure(OURS, name, "s", _times(way)) for name, way in ways.items()),
        Figure("JSON lines", "search for one run", "s", (searched,), note="reads the whole file, and shows nothing"),
    ]


def _as_lines(store: Store) -> Path:
    """The same runs as one JSON line a run."""
    path = store.path.with_suffix(".jsonl")
    with path.open("w", encoding="utf-8") as file:
        for number in range(RUNS):
            file.write(json.dumps([request(number), wires(number)]) + "\n")
    return path


def _hit(store: Store) -> Figure:
    def hit() -> None:
        found = store.answer(Recording, cache_key(request(4711), URL))
        assert found is not None
        mime_bundle(found)

    return Figure(OURS, "an answer from the cache, with its picture", "s", _times(hit))


def _cell_of_a_hit(pythons: Mapping[str, Path]) -> Figure:
    """From the request to run the cell until the kernel is idle, its picture sent."""
    way = next(way for way in WAYS if way.name == OURS)
    ask = way.asked(f"{model_id(HIT_TOKENS, paced=False)} --cache")
    with Endpoints() as endpoints, Kernel(pythons[way.environment], endpoints.environment) as kernel:
        kernel.run(way.prepare)
        kernel.run(ask)
        walls = tuple(kernel.run(ask).wall for _ in range(HITS))
    return Figure(OURS, f"a cell answered from the cache, {HIT_TOKENS:,} tokens", "s", walls)


def _stream(path: Path) -> list[Figure]:
    os.environ |= {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    with LocalBedrock(pace=0.005) as endpoint:
        model = endpoint.play(wires(1))
        connection = Connection(endpoint_url=endpoint.url, region="us-east-1")
        asked = request(1) | {"modelId": model}
        recorder = Recorder(Store(path))

        def with_history() -> None:
            recorder.stream(converse_stream(connection, asked), asked).raise_for_error()

        def without() -> None:
            Stream(converse_stream(connection, asked), asked, recording_type=Recording).raise_for_error()

        pairs = [(_seconds(without), _seconds(with_history)) for _ in range(PAIRS)]
        recorder.close()
    bare, kept = zip(*pairs, strict=True)
    name = "a stream of a second, with the history"
    return [Figure(OURS, name, "s", kept), Figure(f"{OURS}, with no history", name, "s", bare)]


def _four_processes(path: Path, seconds: float) -> list[Figure]:
    command = [sys.executable, str(WRITER), str(path), str(seconds)]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    told = [writer.communicate()[0].split() for writer in writers]
    written = sum(len(runs) for _, *runs in told)
    kept = Store(path).extent()[0]
    longest = max(float(longest) for longest, *_ in told)
    when = f"in {seconds:.0f} s; a run has 101 events"
    return [
        Figure(OURS, "runs written by four processes at once", "runs", (float(written),), note=when),
        Figure(OURS, "runs lost then", "runs", (float(written - kept),)),
        Figure(OURS, "the longest wait of one process then", "s", (longest,)),
    ]


def _times(do: Callable[[], object]) -> tuple[float, ...]:
    return tuple(_seconds(do) for _ in range(20))


def _seconds(do: Callable[[], object]) -> float:
    begin = time.perf_counter()
    do()
    return time.perf_counter() - begin


if __name__ == "__main__":
    tell(measure(ready_pythons(), *map(float, sys.argv[1:])))
