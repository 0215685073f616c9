"""pydantic-ai: a direct, streamed request to its Bedrock model."""

from collections.abc import AsyncIterator
from functools import cache
from typing import Any

from pydantic_ai import ModelRequest
from pydantic_ai.direct import model_request_stream
from pydantic_ai.messages import (
    FilePart,
    NativeToolCallPart,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ToolCallPart,
)
from pydantic_ai.models.bedrock import BedrockConverseModel
from pydantic_ai.providers.bedrock import BedrockProvider
from reader import PROMPT, AsyncResponse, Kept, client, main


class _PydanticAI(AsyncResponse):
    def __init__(self, model: str) -> None:
        super().__init__()
        request = ModelRequest.user_text_prompt(PROMPT)
        self._call = model_request_stream(_bedrock(model), [request])
        self._stream = self.loop.run_until_complete(self._call.__aenter__())

    async def texts_async(self) -> AsyncIterator[str]:
        async for event in self._stream:
            match event:
                case (
                    PartStartEvent(part=TextPart(content=text))
                    | PartDeltaEvent(delta=TextPartDelta(content_delta=text))
                ):
                    yield text

    def kept(self) -> Kept:
        response = self._stream.get()
        details = response.provider_details or {}
        usage = response.usage
        counts = [usage.input_tokens, usage.output_tokens, usage.input_tokens + usage.output_tokens]
        blocks = [_plain(part) for part in response.parts]
        return Kept(blocks, details.get("finish_reason"), counts, incomplete=response.state != "complete")


@cache
def _bedrock(model: str) -> BedrockConverseModel:
    return BedrockConverseModel(model, provider=BedrockProvider(bedrock_client=client()))


def _plain(part: Any) -> dict[str, Any]:
    match part:
        case TextPart():
            return {"text": part.content} | ({"citation": [str(part.citations)]} if part.citations else {})
        case ThinkingPart(id="redacted_content"):
            return {"redacted": (part.signature or "").encode().hex()}
        case ThinkingPart():
            return {"reasoning": part.content}
        case ToolCallPart() | NativeToolCallPart():
            return _plain_call(part, runs=isinstance(part, ToolCallPart))
        case FilePart():
            return {"image": part.content.data.hex()}
        case _:
            return {"other": repr(part)}


def _plain_call(part: Any, *, runs: bool) -> dict[str, Any]:
    try:
        parsed: Any = part.args_as_dict(raise_if_invalid=True)
    except ValueError:
        parsed = None
    return {"tool": part.tool_name, "input": parsed, "raw": part.args, "runs": runs, "invalid": parsed is None}


if __name__ == "__main__":
    main(_PydanticAI)
