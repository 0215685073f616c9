"""What of a turn goes back to the service in the next request.

The service refuses blank text, reasoning that nobody vouches for, and an empty message (ValidationException), so these
do not go back. What is signed or redacted goes back as it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bedrock_nb.core.blocks import (
    Block,
    Citation,
    ImageBlock,
    ReasoningBlock,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
)
from bedrock_nb.core.turn import Turn

Message = dict[str, Any]


def assistant_message(turn: Turn) -> Message | None:
    """The turn as a message fit to be sent back: `{"role": "assistant", "content": [...]}`.

    None where nothing of it can be sent: an empty message is refused.
    """
    content = [part for block in turn.blocks if (part := _content(block)) is not None]
    return {"role": turn.role, "content": content} if content else None


def user_message(*content: str | Mapping[str, Any]) -> Message:
    """A message of the user: texts, or content blocks as Bedrock's request has them."""
    return {"role": "user", "content": [{"text": part} if isinstance(part, str) else dict(part) for part in content]}


def tool_result(tool_use_id: str, output: Any, *, failed: bool = False) -> dict[str, Any]:
    """A toolResult content block. `output` is text, a list of Bedrock's own parts, or a JSON-safe value."""
    result: dict[str, Any] = {"toolUseId": tool_use_id, "content": _result_parts(output)}
    if failed:
        result["status"] = "error"
    return {"toolResult": result}


def tool_result_message(results: Iterable[Mapping[str, Any]]) -> Message:
    """The message that answers a turn's tool calls, made of `tool_result` blocks, one for each call."""
    return user_message(*results)


def _result_parts(output: Any) -> list[dict[str, Any]]:
    if isinstance(output, str):
        return [{"text": output or " "}]
    if isinstance(output, Sequence) and output and all(_is_result_part(part) for part in output):
        return list(output)
    return [{"json": output if isinstance(output, dict) else {"result": output}}]


def _is_result_part(part: Any) -> bool:
    kinds = {"text", "json", "image", "document", "video", "searchResult"}
    return isinstance(part, dict) and len(part) == 1 and next(iter(part)) in kinds


def _content(block: Block) -> dict[str, Any] | None:
    match block:
        case TextBlock():
            return _text_content(block)
        case ReasoningBlock():
            return _reasoning_content(block)
        case ToolUseBlock():
            return _tool_use_content(block)
        case ToolResultBlock() if block.tool_use_id:
            return _tool_result_content(block)
        case ImageBlock() if block.rope and block.format:
            return {"image": {"format": block.format, "source": {"bytes": block.data}}}
        case ImageBlock() if block.s3_location and block.format:
            return {"image": {"format": block.format, "source": {"s3Location": block.s3_location}}}
    return None


def _text_content(block: TextBlock) -> dict[str, Any] | None:
    if not block.text.strip():
        return None
    if not block.citations:
        return {"text": block.text}
    citations = [_citation_content(citation) for citation in block.citations]
    return {"citationsContent": {"content": [{"text": block.text}], "citations": citations}}


def _citation_content(citation: Citation) -> dict[str, Any]:
    known = ("title", "source", "sourceContent", "location")
    return {name: citation.wire[name] for name in known if name in citation.wire}


def _reasoning_content(block: ReasoningBlock) -> dict[str, Any] | None:
    if block.redacted_rope:
        return {"reasoningContent": {"redactedContent": block.redacted}}
    if block.signature:
        return {"reasoningContent": {"reasoningText": {"text": block.text, "signature": block.signature}}}
    return None


def _tool_use_content(block: ToolUseBlock) -> dict[str, Any] | None:
    if not block.name or not block.tool_use_id:
        return None
    # A call whose input was cut off cannot be sent as it came; its result says that it did not run.
    tool_use = {"toolUseId": block.tool_use_id, "name": block.name, "input": block.input if block.valid else {}}
    return {"toolUse": tool_use | ({"type": block.tool_type} if block.tool_type else {})}


def _tool_result_content(block: ToolResultBlock) -> dict[str, Any]:
    result: dict[str, Any] = {"toolUseId": block.tool_use_id, "content": list(block.content)}
    result |= {"status": block.status} if block.status else {}
    return {"toolResult": result | ({"type": block.tool_type} if block.tool_type else {})}
