"""Reading a Converse request: what was asked, which tools and documents came with it."""

import base64
import json
from collections.abc import Iterator
from typing import Any

Request = dict[str, Any]


def blocks_of(request: Request, kind: str) -> Iterator[Any]:
    """Every content block of one kind in the conversation, in its order."""
    for message in request.get("messages") or ():
        yield from (block[kind] for block in message["content"] if kind in block)


def last_user_text(request: Request) -> str:
    """The words of the newest user message that has any; empty where none has."""
    for message in reversed(request.get("messages") or ()):
        text = "\n".join(block["text"] for block in message["content"] if "text" in block)
        if message["role"] == "user" and text:
            return text
    return ""


def opening_words(request: Request, count: int = 8) -> str:
    """The first words of the prompt, on one line, with an ellipsis where there were more."""
    words = last_user_text(request).split()
    opening = " ".join(words[:count])[:80]
    return opening + ("…" if len(words) > count or len(" ".join(words)) > len(opening) else "")


def tool_specs(request: Request) -> list[dict[str, Any]]:
    """The tools that may be called: `toolSpec` members, narrowed by a `toolChoice` that names one."""
    config = request.get("toolConfig") or {}
    specs = [tool["toolSpec"] for tool in config.get("tools", ()) if "toolSpec" in tool]
    chosen = (config.get("toolChoice") or {}).get("tool")
    return [spec for spec in specs if spec["name"] == chosen["name"]] if chosen else specs


def latest_tool_results(request: Request) -> list[dict[str, Any]]:
    """The tool results in the last message; empty where it has none."""
    messages = request.get("messages") or [{"content": []}]
    return [block["toolResult"] for block in messages[-1]["content"] if "toolResult" in block]


def tool_rounds(request: Request) -> int:
    """How many messages of tool results have come since the user last asked something."""
    rounds = 0
    for message in reversed(request.get("messages") or ()):
        has_results = any("toolResult" in block for block in message["content"])
        if message["role"] == "user" and not has_results:
            break
        rounds += has_results
    return rounds


def result_text(result: dict[str, Any]) -> str:
    """A tool result in one line: its text, its JSON, or the kind of block it holds."""
    return "; ".join(_content_text(content) for content in result["content"]) or "(nothing)"


def document_text(document: dict[str, Any]) -> str | None:
    """The text of a document block, or None where it is not plain text."""
    source = document["source"]
    if "text" in source:
        return str(source["text"])
    if "content" in source:
        return "\n".join(part.get("text", "") for part in source["content"])
    if "bytes" in source and document.get("format") in {"txt", "md", "csv", "html"}:
        return base64.b64decode(source["bytes"]).decode("utf-8", "replace")
    return None


def json_schema(request: Request) -> dict[str, Any] | None:
    """The schema that `outputConfig.textFormat` asks the answer to follow, if it asks for one."""
    text_format = (request.get("outputConfig") or {}).get("textFormat")
    if not text_format:
        return None
    schema = json.loads(text_format["structure"]["jsonSchema"]["schema"])
    return schema if isinstance(schema, dict) else {}


def _content_text(content: dict[str, Any]) -> str:
    if "text" in content:
        return str(content["text"])
    if "json" in content:
        return json.dumps(content["json"], ensure_ascii=False)
    return f"({next(iter(content), 'nothing')})"
