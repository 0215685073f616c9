"""What the history costs, beside what people use in its place.

    python benchmarks/store.py [SECONDS_OF_FOUR_PROCESSES]

- append: wire events written while they stream, 25 at a time, until they are committed; beside one JSON line an event
  with a flush, and DuckDB rows. Time per event at the median of the batches.
- open and search: a history of 5,000 runs of 200 events.
- hit: from an identical request to its picture.
- stream: a paced response through a Stream, with the history and without, taken in turns.
- four processes: each writes runs one after the other as fast as it can.

Times are of the wall clock, so other work on the machine shows; ratios are taken side by side.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from bedrock_nb.core.events import Event, Wire, parse
from bedrock_nb.core.recording import Recording
from bedrock_nb.local import LocalBedrock
from bedrock_nb.notebook.history import History
from bedrock_nb.notebook.recorder import Recorder
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.keys import cache_key
from bedrock_nb.store.query import Query
from bedrock_nb.store.writing import NewRun
from bedrock_nb.views.bundle import mime_bundle
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.source import converse_stream
from bedrock_nb.wire.stream import Stream

RUNS = 5_000
EVENTS = 200
BATCH = 25
URL = "https://bedrock-runtime.us-east-1.amazonaws.com"
WRITER = Path(__file__).parents[1] / "tests" / "notebook" / "writing_child.py"
WORDS = ("sky", "blue", "light", "scatters", "because", "short", "waves", "Rayleigh", "sea", "evening", "red", "long")
PIECES = 30_000
"""Different pieces of text that there are: about as many as the tokens that a model often writes."""


def main(seconds: float = 60.0) -> None:
    """Measure and tell."""
    with tempfile.TemporaryDirectory() as folder:
        _tell_append(Path(folder))
        store = filled(Path(folder) / "history.db")
        _tell_search(store)
        _tell_hit(store)
        _tell_stream(Path(folder) / "streamed.db")
        _tell_four_processes(Path(folder) / "shared.db", seconds)


def wires(number: int) -> list[Wire]:
    """The events of a run: text deltas of about nine characters, some far more often than others."""
    chance = random.Random(number)  # noqa: S311 - the text has to be the same each time, not secret
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


def _tell_append(folder: Path) -> None:
    events = [(place / 100, parse(wire)) for place, wire in enumerate(wires(1))]
    writer = Store(folder / "append.db").writer()
    ours: list[float] = []
    for number in range(300):
        writer.begin(NewRun(f"{number:032x}", request(number)))
        ours += _batch_times(events, lambda batch, run=f"{number:032x}": writer.append(run, batch))
    writer.close()
    _tell("append, ours", f"{statistics.median(ours):.2f} µs an event at the median")
    with (folder / "append.jsonl").open("w") as file:

        def write_lines(batch: list[tuple[float, Event]]) -> None:
            file.writelines(json.dumps([seconds, event.wire]) + "\n" for seconds, event in batch)
            file.flush()

        lines = [took for _ in range(300) for took in _batch_times(events, write_lines)]
    _tell("append, JSON lines", f"{statistics.median(lines):.2f} µs; they hold no columns, and are searched by reading")
    with duckdb.connect(str(folder / "append.duckdb")) as connection:
        connection.execute("CREATE TABLE events (t DOUBLE, kind TEXT, text TEXT, raw TEXT)")

        def write_rows(batch: list[tuple[float, Event]]) -> None:
            rows = [(seconds, event.kind, event.text, json.dumps(event.wire)) for seconds, event in batch]
            connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?)", rows)

        rows = [took for _ in range(3) for took in _batch_times(events, write_rows)]
    _tell("append, DuckDB", f"{statistics.median(rows):.0f} µs")


def _batch_times(
    events: list[tuple[float, Event]], write: Callable[[list[tuple[float, Event]]], object]
) -> list[float]:
    """Microseconds an event, for each batch."""
    times = []
    for place in range(0, len(events), BATCH):
        batch = events[place : place + BATCH]
        begin = time.perf_counter()
        write(batch)
        times.append((time.perf_counter() - begin) / len(batch) * 1e6)
    return times


def _tell_search(store: Store) -> None:
    megabytes = store.path.stat().st_size / 1e6
    _tell("a history", f"{RUNS:,} runs of {EVENTS} events: {megabytes:.0f} MB")
    _tell("open and show it", _milliseconds(lambda: History(store, Query())._repr_html_()))
    _tell("open and search it", _milliseconds(lambda: History(store, Query(text="question 4711"))._repr_html_()))
    _tell("… for a common word", _milliseconds(lambda: History(store, Query(text="rayleigh7"))._repr_html_()))
    _tell("read one recording", _milliseconds(lambda: store.recording(Recording, f"{4711:032x}")))


def _tell_hit(store: Store) -> None:
    def hit() -> None:
        found = store.answer(Recording, cache_key(request(4711), URL))
        assert found is not None  # noqa: S101 - a benchmark that measures nothing should fail
        mime_bundle(found)

    _tell("cache hit, with its picture", _milliseconds(hit))


def _tell_stream(path: Path) -> None:
    with LocalBedrock(pace=0.005) as endpoint:
        model = endpoint.play(wires(1))
        connection = Connection(endpoint_url=endpoint.url, region="us-east-1")
        asked = request(1) | {"modelId": model}
        recorder = Recorder(Store(path))

        def with_history() -> None:
            recorder.stream(converse_stream(connection, asked), asked).result()

        def without() -> None:
            Stream(converse_stream(connection, asked), asked, recording_type=Recording).result()

        pairs = [(_seconds(without), _seconds(with_history)) for _ in range(15)]
        recorder.close()
    bare, kept = (statistics.median(times) for times in zip(*pairs, strict=True))
    _tell("stream with the history", f"{kept / bare - 1:+.2%} beside {bare * 1000:.0f} ms without, at the median")


def _tell_four_processes(path: Path, seconds: float) -> None:
    command = [sys.executable, str(WRITER), str(path), str(seconds)]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    told = [writer.communicate()[0].split() for writer in writers]
    written = sum(len(runs) for _, *runs in told)
    kept = Store(path).extent()[0]
    longest = max(float(longest) for longest, *_ in told)
    _tell(
        f"four processes for {seconds:.0f} s",
        f"{written:,} runs of 101 events written, {written - kept} lost; the longest wait was {longest * 1000:.0f} ms",
    )


def _milliseconds(do: Callable[[], object]) -> str:
    times = sorted(_seconds(do) * 1000 for _ in range(20))
    return f"{times[len(times) // 2]:.1f} ms at the median, {times[0]:.1f} at best"


def _seconds(do: Callable[[], object]) -> float:
    begin = time.perf_counter()
    do()
    return time.perf_counter() - begin


def _tell(what: str, figure: str) -> None:
    print(f"{what:<30} {figure}", flush=True)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
