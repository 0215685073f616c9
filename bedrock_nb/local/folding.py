"""A stream folded into the one response that `converse` gives."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from botocore.eventstream import EventStreamBuffer, ParserError

from bedrock_nb.local.steps import ServiceError, StreamException, WireEvent

STREAM_EXCEPTION_STATUS = {
    "internalServerException": 500,
    "modelStreamErrorException": 424,
    "validationException": 400,
    "throttlingException": 429,
    "serviceUnavailableException": 503,
}


def converse_response(wire_events: Iterable[WireEvent]) -> dict[str, Any]:
    """The body of a `converse` response that says the same as these events; unknown ones are left out."""
    blocks: dict[int, dict[str, Any]] = {}
    response: dict[str, Any] = {"output": {"message": {"role": "assistant", "content": []}}}
    for wire_event in wire_events:
        [(kind, payload)] = wire_event.items()
        match kind:
            case "contentBlockStart":
                blocks.setdefault(payload["contentBlockIndex"], {}).update(payload["start"])
            case "contentBlockDelta":
                _grow(blocks.setdefault(payload["contentBlockIndex"], {}), payload["delta"])
            case "messageStop" | "metadata":
                response |= {key: value for key, value in payload.items() if key != "p"}
    content = (_finished(blocks[index]) for index in sorted(blocks))
    response["output"]["message"]["content"] = [block for block in content if block]
    return response


def service_error(exception: StreamException) -> ServiceError:
    """The HTTP error that `converse` gives where `converse_stream` breaks off with this exception."""
    code = exception.exception_type[:1].upper() + exception.exception_type[1:]
    code = code.replace("ModelStreamError", "ModelError")
    status = STREAM_EXCEPTION_STATUS.get(exception.exception_type, 400)
    return ServiceError(status, code, exception.message, **exception.members)


def decoded_events(body: bytes) -> Iterator[WireEvent | StreamException]:
    """The events in raw frames, up to the first one that is damaged, unfinished or no JSON."""
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    with suppress(StopIteration, ParserError, ValueError):
        while True:
            message = buffer.next().to_response_dict()
            payload = json.loads(message["body"] or b"{}")
            if message["headers"][":message-type"] == "event":
                yield {message["headers"][":event-type"]: payload}
            else:
                yield _decoded_exception(message["headers"], payload)


def _decoded_exception(headers: Mapping[str, Any], payload: dict[str, Any]) -> StreamException:
    name = headers.get(":exception-type") or headers.get(":error-code", "internalServerException")
    message = payload.get("message") or headers.get(":error-message", "")
    return StreamException(name, message)


def _grow(block: dict[str, Any], delta: dict[str, Any]) -> None:
    """Add one delta to the parts of its block: text is joined, the rest is collected."""
    for kind, value in delta.items():
        match kind:
            case "text":
                block["text"] = block.get("text", "") + value
            case "toolUse":
                block["input"] = block.get("input", "") + value.get("input", "")
            case "toolResult" | "citation":
                block.setdefault(f"{kind} parts", []).extend(value if isinstance(value, list) else [value])
            case "reasoningContent":
                _grow_reasoning(block.setdefault(kind, {}), value)
            case "image":
                block.setdefault(kind, {}).update(value)


def _grow_reasoning(reasoning: dict[str, Any], delta: dict[str, Any]) -> None:
    for part in ("text", "signature"):
        if part in delta:
            reasoning[part] = reasoning.get(part, "") + delta[part]
    if "redactedContent" in delta:
        piece = delta["redactedContent"]
        piece = base64.b64decode(piece) if isinstance(piece, str) else piece
        reasoning["redactedContent"] = reasoning.get("redactedContent", b"") + piece


def _finished(block: dict[str, Any]) -> dict[str, Any]:
    """A content block in the form that messages have."""
    match block:
        case {"toolUse": tool_use}:
            return {"toolUse": {**tool_use, "input": _parsed_input(block.get("input", ""))}}
        case {"toolResult": result}:
            return {"toolResult": {**result, "content": block.get("toolResult parts", [])}}
        case {"citation parts": citations}:
            content = [{"text": block["text"]}] if "text" in block else []
            return {"citationsContent": {"content": content, "citations": citations}}
        case {"reasoningContent": {"redactedContent": content}}:
            return {"reasoningContent": {"redactedContent": content}}
        case {"reasoningContent": reasoning}:
            return {"reasoningContent": {"reasoningText": {"text": "", **reasoning}}}
        case {"image": image}:
            return {"image": image}
        case {"text": text}:
            return {"text": text}
        case _:
            return {}


def _parsed_input(text: str) -> Any:
    """The tool's input as `converse` returns it; where the JSON was cut off, what the service gives: nothing."""
    try:
        return json.loads(text or "{}")
    except ValueError:
        return {}
