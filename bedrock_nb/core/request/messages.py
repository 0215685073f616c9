"""What of a turn goes back to the service in the next request.

The service refuses blank text, reasoning that nobody vouches for, and an empty message (ValidationException), so these
do not go back. What is signed or redacted goes back as it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeGuard

from bedrock_nb.core.blocks import (
    Block,
    Citation,
    ImageBlock,
    ReasoningBlock,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
)
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.nearest import did_you_mean
from bedrock_nb.core.turn import Turn

Message = dict[str, Any]


def assistant_message(turn: Turn) -> Message | None:
    """The turn as a message fit to be sent back: `{"role": "assistant", "content": [...]}`.

    None where nothing of it can be sent: an empty message is refused.
    """
    # The service refuses a call of its own without the result, and a result without the call.
    called = {block.tool_use_id for block in turn.blocks if _is_server_call(block)}
    answered = {block.tool_use_id for block in turn.blocks if isinstance(block, ToolResultBlock)}
    paired = called & answered
    blocks = [block for block in turn.blocks if not _is_of_the_service(block) or block.tool_use_id in paired]
    content = [part for block in blocks if (part := _content(block)) is not None]
    return {"role": "assistant", "content": content} if content else None


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


def answer_calls(turn: Turn, outputs: Mapping[str, Any]) -> Message:
    """The message that answers a turn's tool calls, made of what the tools gave.

    Args:
        turn: The answer that called them.
        outputs: For each call its output, as `tool_result` takes it, by the call's `tool_use_id`; an exception is
            told to the model as a failure. A call with no output is answered as one that did not run.

    Raises:
        InvalidInput: There are no calls to answer, or an output belongs to none of them.
    """
    calls = [call.tool_use_id for call in turn.tool_calls if call.tool_use_id]
    strange = [tool_use_id for tool_use_id in outputs if tool_use_id not in calls]
    if strange:
        raise InvalidInput(f"There is no tool call `{strange[0]}` in this answer. {did_you_mean(strange[0], calls)}")
    if not calls:
        raise InvalidInput("There is no tool call to answer.")
    return tool_result_message(_answer(call, outputs.get(call, _NOT_RUN)) for call in calls)


def next_message(before: Message | None, *content: str | Mapping[str, Any]) -> Message:
    """The user's message that goes on after the message `before`.

    The service refuses an answer with tool calls that is followed by anything but their results, so calls of `before`
    that `content` does not answer are answered as not run.
    """
    parts = user_message(*content)["content"]
    answered = {part["toolResult"].get("toolUseId") for part in parts if "toolResult" in part}
    open_calls = [call for call in _client_calls(before) if call not in answered]
    return user_message(*(_answer(call, _NOT_RUN) for call in open_calls), *parts)


_NOT_RUN = RuntimeError("The tool was not run.")


def _answer(tool_use_id: str, output: Any) -> dict[str, Any]:
    if isinstance(output, BaseException):
        return tool_result(tool_use_id, str(output) or type(output).__name__, failed=True)
    return tool_result(tool_use_id, output)


def _client_calls(message: Message | None) -> list[str]:
    if message is None or message.get("role") != "assistant":
        return []
    calls = [part["toolUse"] for part in message["content"] if "toolUse" in part]
    return [call["toolUseId"] for call in calls if "type" not in call]


def _is_of_the_service(block: Block) -> TypeGuard[ToolUseBlock | ToolResultBlock]:
    return isinstance(block, ToolResultBlock) or _is_server_call(block)


def _is_server_call(block: Block) -> TypeGuard[ToolUseBlock]:
    return isinstance(block, ToolUseBlock) and block.server


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
