"""Streams that begin well and break."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from bedrock_nb.local.answer import Answer, Text, stream
from bedrock_nb.local.eventstream import error_frame, event_frame
from bedrock_nb.local.faults.fault import PARTIAL_TEXT, WHOLE_TEXT, Fault, When, always, closing, delta, opening
from bedrock_nb.local.steps import Cut, Script, Stall, Step, StreamException


def _broken(name: str, summary: str, *steps: Step, code: str = "") -> Fault:
    """A stream that begins well and then breaks."""
    build = always(*opening(), *steps)
    return Fault(name, When.MID_STREAM, summary, build, code, text=PARTIAL_TEXT)


def _raised(name: str, exception_type: str, message: str, **members: object) -> Fault:
    """An exception frame in mid-stream."""
    exception = StreamException(exception_type, message, members)
    return _broken(name, f"a {exception_type} frame", exception, code=exception_type)


def _flaky(failures: int) -> Callable[[], Script]:
    """A script that breaks before any content the first times it gets a request, and then answers it."""

    def build() -> Script:
        seen: Counter[int] = Counter()

        def script(request: dict[str, Any]) -> Iterator[Step]:
            key = hash(json.dumps(request, sort_keys=True))
            seen[key] += 1
            if seen[key] <= failures:
                yield opening()[0]
                yield StreamException("serviceUnavailableException", "This scripted model is flaky. Try again.")
                return
            yield from stream(Answer((Text(WHOLE_TEXT),)), request)

        return script

    return build


def _flipped(frame: bytes, position: int) -> bytes:
    """The frame with one bit turned, so that a checksum is wrong."""
    position %= len(frame)
    return frame[:position] + bytes([frame[position] ^ 1]) + frame[position + 1 :]


_NEXT_FRAME = event_frame(delta(0, text=" never said"))

MID_STREAM = (
    _raised("stream-internal", "internalServerException", "The scripted service failed in mid-stream."),
    _raised(
        "stream-model-error",
        "modelStreamErrorException",
        "The scripted model failed in mid-stream.",
        originalStatusCode=500,
        originalMessage="The scripted weights are out of balance.",
    ),
    _raised("stream-validation", "validationException", "The scripted model can't go on with this request."),
    _raised(
        "stream-throttling",
        "throttlingException",
        "Too many tokens, please wait before trying again.",
    ),
    _raised("stream-unavailable", "serviceUnavailableException", "The scripted service went away."),
    _raised("stream-unknown-exception", "scriptedNovelException", "An exception that no model of the service has."),
    _broken(
        "stream-error-frame",
        "an unmodelled error: a frame with its code and message in the headers",
        error_frame("InternalError", "An unmodelled scripted error."),
        code="InternalError",
    ),
    Fault(
        "stream-throttling-at-once",
        When.MID_STREAM,
        "a throttlingException frame right after the messageStart",
        always(
            opening()[0], StreamException("throttlingException", "Too many tokens, please wait before trying again.")
        ),
        "throttlingException",
    ),
    _broken("cut", "the connection is dropped between two frames", Cut()),
    _broken("cut-mid-frame", "the connection is dropped within a frame", _NEXT_FRAME[:40], Cut()),
    _broken("reset", "the connection is reset", Cut(reset=True)),
    _broken("stall", "nothing more is sent", Stall()),
    _broken("bad-crc", "a frame whose payload fails its checksum", _flipped(_NEXT_FRAME, -8), *closing()),
    _broken("bad-prelude-crc", "a frame whose prelude fails its checksum", _flipped(_NEXT_FRAME, 9), *closing()),
    _broken("no-message-stop", "a clean end of the body, but no messageStop"),
    _broken("half-frame", "a clean end of the body within a frame", _NEXT_FRAME[: len(_NEXT_FRAME) // 2]),
    Fault(
        "empty-body",
        When.MID_STREAM,
        "a clean end of the body before the first frame",
        always(b""),
    ),
    Fault(
        "flaky",
        When.MID_STREAM,
        "breaks before any content at the first try of a request, and answers at the second",
        _flaky(1),
        "serviceUnavailableException",
    ),
    Fault(
        "flaky-twice",
        When.MID_STREAM,
        "breaks before any content at the first two tries of a request",
        _flaky(2),
        "serviceUnavailableException",
    ),
)
