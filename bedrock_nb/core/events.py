"""The events of a ConverseStream response, typed and frozen, and `parse`, which makes them from wire events.

A wire event is one dict of the stream as botocore yields it: one key, the union's member, and its body. Shapes and
member names follow the `ConverseStreamOutput` union of botocore's bedrock-runtime service model.

Invariants, each held by a property test:
- `parse` never raises, whatever dict it is given, and `parse(wire).wire is wire`: nothing of the payload is lost.
- An event whose body has not the shape that its kind needs is `Unknown`, as is one of an unknown kind. Members that
  are new beside known ones stay in `wire`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

Wire: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the stream. `wire` is the dict it was made from, complete."""

    kind: ClassVar[str] = "event"

    wire: Wire

    @property
    def type(self) -> str:
        """The member of Bedrock's union: `contentBlockDelta`, `messageStop` and so on; empty where there is none."""
        return str(next(iter(self.wire), ""))

    @property
    def block(self) -> int | None:
        """The contentBlockIndex, for events that belong to a content block."""
        return None

    @property
    def text(self) -> str:
        """The piece of the answer that this event brings; empty for every other kind."""
        return ""

    @property
    def reasoning(self) -> str:
        """The piece of reasoning that this event brings; empty for every other kind."""
        return ""


@dataclass(frozen=True, slots=True)
class MessageStart(Event):
    """The message begins."""

    kind: ClassVar[str] = "message_start"
    role: str


@dataclass(frozen=True, slots=True)
class BlockEvent(Event):
    """An event of one content block."""

    index: int

    @property
    def block(self) -> int | None:
        """The contentBlockIndex."""
        return self.index


@dataclass(frozen=True, slots=True)
class ToolUseStart(BlockEvent):
    """The model begins to call a tool. `tool_type` is "server_tool_use" where the service itself runs it."""

    kind: ClassVar[str] = "tool_use_start"
    tool_use_id: str
    name: str
    tool_type: str | None


@dataclass(frozen=True, slots=True)
class ToolResultStart(BlockEvent):
    """The result of a tool that the service ran begins."""

    kind: ClassVar[str] = "tool_result_start"
    tool_use_id: str
    tool_type: str | None
    status: str | None


@dataclass(frozen=True, slots=True)
class ImageStart(BlockEvent):
    """An image begins; `format` is png, jpeg, gif or webp."""

    kind: ClassVar[str] = "image_start"
    format: str


@dataclass(frozen=True, slots=True)
class TextDelta(BlockEvent):
    """A piece of the answer."""

    kind: ClassVar[str] = "text_delta"
    piece: str

    @property
    def text(self) -> str:
        """The piece."""
        return self.piece


@dataclass(frozen=True, slots=True)
class ReasoningDelta(BlockEvent):
    """A piece of the reasoning's text."""

    kind: ClassVar[str] = "reasoning_delta"
    piece: str

    @property
    def reasoning(self) -> str:
        """The piece."""
        return self.piece


@dataclass(frozen=True, slots=True)
class ReasoningSignature(BlockEvent):
    """The token that vouches for the reasoning when it is sent back."""

    kind: ClassVar[str] = "reasoning_signature"
    signature: str


@dataclass(frozen=True, slots=True)
class RedactedReasoning(BlockEvent):
    """Reasoning that the provider encrypted: bytes, not text."""

    kind: ClassVar[str] = "reasoning_redacted"
    data: bytes


@dataclass(frozen=True, slots=True)
class ToolInputDelta(BlockEvent):
    """A piece of the JSON text of a tool's input, cut anywhere."""

    kind: ClassVar[str] = "tool_input_delta"
    json_piece: str


@dataclass(frozen=True, slots=True)
class ToolResultDelta(BlockEvent):
    """Parts of a tool result: dicts with `text` or `json`."""

    kind: ClassVar[str] = "tool_result_delta"
    parts: tuple[Wire, ...]


@dataclass(frozen=True, slots=True)
class CitationDelta(BlockEvent):
    """Where the block's text comes from; see `bedrock_nb.core.blocks.Citation`."""

    kind: ClassVar[str] = "citation_delta"
    citation: Wire


@dataclass(frozen=True, slots=True)
class ImageDelta(BlockEvent):
    """A piece of an image (`source`: bytes or an S3 location), or why there is none (`error`)."""

    kind: ClassVar[str] = "image_delta"
    source: Wire | None
    error: Wire | None


@dataclass(frozen=True, slots=True)
class BlockStop(BlockEvent):
    """The content block is whole."""

    kind: ClassVar[str] = "block_stop"


@dataclass(frozen=True, slots=True)
class MessageStop(Event):
    """The message is whole; usage follows in `Metadata`. `stop_reason` is a string, as new reasons appear."""

    kind: ClassVar[str] = "message_stop"
    stop_reason: str
    additional_fields: Any


@dataclass(frozen=True, slots=True)
class Metadata(Event):
    """Usage, metrics, trace, performance configuration and service tier, as they came."""

    kind: ClassVar[str] = "metadata"
    body: Wire


