"""A recording: one converse_stream call, with all that came and how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Self

from bedrock_nb.core.blocks import Citation, ImageBlock, ToolUseBlock
from bedrock_nb.core.endings import ending_error
from bedrock_nb.core.errors import BedrockError, Stopped, error_from_dict
from bedrock_nb.core.events import Event, Wire, parse
from bedrock_nb.core.jsonable import from_jsonable, to_jsonable
from bedrock_nb.core.messages import Message, assistant_message
from bedrock_nb.core.metrics import measure
from bedrock_nb.core.turn import Turn, fold_all
from bedrock_nb.core.usage import Metrics, Usage
from bedrock_nb.core.version import checked_version

TimedWire = tuple[float | None, Wire]
"""Seconds since the request (None where nobody measured them), and the wire event."""


@dataclass(frozen=True)
class Recording:
    """One call. A value: it knows nothing of where it is kept or shown, and `turn` is a fold over its events."""

    FORMAT_VERSION: ClassVar[int] = 1

    wire_events: tuple[TimedWire, ...] = ()
    request: Wire = field(default_factory=dict)
    """The arguments of converse_stream, as sent. Never credentials, headers or signatures."""
    response: Wire = field(default_factory=dict)
    """What is known of the response besides its events: `request_id`, `http_status`, `retry_attempts`, `region`."""
    started_at: datetime | None = None
    """When the request was sent, in UTC."""
    failure: BedrockError | None = None
    """What ended the call from outside the stream of events: no connection, a cut, a stop by the reader."""
    id: str = ""

    @classmethod
    def from_events(
        cls, wire_events: Iterable[Wire | TimedWire], *, request: Mapping[str, Any] | None = None, **rest: Any
    ) -> Self:
        """A recording of wire events that somebody else obtained: boto3's event dicts, or (seconds, dict) pairs."""
        timed = (event if isinstance(event, tuple) else (None, event) for event in wire_events)
        return cls(wire_events=tuple(timed), request=dict(request or {}), **rest)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The typed events."""
        return tuple(parse(wire) for _, wire in self.wire_events)

    @cached_property
    def turn(self) -> Turn:
        """The assistant's message, folded from the events."""
        return fold_all(self.events)

    @cached_property
    def metrics(self) -> Metrics:
        """How long it took, by the service's clock and by ours."""
        return measure(self.wire_events, self.events, self.turn)

    @property
    def error(self) -> BedrockError | None:
        """What went wrong: outside the stream, as an exception in it, or because it ended without a messageStop."""
        return self.failure or ending_error(self.turn, self.request_id)

    @property
    def complete(self) -> bool:
        """Whether a messageStop came and nothing failed."""
        return self.error is None

    @property
    def stopped(self) -> bool:
        """Whether the reader stopped it."""
        return isinstance(self.failure, Stopped)

    @property
    def model(self) -> str:
        """The model id or ARN that was asked for."""
        return str(self.request.get("modelId", ""))

    @property
    def request_id(self) -> str | None:
        """The service's id of the call."""
        request_id = self.response.get("request_id")
        return str(request_id) if request_id else None

    @property
    def text(self) -> str:
        """The answer: all text blocks, joined."""
        return self.turn.text

    @property
    def reasoning(self) -> str:
        """The readable reasoning."""
        return self.turn.reasoning

    @property
    def tool_calls(self) -> tuple[ToolUseBlock, ...]:
        """The tool calls that the client has to run."""
        return self.turn.tool_calls

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Where the answer comes from."""
        return self.turn.citations

    @property
    def images(self) -> tuple[ImageBlock, ...]:
        """The images."""
        return self.turn.images

    @property
    def stop_reason(self) -> str | None:
        """Bedrock's stopReason; None where the message never stopped."""
        return self.turn.stop_reason

    @property
    def usage(self) -> Usage | None:
        """Token counts; None where none came."""
        return self.turn.usage

    @property
    def message(self) -> Message | None:
        """The answer as a message to send back; None where there is nothing that the service would accept."""
        return assistant_message(self.turn)

    def to_dict(self) -> dict[str, Any]:
        """The recording as JSON-safe data, lossless; bytes stand as `{"$bytes": base64}`."""
        return {
            "version": self.FORMAT_VERSION,
            "id": self.id,
            "started_at": self.started_at.isoformat() if self.started_at else None,
            "request": to_jsonable(self.request),
            "response": to_jsonable(self.response),
            "events": [[seconds, to_jsonable(wire)] for seconds, wire in self.wire_events],
            "failure": self.failure.to_dict() if self.failure else None,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The recording that `to_dict` described.

        Raises:
            UnreadableRecording: It is of a newer version, or not a recording.
        """
        checked_version(data, cls.FORMAT_VERSION)
        started_at, failure = data.get("started_at"), data.get("failure")
        return cls(
            id=data.get("id") or "",
            started_at=datetime.fromisoformat(started_at) if started_at else None,
            request=from_jsonable(data.get("request", {})),
            response=from_jsonable(data.get("response", {})),
            wire_events=tuple((seconds, from_jsonable(wire)) for seconds, wire in data.get("events", [])),
            failure=error_from_dict(failure) if failure else None,
        )
