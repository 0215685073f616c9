"""Token counts that are plausible, stable and add up; no tokenizer is behind them."""

import json
import math
from typing import Any

from bedrock_nb.local.prompt import Request

CHARACTERS_PER_TOKEN = 4


def tokens_in(text: str) -> int:
    """About as many tokens as English text of this length has."""
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def input_tokens(request: Request) -> int:
    """The size of everything a model would read: messages, system prompt and tools."""
    return sum(tokens_in(_as_text(part)) for part in _parts_in_cache_order(request))


def usage(request: Request, output_tokens: int) -> dict[str, Any]:
    """The `usage` of one answer, with the keys that are on the wire beyond botocore's model.

    What stands before the last cache point is counted as written to the cache on the first question and
    as read from it on every later one. `inputTokens` leaves both out; `totalTokens` has everything.
    """
    total = input_tokens(request)
    cached = cached_tokens(request)
    counts: dict[str, Any] = {
        "inputTokens": total - cached,
        "outputTokens": output_tokens,
        "totalTokens": total + output_tokens,
        "serverToolUsage": {},
    }
    if not cached:
        return counts
    follows_up = any(message["role"] == "assistant" for message in request.get("messages") or ())
    read, written = (cached, 0) if follows_up else (0, cached)
    counts |= {"cacheReadInputTokens": read, "cacheReadInputTokenCount": read}
    counts |= {"cacheWriteInputTokens": written, "cacheWriteInputTokenCount": written}
    if written:
        counts["cacheDetails"] = [{"ttl": _last_ttl(request), "inputTokens": written}]
    return counts


def cached_tokens(request: Request) -> int:
    """The tokens before the last `cachePoint`; 0 where there is none."""
    parts = _parts_in_cache_order(request)
    points = [index for index, part in enumerate(parts) if "cachePoint" in part]
    return sum(tokens_in(_as_text(part)) for part in parts[: points[-1]]) if points else 0


def _parts_in_cache_order(request: Request) -> list[dict[str, Any]]:
    """Tools, then the system prompt, then the messages: the order in which a prefix is cached."""
    parts = list((request.get("toolConfig") or {}).get("tools", ()))
    parts += request.get("system") or ()
    for message in request.get("messages") or ():
        parts += message["content"]
    return parts


def _as_text(part: dict[str, Any]) -> str:
    if "cachePoint" in part:
        return ""
    if "text" in part:
        return str(part["text"])
    return json.dumps(part, ensure_ascii=False)


def _last_ttl(request: Request) -> str:
    points = [part["cachePoint"] for part in _parts_in_cache_order(request) if "cachePoint" in part]
    return str(points[-1].get("ttl", "5m"))
