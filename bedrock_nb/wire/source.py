"""Where a stream's wire events come from: a call to Bedrock, or a response that somebody else obtained."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bedrock_nb.core.events import Wire
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.frames import wire_events
from bedrock_nb.wire.interrupt import Interrupt


@dataclass(frozen=True, slots=True)
class OpenResponse:
    """A response whose headers are there. `info` is what a Recording keeps of them; `close` frees the connection."""

    wires: Iterator[Wire]
    info: Mapping[str, Any] = field(default_factory=dict)
    close: Callable[[], None] = lambda: None


Source: TypeAlias = Callable[[Interrupt], OpenResponse]
"""Opens a response; runs in the thread that will read it, and lets the interrupt end it."""


def converse_stream(connection: Connection, request: Mapping[str, Any]) -> Source:
    """The source that calls converse_stream with these arguments."""

    def opened(interrupt: Interrupt) -> OpenResponse:
        client = connection.client()
        response = client.converse_stream(**request)
        return _open(response, interrupt, region=client.meta.region_name)

    return opened


def obtained(response: Mapping[str, Any]) -> Source:
    """The source that reads the dict which boto3's converse_stream returned."""
    return lambda interrupt: _open(response, interrupt)


def _open(response: Mapping[str, Any], interrupt: Interrupt, *, region: str | None = None) -> OpenResponse:
    stream = response["stream"]
    interrupt.answered_by(getattr(stream, "_raw_stream", None))
    metadata = response.get("ResponseMetadata", {})
    info = {
        "request_id": metadata.get("RequestId"),
        "http_status": metadata.get("HTTPStatusCode"),
        "retry_attempts": metadata.get("RetryAttempts"),
        "region": region,
    }
    known = {name: value for name, value in info.items() if value is not None}
    return OpenResponse(wire_events(stream), known, getattr(stream, "close", lambda: None))
