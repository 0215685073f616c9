"""The content blocks of a turn: what the events of one contentBlockIndex amount to so far."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from bedrock_nb.core.events import Wire
from bedrock_nb.core.partial_json import parse_partial_json
from bedrock_nb.core.rope import NO_BYTES, NO_TEXT, NOTHING, Rope

if TYPE_CHECKING:
    from bedrock_nb.core.tools import BoundCall


@dataclass(frozen=True, slots=True)
class Citation:
    """Where text comes from. Members as in Bedrock's `Citation`; `location` is its union, as it came."""

    wire: Wire

    @property
    def title(self) -> str:
        """The title of the source; empty where none was given."""
        return _text(self.wire, "title")

    @property
    def source(self) -> str:
        """The source's own identifier; empty where none was given."""
        return _text(self.wire, "source")

    @property
    def quoted(self) -> str:
        """The text of the source that is cited, its parts joined."""
        parts = self.wire.get("sourceContent")
        if not isinstance(parts, list):
            return ""
        return "".join(_text(part, "text") for part in parts if isinstance(part, dict))

    @property
    def location(self) -> Wire:
        """Bedrock's union of `web`, `documentChar`, `documentPage`, `documentChunk` and `searchResultLocation`."""
        location = self.wire.get("location")
        return location if isinstance(location, dict) else {}


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Text, with its citations in the order they came. `whole` is true once the block's stop event came."""

    kind: ClassVar[str] = "text"
    index: int
    rope: Rope[str] = NO_TEXT
    citation_rope: Rope[tuple[Citation, ...]] = NOTHING
    whole: bool = False

    @property
    def text(self) -> str:
        """The text so far."""
        return self.rope.joined()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations so far. The service sends a block's citations before its text."""
        return self.citation_rope.joined()


@dataclass(frozen=True, slots=True)
class ReasoningBlock:
    """Reasoning: text with a signature, or bytes that only the provider can read."""

    kind: ClassVar[str] = "reasoning"
    index: int
    rope: Rope[str] = NO_TEXT
    signature: str = ""
    redacted_rope: Rope[bytes] = NO_BYTES
    whole: bool = False

    @property
    def text(self) -> str:
        """The reasoning so far; empty where it is redacted."""
        return self.rope.joined()

    @property
    def redacted(self) -> bytes:
        """The encrypted reasoning, all its pieces joined."""
        return self.redacted_rope.joined()


@dataclass(frozen=True, slots=True)
class ToolUseBlock:
    """A call of a tool. `name` is empty where its start event was lost."""

    kind: ClassVar[str] = "tool_use"
    index: int
    tool_use_id: str = ""
    name: str = ""
    tool_type: str | None = None
    rope: Rope[str] = NO_TEXT
    whole: bool = False

    @property
    def server(self) -> bool:
        """Whether the service runs this tool; the client must not."""
        return self.tool_type is not None

    @property
    def input_json(self) -> str:
        """The input's JSON text, as it came so far."""
        return self.rope.joined()

    @property
    def input(self) -> Any:
        """The parsed input; `{}` where no input came; None while or where the JSON text does not parse."""
        text = self.input_json
        if not text.strip():
            return {}
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return None

    @property
    def valid(self) -> bool:
        """Whether the input is a JSON object, as a tool's input has to be."""
        return isinstance(self.input, dict)

    def bind(self, function: Callable[..., Any]) -> BoundCall:
        """This call as something to be called: `call.bind(function)()` runs the function with the call's input."""
        from bedrock_nb.core.tools import BoundCall  # tools builds on blocks

        return BoundCall(self, function)

    @property
    def partial_input(self) -> Any:
        """What can already be read of the input, open strings and containers closed where they stand."""
        return parse_partial_json(self.input_json)


@dataclass(frozen=True, slots=True)
class ToolResultBlock:
    """What a tool of the service returned."""

    kind: ClassVar[str] = "tool_result"
    index: int
    tool_use_id: str = ""
    tool_type: str | None = None
    status: str | None = None
    rope: Rope[tuple[Wire, ...]] = NOTHING
    whole: bool = False

    @property
    def content(self) -> tuple[Wire, ...]:
        """Its parts: dicts with `text` or `json`."""
        return self.rope.joined()


@dataclass(frozen=True, slots=True)
class ImageBlock:
    """An image: its bytes, or where it lies (`s3_location`), or why there is none (`error`)."""

    kind: ClassVar[str] = "image"
    index: int
    format: str = ""
    rope: Rope[bytes] = NO_BYTES
    s3_location: Wire | None = None
    error: Wire | None = None
    whole: bool = False

    @property
    def data(self) -> bytes:
        """The image's bytes so far."""
        return self.rope.joined()


@dataclass(frozen=True, slots=True)
class UnknownBlock:
    """A block of a kind that this version does not know."""

    kind: ClassVar[str] = "unknown"
    index: int
    rope: Rope[tuple[Wire, ...]] = NOTHING
    whole: bool = False

    @property
    def wires(self) -> tuple[Wire, ...]:
        """The wire events that made it; none where the block ended before anything came."""
        return self.rope.joined()

    @property
    def name(self) -> str:
        """What the service calls this kind, as far as it can be told from the payload."""
        for wire in self.wires:
            for body in wire.values():
                for part in ("start", "delta"):
                    union = body.get(part) if isinstance(body, dict) else None
                    if isinstance(union, dict) and union:
                        return _sdk_name(union)
        return "unknown"


Block: TypeAlias = TextBlock | ReasoningBlock | ToolUseBlock | ToolResultBlock | ImageBlock | UnknownBlock


def _sdk_name(union: Wire) -> str:
    name, value = next(iter(union.items()))
    if name == "SDK_UNKNOWN_MEMBER" and isinstance(value, dict):
        return str(value.get("name", "unknown"))
    return str(name)


def _text(body: Wire, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
