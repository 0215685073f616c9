"""langchain-aws: chunks of ChatBedrockConverse, added up as its documentation says."""

from base64 import b64decode
from collections.abc import Iterator
from functools import cache
from typing import Any

from langchain_aws import ChatBedrockConverse
from langchain_core.messages import AIMessageChunk
from reader import PROMPT, Kept, Response, main, region


class _LangChain(Response):
    def __init__(self, model: str) -> None:
        self._chunks = _chat(model).stream(PROMPT)
        self._whole: AIMessageChunk | None = None

    def texts(self) -> Iterator[str]:
        for chunk in self._chunks:
            self._whole = chunk if self._whole is None else self._whole + chunk
            if text := chunk.text:
                yield str(text)

    def kept(self) -> Kept:
        whole = self._whole
        if whole is None:
            return Kept()
        content = [{"type": "text", "text": whole.content}] if isinstance(whole.content, str) else whole.content
        calls = [{"tool": call["name"], "input": call["args"], "runs": True} for call in whole.tool_calls]
        calls += [
            {"tool": call["name"], "input": None, "raw": call["args"], "runs": False, "invalid": True}
            for call in whole.invalid_tool_calls
        ]
        usage = whole.usage_metadata
        counts = [usage["input_tokens"], usage["output_tokens"], usage["total_tokens"]] if usage else None
        blocks = [_plain(block) for block in content if block.get("type") not in {"tool_use", "server_tool_use"}]
        return Kept([*blocks, *calls], whole.response_metadata.get("stopReason"), counts)


@cache
def _chat(model: str) -> ChatBedrockConverse:
    # For a model that it doesn't know it makes the call that does not stream, unless it is told to.
    return ChatBedrockConverse(model=model, provider="amazon", region_name=region(), disable_streaming=False)


def _plain(block: dict[str, Any]) -> dict[str, Any]:
    match block:
        case {"type": "text", "text": str(text), "citations": [*citations]}:
            return {"text": text, "citation": [str(citation) for citation in citations]}
        case {"type": "text", "text": str(text)}:
            return {"text": text}
        case {"citations": [*citations]}:
            return {"text": "", "citation": [str(citation) for citation in citations]}
        case {"type": "image", "source": {"data": str(data)}}:
            return {"image": b64decode(data).hex()}
        case {"reasoning_content": {"text": str(text)}}:
            return {"reasoning": text}
        case {"reasoning_content": {"redacted_content": bytes(data)}} | {
            "reasoning_content": {"redactedContent": bytes(data)}
        }:
            return {"redacted": data.hex()}
        case _:
            return {"other": repr(block)}


if __name__ == "__main__":
    main(_LangChain)
