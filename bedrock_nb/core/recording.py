"""A recording: one converse_stream call, with all that came and how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Self

from bedrock_nb.core.blocks import Citation, ImageBlock, ToolUseBlock
from bedrock_nb.core.encoding import codec
from bedrock_nb.core.endings import ending_error
from bedrock_nb.core.errors import BedrockError, InvalidInput, Stopped
from bedrock_nb.core.event_log import EventLog, TimedWire
from bedrock_nb.core.events import Event, Wire, parse
from bedrock_nb.core.metrics import measure
from bedrock_nb.core.request.arguments import copied
from bedrock_nb.core.request.messages import Message, answer_calls, assistant_message
from bedrock_nb.core.request.model_ids import provider_of
from bedrock_nb.core.turn import Turn, fold_log
from bedrock_nb.core.usage import Metrics, Usage

__all__ = ["Recording", "TimedWire"]


class _WireEvents:
    """The field `wire_events`: a tuple for whoever looks, though it may have been given as a log, and then waits."""

    def __get__(self, recording: Recording | None, owner: type[Recording]) -> tuple[TimedWire, ...]:
        if recording is None:
            return ()  # what a dataclass takes for the field's default
        known = vars(recording)
        if "wire_events" not in known:
            known["wire_events"] = tuple(recording.log)
        events: tuple[TimedWire, ...] = known["wire_events"]
        return events

    def __set__(self, recording: Recording, events: tuple[TimedWire, ...] | EventLog) -> None:
        vars(recording)["log" if isinstance(events, EventLog) else "wire_events"] = events


@dataclass(frozen=True)
class Recording:
    """One call. A value: it knows nothing of where it is kept or shown, and `turn` is a fold over its events."""

    wire_events: _WireEvents = _WireEvents()
    """Seconds since the request (None where nobody measured them), and the wire event."""
    request: Wire = field(default_factory=dict)
    """The arguments of converse_stream, as sent. Never credentials, headers or signatures."""
    response: Wire = field(default_factory=dict)
    """What is known of the response besides its events: `request_id`, `http_status`, `retry_attempts`, `region`,
    and `failed_attempts` where a call that failed before any content was made again."""
    started_at: datetime | None = None
    """When the request was sent, in UTC."""
    failure: BedrockError | None = None
    """What ended the call from outside the stream of events: no connection, a cut, a stop by the reader."""
    id: str = ""
    duration: float | None = None
    """Seconds from the request to the end of the call."""

    @classmethod
    def from_events(
        cls, wire_events: Iterable[Wire | TimedWire], *, request: Mapping[str, Any] | None = None, **rest: Any
    ) -> Self:
        """A recording of wire events that somebody else obtained: boto3's event dicts, or (seconds, dict) pairs.

        Raises:
            InvalidInput: One of them is neither.
        """
        return cls(wire_events=tuple(map(_timed, wire_events)), request=copied(request or {}), **rest)

    def __getstate__(self) -> dict[str, Any]:
        """What pickle and copy take: the fields alone. What was worked out from them is worked out again."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def with_turn(self, turn: Turn) -> Self:
        """This recording, spared the work of `turn` by who read along; it has to be what its events give."""
        vars(self)["turn"] = turn
        return self

    @cached_property
    def log(self) -> EventLog:
        """The events in columns: for whoever goes through all of them."""
        return EventLog(self.wire_events)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The typed events."""
        return tuple(parse(wire) for _, wire in self.wire_events)

    @cached_property
    def turn(self) -> Turn:
        """The assistant's message, folded from the events."""
        return fold_log(self.log)

    @cached_property
    def metrics(self) -> Metrics:
        """How long it took, by the service's clock and by ours."""
        return measure(self.log, self.turn, self.duration)

    @cached_property
    def error(self) -> BedrockError | None:
        """What went wrong: outside the stream, as an exception in it, or because it ended without a messageStop.

        Its `recording` is this one.
        """
        error = self.failure or ending_error(self.turn, self.request_id)
        if error is not None:
            error.recording = self
        return error

    def raise_for_error(self) -> Self:
        """This recording, if nothing went wrong.

        Raises:
            BedrockError: What went wrong; its `recording` is this one, with all that came.
        """
        if self.error is not None:
            raise self.error
        return self

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
    def provider(self) -> str | None:
        """Who made the model: `amazon`, `anthropic`…; None where neither its id nor the prompt router's trace tells."""
        return provider_of(self.model) or provider_of(self.turn.invoked_model or "")

    @property
    def ended_at(self) -> datetime | None:
        """When the call ended, in UTC; None where nobody measured it."""
        if self.started_at is None or self.duration is None:
            return None
        return self.started_at + timedelta(seconds=self.duration)

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

    @property
    def user_message(self) -> Message | None:
        """The user's message as it was sent: the last of the request's; None where there was none."""
        messages = self.request.get("messages") or [None]
        last = messages[-1]
        return last if isinstance(last, dict) and last.get("role") == "user" else None

    def answer_calls(self, outputs: Mapping[str, Any]) -> Message:
        """The message that answers this answer's tool calls; see `bedrock_nb.core.request.messages.answer_calls`."""
        return answer_calls(self.turn, outputs)

    def to_dict(self) -> dict[str, Any]:
        """The recording as JSON-safe data, lossless; `bedrock_nb.core.encoding.jsonable` says what JSON cannot hold."""
        return codec.to_dict(self)

    def to_compact(self) -> dict[str, Any]:
        """The same in the least room, for notebooks: a long answer takes at most 1.5 times its text."""
        return codec.to_compact(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The recording that `to_dict` or `to_compact` described.

        Raises:
            UnreadableRecording: It is of a newer version, or not a recording.
        """
        return cls(**codec.from_dict(data))

    def to_lines(self) -> Iterator[str]:
        """The recording as the lines of a .jsonl file: its head, one line an event, its end."""
        return codec.to_lines(self)

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> Self:
        """The recording that `to_lines` wrote, up to the last whole line where the writing was cut off.

        Raises:
            UnreadableRecording: It is of a newer version, or not a recording, or damaged before its last line.
        """
        return cls(**codec.from_lines(lines))


def _timed(event: Any) -> TimedWire:
    match event:
        case dict():
            return None, event
        case (int() | float() | None as seconds, dict() as wire):
            return seconds, wire
    raise InvalidInput(f"{event!r:.200} is no event: boto3 gives a dict for each, and a time may stand before it.")
