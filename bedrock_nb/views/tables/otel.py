"""A call as a span with OpenTelemetry's names for generative AI.

Names and meanings: "Semantic conventions for generative client AI spans" and "… for AWS Bedrock operations" of
opentelemetry.io, both in development. Input tokens there include those read from and written to the cache; Bedrock's
do not, so they are added up here.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from bedrock_nb.core.encoding.jsonable import to_jsonable
from bedrock_nb.core.recording import Recording

PROVIDER = "aws.bedrock"


def span_of(recording: Recording, *, content: bool = False) -> dict[str, Any]:
    """The span: `name`, `kind`, ids, times in nanoseconds since 1970, `attributes` and `status`.

    Args:
        recording: The call.
        content: Whether what was asked and answered is told too; the conventions leave it out unless it is asked for.
    """
    identity = hashlib.sha256(recording.id.encode()).hexdigest() if recording.id else ""
    attributes = _request(recording) | _response(recording) | _usage(recording)
    if content:
        attributes |= _content(recording)
    return {
        "name": f"chat {recording.model}".strip(),
        "kind": "CLIENT",
        "trace_id": identity[:32] or None,
        "span_id": identity[32:48] or None,
        "start_time_unix_nano": _nanoseconds(recording.started_at),
        "end_time_unix_nano": _nanoseconds(recording.ended_at),
        "attributes": {name: value for name, value in attributes.items() if value is not None},
        "status": _status(recording),
    }


def _request(recording: Recording) -> dict[str, Any]:
    inference = recording.request.get("inferenceConfig") or {}
    guardrail = (recording.request.get("guardrailConfig") or {}).get("guardrailIdentifier")
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": PROVIDER,
        "gen_ai.request.model": recording.model or None,
        "gen_ai.request.max_tokens": inference.get("maxTokens"),
        "gen_ai.request.temperature": inference.get("temperature"),
        "gen_ai.request.top_p": inference.get("topP"),
        "gen_ai.request.stop_sequences": inference.get("stopSequences"),
        "aws.bedrock.guardrail.id": guardrail,
        "cloud.region": recording.response.get("region"),
    }


def _response(recording: Recording) -> dict[str, Any]:
    return {
        "gen_ai.response.model": recording.turn.invoked_model,
        "gen_ai.response.finish_reasons": [recording.stop_reason] if recording.stop_reason else None,
        "aws.request_id": recording.request_id,
        "http.response.status_code": recording.response.get("http_status"),
        "error.type": recording.error.code if recording.error else None,
    }


def _usage(recording: Recording) -> dict[str, Any]:
    usage = recording.usage
    if usage is None:
        return {}
    cached = (usage.cache_read_tokens or 0) + (usage.cache_write_tokens or 0)
    return {
        "gen_ai.usage.input_tokens": None if usage.input_tokens is None else usage.input_tokens + cached,
        "gen_ai.usage.output_tokens": usage.output_tokens,
        "gen_ai.usage.cache_read.input_tokens": usage.cache_read_tokens,
        "gen_ai.usage.cache_creation.input_tokens": usage.cache_write_tokens,
    }


def _content(recording: Recording) -> dict[str, Any]:
    answer = recording.message
    return {
        "gen_ai.input.messages": _messages(recording.request.get("messages") or []),
        "gen_ai.output.messages": _messages([answer] if answer else []),
        "gen_ai.system_instructions": _parts(recording.request.get("system") or []) or None,
    }


def _messages(messages: list[Any]) -> str:
    told = [
        {"role": message.get("role"), "parts": json.loads(_parts(message.get("content") or []))} for message in messages
    ]
    return json.dumps(told, ensure_ascii=False)


def _parts(content: list[Any]) -> str:
    return json.dumps([_part(part) for part in content if isinstance(part, dict)], ensure_ascii=False)


def _part(part: dict[str, Any]) -> dict[str, Any]:
    match part:
        case {"text": str(text)}:
            return {"type": "text", "content": text}
        case {"toolUse": dict() as call}:
            arguments = to_jsonable(call.get("input"))
            return {"type": "tool_call", "id": call.get("toolUseId"), "name": call.get("name"), "arguments": arguments}
        case {"toolResult": dict() as result}:
            response = to_jsonable(result.get("content"))
            return {"type": "tool_call_response", "id": result.get("toolUseId"), "response": response}
        case {"reasoningContent": {"reasoningText": {"text": str(text)}}}:
            return {"type": "reasoning", "content": text}
    return {"type": next(iter(part), "unknown")}  # bytes of images and documents do not belong into a span


def _status(recording: Recording) -> dict[str, str]:
    if recording.error is None or recording.stopped:
        return {"code": "UNSET"}
    return {"code": "ERROR", "message": recording.error.message}


def _nanoseconds(when: datetime | None) -> int | None:
    return None if when is None else round(when.timestamp() * 1_000_000) * 1000
