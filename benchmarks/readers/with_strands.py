"""strands-agents: the events of its Bedrock model, through the function that makes its messages of them."""

from collections.abc import AsyncIterator
from functools import cache
from typing import Any

from reader import PROMPT, AsyncResponse, Kept, main, region
from strands.event_loop.streaming import process_stream
from strands.models import BedrockModel


class _Strands(AsyncResponse):
    def __init__(self, model: str) -> None:
        super().__init__()
        self._events = process_stream(_bedrock(model).stream([{"role": "user", "content": [{"text": PROMPT}]}]))
        self._stop: Any = None

    async def texts_async(self) -> AsyncIterator[str]:
        async for event in self._events:
            if "stop" in event:
                self._stop = event["stop"]
            elif "data" in event:
                yield event["data"]

    def kept(self) -> Kept:
        if self._stop is None:
            return Kept()
        stop_reason, message, usage, *_ = self._stop
        counts = [usage["inputTokens"], usage["outputTokens"], usage["totalTokens"]]
        return Kept([_plain(block) for block in message["content"]], stop_reason, counts)


@cache
def _bedrock(model: str) -> BedrockModel:
    return BedrockModel(model_id=model, region_name=region())


def _plain(block: dict[str, Any]) -> dict[str, Any]:
    match block:
        case {"text": text}:
            return {"text": text}
        case {"toolUse": call}:
            return {"tool": call["name"], "input": call["input"], "runs": True}
        case {"citationsContent": cited}:
            text = "".join(piece.get("text", "") for piece in cited.get("content", ()))
            return {"text": text, "citation": [citation.get("title") for citation in cited["citations"]]}
        case {"reasoningContent": {"reasoningText": {"text": text}}}:
            return {"reasoning": text}
        case {"reasoningContent": {"redactedContent": data}}:
            return {"redacted": data.hex() if isinstance(data, bytes) else str(data).encode().hex()}
        case _:
            return {"other": repr(block)}


if __name__ == "__main__":
    main(_Strands)
