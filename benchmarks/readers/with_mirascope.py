"""mirascope: a streamed call with the two tools that the cases speak of."""

from collections.abc import Iterator
from typing import Any

from mirascope.core.bedrock import BedrockStream, bedrock_call
from reader import PROMPT, Kept, Response, client, main


def first(a: int = 0) -> str:
    """The first tool."""
    return str(a)


def second(b: int = 0) -> str:
    """The second tool."""
    return str(b)


class _Mirascope(Response):
    def __init__(self, model: str) -> None:
        call = bedrock_call(model, stream=True, tools=[first, second], client=client())
        self._stream: BedrockStream = call(lambda: PROMPT)()

    def texts(self) -> Iterator[str]:
        return (chunk.content for chunk, _ in self._stream if chunk.content)

    def kept(self) -> Kept:
        stream = self._stream
        message: Any = getattr(stream, "message_param", {"content": [{"text": stream.content}]})
        reasons = stream.finish_reasons
        counts = None if stream.input_tokens is None else [stream.input_tokens, stream.output_tokens, None]
        return Kept([_plain(block) for block in message["content"]], reasons[0] if reasons else None, counts)


def _plain(block: dict[str, Any]) -> dict[str, Any]:
    if "text" in block:
        return {"text": block["text"]}
    call = block["toolUse"].get("toolUse", block["toolUse"])
    return {"tool": call["name"], "input": call["input"], "runs": True}


if __name__ == "__main__":
    main(_Mirascope)
