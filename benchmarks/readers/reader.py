"""What every library's reader does, and the program round it. It runs in the library's own environment.

python readers/NAME.py cases < CASES        one line of JSON for each case
python readers/NAME.py cost MODEL ROUNDS    one line of JSON: what reading costs beside a bare loop over boto3
"""

import asyncio
import gc
import json
import os
import sys
import time
import tracemalloc
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from threading import Barrier, Thread
from typing import Any

import boto3

PROMPT = "Go on."


@dataclass
class Kept:
    """What a library itself has put together of a response, in one form for all.

    A block is a dict with one of the keys `text`, `reasoning`, `redacted` and `image` (bytes in hex), `citation`
    (titles, beside a `text`), `tool` (a name, with its parsed `input`, and `runs` where it is offered to the client as
    a call to run; `invalid` where the library says that it is none), `other`. `incomplete` is true where the library
    says so.
    """

    blocks: list[dict[str, Any]] = field(default_factory=list)
    stop_reason: str | None = None
    usage: list[int | None] | None = None
    incomplete: bool = False


class Response(ABC):
    """One response, being read by one library."""

    @abstractmethod
    def texts(self) -> Iterator[str]:
        """Begin to iterate, as a user of the library would; the pieces of text as they come."""

    @abstractmethod
    def kept(self) -> Kept:
        """What the library has now, at the end or after an error."""

    def read(self) -> None:
        """Read to the end, as fast as it goes."""
        for _ in self.texts():
            pass

    def texts_of_two(self) -> list[list[str]]:
        """What two readers get that begin at the same time, each in a thread of its own."""
        together, errors = Barrier(2), list[Exception]()

        def read(texts: list[str]) -> None:
            together.wait()
            try:
                texts.extend(self.texts())
            except Exception as error:  # noqa: BLE001 - whatever a library raises is the result
                errors.append(error)

        got: list[list[str]] = [[], []]
        readers = [Thread(target=read, args=(texts,), daemon=True) for texts in got]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        if errors:
            raise errors[0]
        return got


class AsyncResponse(Response):
    """A response of a library that is asynchronous; everything happens in an event loop of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()

    @abstractmethod
    def texts_async(self) -> AsyncIterator[str]:
        """Begin to iterate; the pieces of text as they come."""

    def texts(self) -> Iterator[str]:
        """The same, for one who waits."""
        texts = self.texts_async()
        while (text := self.loop.run_until_complete(_next(texts))) is not None:
            yield text

    def read(self) -> None:
        """Read to the end, as fast as it goes: in one task, as its users do."""

        async def read() -> None:
            async for _ in self.texts_async():
                pass

        self.loop.run_until_complete(read())

    def texts_of_two(self) -> list[list[str]]:
        """What two readers get that begin at the same time, each in a task of its own."""

        async def read() -> list[str]:
            return [text async for text in self.texts_async()]

        async def both() -> list[list[str]]:
            return list(await asyncio.gather(read(), read()))

        return self.loop.run_until_complete(both())


async def _next(texts: AsyncIterator[str]) -> str | None:
    return await anext(texts, None)


Open = Callable[[str], Response]
"""Sends the request to this model, as a user of the library would who asks it again and again."""


def main(open_response: Open) -> None:
    """Do what the command line asks for."""
    what, *words = sys.argv[1:]
    if what == "cases":
        for case in json.load(sys.stdin):
            print(json.dumps(_outcome(open_response, **case)), flush=True)
    else:
        print(json.dumps(_cost(open_response, words[0], int(words[1]))), flush=True)


def _outcome(open_response: Open, model: str, mode: str) -> dict[str, Any]:
    """What came of one case; `raised` is the error, where there was one, from the first line of its message."""
    outcome: dict[str, Any] = {"raised": None, "kept": None, "texts": []}
    try:
        response = open_response(model)
        _MODES[mode](response, outcome)
    except Exception as error:  # noqa: BLE001 - whatever a library raises is the result
        outcome["raised"] = _named(error)
        if "response" not in locals():
            return outcome
    try:
        outcome["kept"] = asdict(response.kept())
    except Exception as error:  # noqa: BLE001 - the same
        outcome["raised"] = outcome["raised"] or _named(error)
    return outcome


def _read(response: Response, outcome: dict[str, Any]) -> None:
    outcome["texts"].append([])
    for text in response.texts():
        outcome["texts"][0].append(text)


def _break_and_iterate_again(response: Response, outcome: dict[str, Any]) -> None:
    outcome["texts"].append([next(iter(response.texts()))])
    outcome["texts"].append(list(response.texts()))


def _two_readers(response: Response, outcome: dict[str, Any]) -> None:
    outcome["texts"] += response.texts_of_two()


_MODES = {"read": _read, "again": _break_and_iterate_again, "two": _two_readers}


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"[:200]


def _cost(open_response: Open, model: str, rounds: int) -> dict[str, Any]:
    """CPU and wall seconds of each round, taken in turns with the bare loop, and the bytes held for each event."""

    def bare() -> int:
        return sum(1 for _ in ask(model)["stream"])

    def library() -> None:
        response = open_response(model)
        response.read()
        response.kept()

    events = bare()
    library()
    rows: dict[str, list[list[float]]] = {"bare": [], "library": []}
    for _ in range(rounds):
        rows["bare"].append(_seconds(bare))
        rows["library"].append(_seconds(library))
    return {"events": events, **rows, "bytes_per_event": _held(open_response, model) / events}


def _seconds(way: Callable[[], object]) -> list[float]:
    gc.collect()
    gc.freeze()  # what was there before is nothing that either way should be made to search through
    cpu, wall = time.process_time(), time.perf_counter()
    way()
    return [time.process_time() - cpu, time.perf_counter() - wall]


def _held(open_response: Open, model: str) -> int:
    """Bytes that the read response and what the library made of it hold."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    response = open_response(model)
    response.read()
    kept = response.kept()
    gc.collect()
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    del response, kept
    return held


@cache
def client() -> Any:
    """The one boto3 client of this process: nobody makes a new one for each request."""
    return boto3.client("bedrock-runtime")


def ask(model: str) -> Any:
    """boto3's own response, for the libraries that are handed one."""
    return client().converse_stream(modelId=model, messages=[{"role": "user", "content": [{"text": PROMPT}]}])


def region() -> str:
    """The region that the harness has set."""
    return os.environ["AWS_DEFAULT_REGION"]
