"""How the steps of a script leave the endpoint: as frames of a chunked body, or folded into one JSON body."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from bedrock_nb.local.eventstream import event_frame, to_json
from bedrock_nb.local.folding import converse_response, decoded_events, service_error
from bedrock_nb.local.steps import StreamException, WireEvent

Said = WireEvent | bytes | StreamException
"""The steps that put something on the wire."""


class Delivery(StrEnum):
    """How a stream's bytes are handed to the network; the body as a whole is the same."""

    FRAMES = "frames"
    """one HTTP chunk a frame, flushed at once: what the service does"""
    BYTES = "bytes"
    """one HTTP chunk a byte"""
    WHOLE = "whole"
    """everything in one chunk, at the end or when the script stops talking"""


class Wire(Protocol):
    """The connection as a body sees it."""

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the status line and the headers."""

    def send(self, data: bytes) -> None:
        """Send bytes of the body, at once."""


class EventStreamBody:
    """Writes each step as a frame; the headers go out with the first one."""

    def __init__(self, wire: Wire, delivery: Delivery) -> None:
        self._wire = wire
        self._delivery = delivery
        self._unsent = bytearray()
        self._begun = False

    def add(self, step: Said) -> None:
        """Put one step on the wire, or by for later where the body is delivered whole."""
        self._begin()
        data = _frame(step)
        if self._delivery is Delivery.WHOLE:
            self._unsent += data
        elif self._delivery is Delivery.BYTES:
            for byte in data:
                self._send_piece(bytes([byte]))
        else:
            self._send_piece(data)

    def flush(self) -> None:
        """Send what was put by."""
        self._send_piece(bytes(self._unsent))
        self._unsent.clear()

    def finish(self) -> None:
        """End the body in good order; the connection can be used again."""
        self._begin()
        self.flush()
        self._wire.send(b"0\r\n\r\n")

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            headers = {"Content-Type": "application/vnd.amazon.eventstream", "Transfer-Encoding": "chunked"}
            self._wire.begin(200, headers)

    def _send_piece(self, data: bytes) -> None:
        if data:
            self._wire.send(b"%x\r\n%b\r\n" % (len(data), data))


class ConverseBody:
    """Collects the steps and answers with the one response they add up to."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._events: list[WireEvent] = []
        self._raw = bytearray()

    def add(self, step: Said) -> None:
        """Collect one step.

        Raises:
            ServiceError: for an exception in mid-stream, which here comes before any answer.
        """
        if isinstance(step, StreamException):
            raise service_error(step)
        if isinstance(step, bytes):
            self._raw += step
        else:
            self._collect_raw()
            self._events.append(step)

    def flush(self) -> None:
        """Nothing can be sent before the end."""

    def finish(self) -> None:
        """Answer with what the steps add up to."""
        self._collect_raw()
        body = to_json(converse_response(self._events))
        self._wire.begin(200, {"Content-Type": "application/json", "Content-Length": str(len(body))})
        self._wire.send(body)

    def _collect_raw(self) -> None:
        raw, self._raw = bytes(self._raw), bytearray()
        for decoded in decoded_events(raw):
            if isinstance(decoded, StreamException):
                raise service_error(decoded)
            self._events.append(decoded)


def _frame(step: Said) -> bytes:
    if isinstance(step, bytes):
        return step
    return step.frame if isinstance(step, StreamException) else event_frame(step)
