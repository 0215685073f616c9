"""Messages that go into another request than the one they came from, made fit for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

from bedrock_nb.core.encoding.jsonable import to_jsonable
from bedrock_nb.core.request.messages import Message


def answered(messages: Sequence[Message]) -> bool:
    """Whether every call of the client's tools has its result in the very next message, as the service demands."""
    turns = [*messages, {"role": "user", "content": []}]
    return all(_calls(one) <= _results(other) for one, other in pairwise(turns))


def for_another_model(messages: Iterable[Message]) -> list[Message]:
    """The messages without reasoning: what one model has signed or encrypted, another one cannot read."""
    return _each_part(messages, lambda part: None if "reasoningContent" in part else part)


def without_cache_points(messages: Iterable[Message]) -> list[Message]:
    """The messages without cache points: a request may have few, and each prompt of a long conversation had its own."""
    return _each_part(messages, lambda part: None if "cachePoint" in part else part)


def in_words(messages: Iterable[Message]) -> list[Message]:
    """The messages with tool calls and results told as text, for a request that declares no tools."""
    return _each_part(messages, _in_words)


def told(message: Message) -> str:
    """What a message says, for people to read: its text, and in words all else that is in it."""
    # An answer's texts are pieces of one, cut where a citation begins; a user's are texts of their own.
    between_texts = "" if message["role"] == "assistant" else "\n\n"
    groups = groupby(message["content"], key=lambda part: _text_of(part) is not None)
    words = [
        between_texts.join(filter(None, map(_text_of, parts))) if is_text else "\n\n".join(_words_of(parts))
        for is_text, parts in groups
    ]
    return "\n\n".join(each.strip("\n") for each in words if each.strip())


def _text_of(part: Mapping[str, Any]) -> str | None:
    match part:
        case {"text": str(text)} | {"guardContent": {"text": {"text": str(text)}}}:
            return text
        case {"citationsContent": {"content": [*pieces]}}:
            return "".join(str(piece.get("text", "")) for piece in pieces)
    return None


def _words_of(parts: Iterable[dict[str, Any]]) -> Iterator[str]:
    hidden = {"reasoningContent", "cachePoint"}
    yield from (_part_in_words(_in_words(part)) for part in parts if not hidden & part.keys())


def _each_part(messages: Iterable[Message], change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> list[Message]:
    changed = []
    for message in messages:
        parts = [part for each in message["content"] if (part := change(each)) is not None]
        changed.append({**message, "content": parts or [{"text": "(nothing that can be sent again)"}]})
    return changed


def _in_words(part: dict[str, Any]) -> dict[str, Any]:
    match part:
        case {"toolUse": call}:
            return {"text": f"[called {call['name']} with {_json(call['input'])}]"}
        case {"toolResult": result}:
            told = " ".join(_part_in_words(each) for each in result["content"]) or "nothing"
            return {"text": f"[{'it failed' if result.get('status') == 'error' else 'it gave'}: {told}]"}
    return part


def _part_in_words(part: dict[str, Any]) -> str:
    match part:
        case {"text": str(text)}:
            return text
        case {"json": value}:
            return _json(value)
        case {"document": {"name": str(name)}}:
            return f"(document {name})"
    return f"({next(iter(part), 'nothing')})"


def _json(value: Any) -> str:
    return json.dumps(to_jsonable(value), ensure_ascii=False, default=str)


def _calls(message: Message) -> set[str]:
    calls = [part["toolUse"] for part in message["content"] if "toolUse" in part]
    return {call["toolUseId"] for call in calls if "type" not in call}


def _results(message: Message) -> set[str]:
    if message["role"] != "user":
        return set()
    return {part["toolResult"]["toolUseId"] for part in message["content"] if "toolResult" in part}
