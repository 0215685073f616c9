"""What one line says about a call: a history lists these, and a table of runs has one a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bedrock_nb.core.errors import IncompleteResponse
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.usage import Usage


class RunState(StrEnum):
    """How far a call came."""

    STREAMING = "streaming"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    """The response ended without an error and without a messageStop."""
    FAILED = "failed"
    STOPPED = "stopped"
    """The reader stopped it."""
    LOST = "lost"
    """The process that made the call was gone before the response ended."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One call. Times in seconds, measured from the request; None for what is not known."""

    id: str
    state: RunState
    started_at: datetime | None = None
    model: str = ""
    region: str | None = None
    prompt: str = ""
    """The text of the user's last message that has any."""
    answer: str = ""
    stop_reason: str | None = None
    error: str | None = None
    """The error's code, such as `ThrottlingException`."""
    error_message: str | None = None
    request_id: str | None = None
    invoked_model: str | None = None
    """The model that a prompt router chose."""
    service_tier: str | None = None
    """The tier that served the call, or the one that was asked for."""
    performance: str | None = None
    """The latency that served the call, or the one that was asked for: standard or optimized."""
    input_tokens: int | None = None
    """As Bedrock counts them: without those that were read from or written to the cache."""
    output_tokens: int | None = None
    total_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    cache_write_1h_tokens: int | None = None
    """Those of them that are kept for an hour."""
    latency_ms: int | None = None
    """The service's own figure, in milliseconds."""
    time_to_first_event: float | None = None
    time_to_first_text: float | None = None
    duration: float | None = None
    tokens_per_second: float | None = None
    events: int = 0
    blocks: int = 0
    tool_calls: int = 0
    """Calls that the client has to run."""
    server_tool_calls: int = 0
    """Calls that the service runs."""
    pinned: bool = False


def state_of(recording: Recording) -> RunState:
    """The state of a call that is over."""
    if recording.complete:
        return RunState.COMPLETE
    if recording.stopped:
        return RunState.STOPPED
    return RunState.INCOMPLETE if isinstance(recording.error, IncompleteResponse) else RunState.FAILED


def summary_of(recording: Recording, state: RunState | None = None, *, pinned: bool = False) -> RunSummary:
    """What a line says about this call; its state is worked out where none is given."""
    turn, metrics, error, usage = recording.turn, recording.metrics, recording.error, recording.usage
    return RunSummary(
        id=recording.id,
        state=state or state_of(recording),
        started_at=recording.started_at,
        model=recording.model,
        region=recording.response.get("region"),
        prompt=prompt_of(recording.request),
        answer=recording.text,
        stop_reason=recording.stop_reason,
        error=error.code if error else None,
        error_message=error.message if error else None,
        request_id=recording.request_id,
        invoked_model=turn.invoked_model,
        service_tier=turn.service_tier or _asked(recording.request, "serviceTier", "type"),
        performance=_told_performance(recording) or _asked(recording.request, "performanceConfig", "latency"),
        input_tokens=usage.input_tokens if usage else None,
        output_tokens=usage.output_tokens if usage else None,
        total_tokens=usage.total_tokens if usage else None,
        cache_read_tokens=usage.cache_read_tokens if usage else None,
        cache_write_tokens=usage.cache_write_tokens if usage else None,
        cache_write_1h_tokens=_kept_for_an_hour(usage) if usage else None,
        latency_ms=metrics.latency_ms,
        time_to_first_event=metrics.time_to_first_event,
        time_to_first_text=metrics.time_to_first_text,
        duration=metrics.duration,
        tokens_per_second=metrics.tokens_per_second,
        events=len(recording.log),
        blocks=len(turn.blocks),
        tool_calls=len(turn.tool_calls),
        server_tool_calls=sum(block.server for block in turn.tool_uses),
        pinned=pinned,
    )


def prompt_of(request: Mapping[str, Any]) -> str:
    """The text of the user's last message that has any: results of tools are none."""
    messages = request.get("messages")
    for message in reversed(messages if isinstance(messages, list | tuple) else []):
        if isinstance(message, Mapping) and message.get("role") == "user":
            content = message.get("content")
            parts = content if isinstance(content, list | tuple) else []
            texts = [part["text"] for part in parts if isinstance(part, Mapping) and isinstance(part.get("text"), str)]
            if any(texts):
                return "\n\n".join(texts)
    return ""


def _asked(request: Mapping[str, Any], name: str, member: str) -> str | None:
    body = request.get(name)
    value = body.get(member) if isinstance(body, Mapping) else None
    return value if isinstance(value, str) else None


def _told_performance(recording: Recording) -> str | None:
    return _asked(recording.turn.metadata or {}, "performanceConfig", "latency")


def _kept_for_an_hour(usage: Usage) -> int | None:
    counts = [part.get("inputTokens") for part in usage.cache_details if part.get("ttl") == "1h"]
    return sum(count for count in counts if isinstance(count, int)) if counts else None
