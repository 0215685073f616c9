"""What a response cost in tokens and time, as the service counted it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bedrock_nb.core.events import Wire


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts. None where the service did not say.

    `input_tokens` does not include cached tokens: input + output + cache read + cache write = total
    (seen in recorded responses: 4 + 10 + 2701 = 2715).
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    total_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    cache_details: tuple[Wire, ...] = ()
    """Tokens written to the cache by time to live: dicts with `ttl` ("5m", "1h") and `inputTokens`."""
    server_tool_usage: Wire | None = None
    """Calls of the service's own tools. It is on the wire, and botocore drops it."""

    @classmethod
    def from_wire(cls, usage: Any) -> Usage | None:
        """The usage of a metadata event's body, or None where there is none."""
        if not isinstance(usage, dict):
            return None
        details = usage.get("cacheDetails")
        server_tools = usage.get("serverToolUsage")
        return cls(
            input_tokens=_count(usage, "inputTokens"),
            output_tokens=_count(usage, "outputTokens"),
            total_tokens=_count(usage, "totalTokens"),
            cache_read_tokens=_count(usage, "cacheReadInputTokens"),
            cache_write_tokens=_count(usage, "cacheWriteInputTokens"),
            cache_details=tuple(part for part in details if isinstance(part, dict))
            if isinstance(details, list)
            else (),
            server_tool_usage=server_tools if isinstance(server_tools, dict) else None,
        )


@dataclass(frozen=True, slots=True)
class Metrics:
    """How long it took. Seconds are measured here, from the moment of the request; None where it did not happen."""

    latency_ms: int | None = None
    """The service's own figure, in milliseconds."""
    time_to_first_event: float | None = None
    time_to_first_text: float | None = None
    duration: float | None = None
    """Seconds from the request to the end of the call; to the last event where nobody saw the end."""
    tokens_per_second: float | None = None
    """Output tokens over the seconds from the first event to the last."""


def _count(body: Wire, name: str) -> int | None:
    value = body.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
