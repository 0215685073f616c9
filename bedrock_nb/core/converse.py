"""A whole response of Converse as the wire events that ConverseStream would have sent for it.

So a response that did not stream becomes the same Recording as one that did, by the one fold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bedrock_nb.core.events import Wire

_OF_METADATA = ("usage", "metrics", "trace", "performanceConfig", "serviceTier")


def converse_events(response: Mapping[str, Any]) -> Iterator[Wire]:
    """The events that amount to this response of Converse, as boto3 returns it.

    Content of a kind that does not stream stands as a delta of that kind, which the fold keeps as unknown.
    """
    message = response["output"].get("message") or {}
    yield {"messageStart": {"role": message.get("role", "assistant")}}
    for index, content in enumerate(message.get("content", [])):
        yield from _block_events(index, content)
    if "stopReason" in response:
        stop_members = {"stopReason", "additionalModelResponseFields"}
        yield {"messageStop": {name: value for name, value in response.items() if name in stop_members}}
    metadata = {name: response[name] for name in _OF_METADATA if name in response}
    if metadata:
        yield {"metadata": metadata}


def _block_events(index: int, content: Wire) -> Iterator[Wire]:
    start, deltas = _start_and_deltas(content)
    if start is not None:
        yield {"contentBlockStart": {"start": start, "contentBlockIndex": index}}
    for delta in deltas:
        yield {"contentBlockDelta": {"delta": delta, "contentBlockIndex": index}}
    yield {"contentBlockStop": {"contentBlockIndex": index}}


def _start_and_deltas(content: Wire) -> tuple[Wire | None, list[Wire]]:
    match content:
        case {"toolUse": dict() as tool_use}:
            start = {name: value for name, value in tool_use.items() if name != "input"}
            return {"toolUse": start}, [{"toolUse": {"input": json.dumps(tool_use.get("input", {}))}}]
        case {"toolResult": dict() as result}:
            start = {name: value for name, value in result.items() if name != "content"}
            return {"toolResult": start}, [{"toolResult": list(result.get("content", []))}]
        case {"image": {"format": image_format, **rest}}:
            return {"image": {"format": image_format}}, [{"image": rest}]
        case {"reasoningContent": dict() as reasoning}:
            return None, [{"reasoningContent": part} for part in _reasoning_parts(reasoning)]
        case {"citationsContent": dict() as cited}:
            citations = [{"citation": citation} for citation in cited.get("citations", [])]
            return None, [*citations, *cited.get("content", [])]
    return None, [content]


def _reasoning_parts(reasoning: Wire) -> list[Wire]:
    text = reasoning.get("reasoningText")
    if not isinstance(text, dict):
        return [reasoning]
    return [{name: value} for name, value in text.items()]
