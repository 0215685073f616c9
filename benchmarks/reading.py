"""What reading a response through a Stream costs beside the bare loop over boto3's events.

    python benchmarks/reading.py

The endpoint runs in a process of its own and sends as fast as it can. "Bare" is `for event in response["stream"]`;
"stream" is the same response through Stream, parse and fold, until its Recording's turn is there. CPU time of this
process, as others run on the same machine; several rounds, taken in turns.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from figures import Figure, in_turns, tell
from peers import BARE, OURS

from bedrock_nb.core.events import Wire, parse
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.turn import EMPTY_TURN, fold
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.source import converse_stream
from bedrock_nb.wire.stream import Stream

EVENTS = 10_000
ROUNDS = 15
MODEL = "local.long-v1:0"
REQUEST = {"modelId": MODEL, "messages": [{"role": "user", "content": [{"text": "Go on."}]}]}
SERVE = f"""
from bedrock_nb.local import LocalBedrock
delta = {{"contentBlockDelta": {{"delta": {{"text": "nine char"}}, "contentBlockIndex": 0}}}}
with LocalBedrock(delivery={{delivery!r}}) as endpoint:
    endpoint.play(
        [{{"messageStart": {{"role": "assistant"}}}}, *[delta] * {EVENTS},
         {{"contentBlockStop": {{"contentBlockIndex": 0}}}}, {{"messageStop": {{"stopReason": "end_turn"}}}}],
        {MODEL!r},
    )
    print(endpoint.url, flush=True)
    input()
"""


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Reading, as the frames come one by one and all at once; then folding alone, at several lengths."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    figures = []
    for delivery in ("frames", "whole"):
        with subprocess.Popen(
            [sys.executable, "-c", SERVE.replace("{delivery!r}", repr(delivery))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as server:
            connection = Connection(region="us-east-1", endpoint_url=_first_line(server))
            figures += _reading(delivery, connection, rounds)
            server.terminate()
    return figures + _folding()


def _first_line(server: subprocess.Popen[str]) -> str:
    return server.stdout.readline().strip() if server.stdout else ""


def _reading(delivery: str, connection: Connection, rounds: int) -> list[Figure]:
    ways: dict[str, Callable[[], Any]] = {
        OURS: lambda: _stream(connection).turn,
        f"{OURS}, a reader looking on": lambda: sum(1 for _ in _started(connection)),
        BARE: lambda: _bare(connection),
    }
    taken = in_turns({name: partial(_cpu_seconds, way) for name, way in ways.items()}, rounds)
    name = f"CPU an event, {'one chunk a frame' if delivery == 'frames' else 'one chunk in all'}"
    return [Figure(way, name, "s", tuple(each / EVENTS for each in seconds)) for way, seconds in taken.items()]


def _bare(connection: Connection) -> None:
    for _ in connection.client().converse_stream(**REQUEST)["stream"]:
        pass


def _started(connection: Connection) -> Stream[Recording]:
    return Stream(converse_stream(connection, REQUEST), REQUEST, recording_type=Recording)


def _stream(connection: Connection) -> Recording:
    return _started(connection).raise_for_error()


def _folding() -> list[Figure]:
    figures = []
    for count in (25_000, 50_000, 100_000, 200_000):
        wires: list[Wire] = [
            {"contentBlockDelta": {"delta": {"text": "nine char"}, "contentBlockIndex": 0}} for _ in range(count)
        ]
        seconds = _cpu_seconds(partial(_fold, wires))
        figures.append(Figure(OURS, "folding all deltas, CPU", "s", (seconds,), count))
    return figures


def _fold(wires: list[Wire]) -> int:
    turn = EMPTY_TURN
    for wire in wires:
        turn = fold(turn, parse(wire))
    return len(turn.text)


def _cpu_seconds(way: Callable[[], Any]) -> float:
    gc.collect()
    start = time.process_time()
    way()
    return time.process_time() - start


if __name__ == "__main__":
    tell(measure())
