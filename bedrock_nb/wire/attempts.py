"""Making a call again that failed after its headers and before any content.

botocore retries up to the headers and never after. Up to the first content nobody has seen anything, so the events
before it are held back until then, and what a failed attempt brought is kept apart, in the response's information.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from bedrock_nb.core.deltas import as_wire
from bedrock_nb.core.encoding.jsonable import to_jsonable
from bedrock_nb.core.endings import ending_error
from bedrock_nb.core.errors import BedrockError
from bedrock_nb.core.events import MessageStart, StreamException, Wire, parse
from bedrock_nb.core.turn import fold_all
from bedrock_nb.wire.errors import translated
from bedrock_nb.wire.interrupt import Interrupt
from bedrock_nb.wire.source import OpenResponse, Source

PAUSE = 0.5
"""Seconds before the second attempt; each pause after it is twice as long as the one before."""


@dataclass(slots=True)
class _Attempt:
    """A response read up to its first content; `error` says why there is none, if so."""

    response: OpenResponse
    held_back: list[Wire] = field(default_factory=list)
    error: BedrockError | None = None

    def described(self) -> dict[str, Any]:
        return {
            "error": self.error.to_dict() if self.error else None,
            "request_id": self.response.info.get("request_id"),
            "events": [to_jsonable(wire) for wire in self.held_back],
        }


def retrying(source: Source, retries: int, *, pause: float = PAUSE) -> Source:
    """The source that opens this one up to `retries` more times, while it fails for a reason that may pass.

    `info["failed_attempts"]` lists what failed before: dicts with `error`, `request_id` and `events`. A first attempt
    that fails before its headers is not made again here: botocore has done that.
    """

    def opened(interrupt: Interrupt) -> OpenResponse:
        attempt = _read_up_to_content(source(interrupt))
        failed: list[dict[str, Any]] = []
        while attempt.error and attempt.error.retryable and len(failed) < retries:
            if not interrupt.pause(pause * 2 ** len(failed)):
                break
            attempt.response.close()
            failed.append(attempt.described())
            attempt = _open_again(source, interrupt)
        response = attempt.response
        info = {**response.info, "failed_attempts": failed} if failed else response.info
        return replace(response, arrivals=chain(attempt.held_back, response.arrivals), info=info)

    return opened


def _open_again(source: Source, interrupt: Interrupt) -> _Attempt:
    try:
        response = source(interrupt)
    except BedrockError as error:
        return _Attempt(OpenResponse(_raising(error)), error=error)
    return _read_up_to_content(response)


def _read_up_to_content(response: OpenResponse) -> _Attempt:
    held_back: list[Wire] = []
    try:
        for wire in map(as_wire, response.arrivals):
            held_back.append(wire)
            if not isinstance(parse(wire), MessageStart | StreamException):
                return _Attempt(response, held_back)
    except Exception as raised:  # noqa: BLE001 - it becomes one of our family, and is raised again when no retry helps
        error = translated(raised, reading=True)
        return _Attempt(replace(response, arrivals=_raising(error)), held_back, error)
    return _Attempt(response, held_back, ending_error(fold_all(map(parse, held_back))))


def _raising(error: BedrockError) -> Iterator[Wire]:
    """Wire events that begin with this error: it is raised when they are read, not before."""
    return map(_raise, [error])


def _raise(error: BedrockError) -> Wire:
    raise error
