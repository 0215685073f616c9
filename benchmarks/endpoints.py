"""Both wires in one process of their own: Bedrock's from the project's endpoint, OpenAI's beside it.

    python benchmarks/endpoints.py

The first line that it prints is JSON with the two addresses. Then it prints a line for each answer: its model, and when
its first and its last piece were sent, in seconds of the system's clock. It ends when its standard input does.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, Self, TypeVar

from answer import prose, table, tokens
from openai_wire import openai_server

from bedrock_nb.local import LocalBedrock, event_frame

SIZES = (500, 2_000, 8_000, 32_000)
PACE = 1 / 400
"""Seconds between two pieces of a paced answer: some fast models answer so."""
FIRST_WAIT = 0.3
"""Seconds until a paced answer begins: hardly a model begins sooner, and a page makes room for the answer meanwhile."""

LONG = 10_000
LONG_PACE = 1 / 200
SAMPLE = LONG // 5
"""Deltas of the bare loop beside a long stream, whose pace is the same."""
TEXTS = {"bench": tokens, "prose": prose, "table": table}

EDITIONS = 6
"""How many texts there are of each size. They take turns, so that nobody is asked to show one that it has just seen."""

_editions = cycle(range(EDITIONS))
Piece = TypeVar("Piece")


def model_id(size: int, *, paced: bool, text: str = "bench") -> str:
    """The model that answers with so many pieces of one of the `TEXTS`.

    Its name says "nova", which makes LangChain speak Converse to it.
    """
    return f"us.amazon.nova-{text}-{size}{'-paced' if paced else ''}-v1:0"


@dataclass(frozen=True)
class Sent:
    """When one answer's first and last piece were sent, in seconds of the system's clock."""

    model: str
    first: float
    last: float


class Endpoints:
    """The process with both endpoints: `with Endpoints() as endpoints`. `environment` points any client at it."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.urls: dict[str, str] = json.loads(self._process.stdout.readline())
        self.begun: Queue[float] = Queue()
        self.sent: Queue[Sent] = Queue()
        Thread(target=self._hear, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead boto3 and OpenAI's clients here."""
        bedrock, openai = self.urls["bedrock"], self.urls["openai"]
        return {
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock,
            "AWS_ENDPOINT_URL_BEDROCK": bedrock,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "OPENAI_API_KEY": "local",
            "OPENAI_BASE_URL": openai,
            "OPENAI_API_BASE": openai,
        }

    def forget(self) -> None:
        """Forget what earlier answers have left."""
        for queue in (self.begun, self.sent):
            while not queue.empty():
                queue.get()

    def times(self, patience: float = 1.0) -> tuple[float | None, float | None]:
        """When the first and the last piece of the last answer were sent; None where it was not, after `patience`."""
        first = last = None
        with suppress(Empty):
            first = self.begun.get(timeout=1)
            last = self.sent.get(timeout=max(patience, 1)).last
        return first, last

    def _hear(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            news = json.loads(line)
            if "last" in news:
                self.sent.put(Sent(**news))
            else:
                self.begun.put(news["first"])


def serve() -> None:
    """Serve until standard input ends."""
    for size in SIZES:
        for edition in range(EDITIONS):
            _frames("bench", size, edition)  # encoded beforehand, so that the endpoint is never what is waited for
    openai = openai_server(lambda model: _timed(model, _pieces(model)))
    Thread(target=openai.serve_forever, daemon=True).start()
    with LocalBedrock() as bedrock:
        for size in SIZES:
            for paced in (False, True):
                bedrock.add(model_id(size, paced=paced), _script)
        for text in ("prose", "table"):
            for size in (LONG, SAMPLE):
                bedrock.add(model_id(size, paced=True, text=text), _script)
        host, port = openai.server_address[:2]
        _say(bedrock=bedrock.url, openai=f"http://{host!s}:{port}/v1")
        sys.stdin.read()
    openai.shutdown()


def _script(request: dict[str, Any]) -> Iterator[bytes]:
    model = request["modelId"]
    before, during, after = _frames(*_text_and_size(model), next(_editions))
    yield before
    yield from _timed(model, during)
    yield from after


def _timed(model: str, pieces: tuple[Piece, ...]) -> Iterator[Piece]:
    """Each piece when its time has come: by the clock, so that waiting a little too long does not add up."""
    pace = 0.0 if "-paced" not in model else PACE if "-bench-" in model else LONG_PACE
    if pace:
        time.sleep(FIRST_WAIT)
    start, first = time.perf_counter(), time.time()
    _say(first=first)
    for number, piece in enumerate(pieces):
        late = time.perf_counter() - start - number * pace
        if pace and late < 0:
            time.sleep(-late)
        yield piece
    _say(model=model, first=first, last=time.time())


@cache
def _frames(text: str, size: int, edition: int) -> tuple[bytes, tuple[bytes, ...], tuple[bytes, ...]]:
    """The answer as frames: what goes before, the deltas, what comes after."""
    deltas = tuple(
        event_frame({"contentBlockDelta": {"delta": {"text": piece}, "contentBlockIndex": 0}})
        for piece in TEXTS[text](size, edition)
    )
    usage = {"inputTokens": 4, "outputTokens": size, "totalTokens": size + 4}
    ending = (
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": "end_turn"}},
        {"metadata": {"usage": usage, "metrics": {"latencyMs": 1}}},
    )
    return event_frame({"messageStart": {"role": "assistant"}}), deltas, tuple(event_frame(event) for event in ending)


def _pieces(model: str) -> tuple[str, ...]:
    text, size = _text_and_size(model)
    return TEXTS[text](size, next(_editions))


def _text_and_size(model: str) -> tuple[str, int]:
    _, text, size, *_ = model.split("-")
    return text, int(size)


def _say(**news: object) -> None:
    print(json.dumps(news), flush=True)


if __name__ == "__main__":
    serve()