@dataclass(frozen=True, slots=True)
class StreamException(Event):
    """The service gave up in mid-stream. `code` is the union's member, such as `throttlingException`."""

    kind: ClassVar[str] = "exception"
    code: str
    message: str
    original_status: int | None
    original_message: str | None


@dataclass(frozen=True, slots=True)
class Unknown(Event):
    """An event of a kind or shape that this version does not know; its payload is in `wire`."""

    kind: ClassVar[str] = "unknown"

    @property
    def block(self) -> int | None:
        """The contentBlockIndex, where the payload has one."""
        for body in self.wire.values():
            if isinstance(body, dict) and isinstance(index := body.get("contentBlockIndex"), int):
                return index
        return None


def parse(wire: Wire) -> Event:
    """The typed event of a wire event; `Unknown` where the kind or the shape of the body is not known."""
    if len(wire) != 1:
        return Unknown(wire)
    ((name, body),) = wire.items()
    read = _READERS.get(name) or (_read_exception if is_exception(name) else None)
    if read is None or not isinstance(body, dict):
        return Unknown(wire)
    return read(wire, body) or Unknown(wire)


def is_exception(name: object) -> bool:
    """Whether a member's name is that of an exception, also of one that the service model does not list."""
    return isinstance(name, str) and name.endswith("Exception")


def _read_delta(wire: Wire, body: Wire) -> Event | None:
    index, delta = body.get("contentBlockIndex"), body.get("delta")
    if not isinstance(index, int) or not isinstance(delta, dict) or len(delta) != 1:
        return None
    match delta:
        case {"text": str(piece)}:
            return TextDelta(wire, index, piece)
        case {"toolUse": {"input": str(piece)}}:
            return ToolInputDelta(wire, index, piece)
        case {"reasoningContent": dict() as reasoning} if len(reasoning) == 1:
            return _read_reasoning(wire, index, reasoning)
        case {"citation": dict() as citation}:
            return CitationDelta(wire, index, citation)
        case {"toolResult": [*parts]} if all(isinstance(part, dict) for part in parts):
            return ToolResultDelta(wire, index, tuple(parts))
        case {"image": dict() as image}:
            return _read_image(wire, index, image)
    return None


def _read_reasoning(wire: Wire, index: int, reasoning: Wire) -> Event | None:
    match reasoning:
        case {"text": str(piece)}:
            return ReasoningDelta(wire, index, piece)
        case {"signature": str(signature)}:
            return ReasoningSignature(wire, index, signature)
        case {"redactedContent": bytes(data)}:
            return RedactedReasoning(wire, index, data)
    return None


def _read_image(wire: Wire, index: int, image: Wire) -> Event | None:
    source, error = image.get("source"), image.get("error")
    if not all(part is None or isinstance(part, dict) for part in (source, error)):
        return None
    return ImageDelta(wire, index, source, error)


def _read_start(wire: Wire, body: Wire) -> Event | None:
    index, start = body.get("contentBlockIndex"), body.get("start")
    if not isinstance(index, int) or not isinstance(start, dict) or len(start) != 1:
        return None
    match start:
        case {"toolUse": {"toolUseId": str(tool_use_id), "name": str(name)} as tool}:
            return ToolUseStart(wire, index, tool_use_id, name, _optional_text(tool, "type"))
        case {"toolResult": {"toolUseId": str(tool_use_id)} as result}:
            kind, status = _optional_text(result, "type"), _optional_text(result, "status")
            return ToolResultStart(wire, index, tool_use_id, kind, status)
        case {"image": {"format": str(image_format)}}:
            return ImageStart(wire, index, image_format)
    return None


def _read_block_stop(wire: Wire, body: Wire) -> Event | None:
    index = body.get("contentBlockIndex")
    return BlockStop(wire, index) if isinstance(index, int) else None


def _read_message_start(wire: Wire, body: Wire) -> Event | None:
    role = body.get("role")
    return MessageStart(wire, role) if isinstance(role, str) else None


def _read_message_stop(wire: Wire, body: Wire) -> Event | None:
    reason = body.get("stopReason")
    return MessageStop(wire, reason, body.get("additionalModelResponseFields")) if isinstance(reason, str) else None


def _read_metadata(wire: Wire, body: Wire) -> Event:
    return Metadata(wire, body)


def _read_exception(wire: Wire, body: Wire) -> Event:
    status = body.get("originalStatusCode")
    return StreamException(
        wire,
        code=next(iter(wire)),
        message=_optional_text(body, "message") or _optional_text(body, "Message") or "",
        original_status=status if isinstance(status, int) else None,
        original_message=_optional_text(body, "originalMessage"),
    )


def _optional_text(body: Wire, name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) else None


_READERS: dict[str, Callable[[Wire, Wire], Event | None]] = {
    "contentBlockDelta": _read_delta,
    "contentBlockStart": _read_start,
    "contentBlockStop": _read_block_stop,
    "messageStart": _read_message_start,
    "messageStop": _read_message_stop,
    "metadata": _read_metadata,
}
