"""Where a prompt's cache points go.

A cache point ends a stretch of the request that the service keeps for a while and charges less for when it comes again.
A model that knows none refuses it. Source: "Prompt caching for faster model inference" of the Bedrock user guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bedrock_nb.core.request.content import cache_point
from bedrock_nb.core.request.model_ids import provider_of

MOST_CACHE_POINTS = 4
"""In one request. Source: as above."""
_NONE_AFTER_TOOLS = frozenset({"amazon"})
"""Providers whose models take cache points after the system text and in messages only."""


def with_cache_points(request: Mapping[str, Any], ttl: str | None = None) -> dict[str, Any]:
    """The request with a cache point after its tools, after its system text and at the end of its last message.

    One that stands there already is left as it is. The request given stays as it was.

    Args:
        request: The arguments of converse_stream.
        ttl: How long the service keeps it, "5m" or "1h"; as long as the model does by itself where it is None.
    """
    point = cache_point(ttl)
    cached = dict(request)
    if cached.get("system"):
        cached["system"] = _ended(cached["system"], point)
    tools = cached.get("toolConfig", {}).get("tools")
    if tools and provider_of(str(cached.get("modelId", ""))) not in _NONE_AFTER_TOOLS:
        cached["toolConfig"] = {**cached["toolConfig"], "tools": _ended(tools, point)}
    if cached.get("messages"):
        *before, last = cached["messages"]
        messages = [*before, {**last, "content": _ended(last["content"], point)}]
        cached["messages"] = _with_the_newest(messages, MOST_CACHE_POINTS - _count(cached))
    return cached


def _count(request: Mapping[str, Any]) -> int:
    """The cache points after tools and in the system text."""
    parts = [*request.get("system", ()), *request.get("toolConfig", {}).get("tools", ())]
    return sum("cachePoint" in part for part in parts)


def _with_the_newest(messages: list[Any], most: int) -> list[Any]:
    """The messages with no more cache points than this, the newest ones; a chat brings one with each exchange."""
    kept = []
    for message in reversed(messages):
        content = []
        for part in reversed(message["content"]):
            if "cachePoint" in part:
                most -= 1
                if most < 0:
                    continue
            content.append(part)
        kept.append({**message, "content": content[::-1]})
    return kept[::-1]


def _ended(parts: list[Any], point: dict[str, Any]) -> list[Any]:
    return list(parts) if parts and "cachePoint" in parts[-1] else [*parts, point]
