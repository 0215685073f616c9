"""What tools gave back, ready to be shown: all of it, and a line that says what it is."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from bedrock_nb.core.blocks import ToolResultBlock
from bedrock_nb.core.encoding.jsonable import to_jsonable
from bedrock_nb.views.panel.json_text import json_text
from bedrock_nb.views.panel.panel import Image, ResultPart, ToolResult

Results = Mapping[str, ToolResult]
"""Results by the id of the call."""

PREVIEW = 160
"""Characters that a preview has at most: a line of the widest panel."""
_LOOKED_AT = 10 * PREVIEW
_INSIDE_BRACKETS = re.compile(r"(?<=[\[{])\n *|\n *(?=[\]}])")


def own_result(block: ToolResultBlock) -> ToolResult:
    """The result of a tool that the service ran."""
    return ToolResult(block.status == "error", _result_parts(block.content))


def sent_results(request: Mapping[str, Any]) -> Results:
    """The results that a request gives back to the model. It may be any data: nobody checks one that is loaded."""
    messages = request.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    content = last.get("content") if isinstance(last, dict) else None
    blocks = content if isinstance(content, list) else ()
    results = [block["toolResult"] for block in blocks if isinstance(block, dict) and "toolResult" in block]
    return {
        result["toolUseId"]: ToolResult(result.get("status") == "error", _result_parts(result.get("content")))
        for result in results
        if isinstance(result, dict) and isinstance(result.get("toolUseId"), str)
    }


def _result_parts(content: Any) -> tuple[ResultPart, ...]:
    """Each part; what is no list of parts counts as one."""
    if content is None:
        return ()
    return tuple(map(_result_part, content if isinstance(content, (list, tuple)) else (content,)))


def _result_part(part: Any) -> ResultPart:
    match part:
        case {"text": str(text)}:
            return ResultPart("text", text, _in_one_line(text))
        case {"json": value}:
            return _json_part("json", value)
        case dict() if part:
            kind = next(iter(part))
            return _file_part(kind, part) or _json_part(kind, part)
    return _json_part("unknown", part)


def _file_part(kind: str, part: Mapping[str, Any]) -> ResultPart | None:
    """A picture, a document or the like, where its bytes are there."""
    match part[kind]:
        case {"format": str(suffix), "source": {"bytes": bytes() | bytearray() as data}, **rest}:
            name = f" {rest['name']}" if isinstance(rest.get("name"), str) else ""
            preview = _in_one_line(f"{kind}{name} ({suffix}, {len(data):,} bytes)")
            note = "" if data else "The image came without its bytes."
            picture = Image("", suffix, base64_of(bytes(data)), note) if kind == "image" else None
            return ResultPart(kind, json_text(to_jsonable(_counted(part))), preview, picture)
    return None


def _json_part(kind: str, value: Any) -> ResultPart:
    text = json_text(to_jsonable(value))
    return ResultPart(kind, text, _json_preview(text))


def _json_preview(text: str) -> str:
    """The beginning of JSON in one line; only its layout has line ends."""
    inside = _INSIDE_BRACKETS.sub("", _beginning(text))
    return _shortened(re.sub(r"\n *", " ", inside))


def _in_one_line(text: str) -> str:
    return _shortened(" ".join(_beginning(text).split()))


def _beginning(text: str) -> str:
    return text if len(text) <= _LOOKED_AT else f"{text[:_LOOKED_AT]}…"


def _shortened(line: str) -> str:
    return line if len(line) <= PREVIEW else f"{line[: PREVIEW - 1]}…"


def _counted(value: Any) -> Any:
    """The value with how many bytes there are in place of bytes: nobody reads base64."""
    match value:
        case bytes() | bytearray():
            return f"{len(value):,} bytes"
        case dict():
            return {name: _counted(member) for name, member in value.items()}
    return value


@lru_cache(maxsize=8)
def base64_of(data: bytes) -> str:
    """Kept, as a picture is presented again with every paint that follows."""
    return base64.b64encode(data).decode("ascii")
