"""bedrock_nb."""

from collections.abc import Iterator
from typing import Any

from reader import PROMPT, Kept, Response, main

import bedrock_nb as bnb
from bedrock_nb.core.blocks import Block, ImageBlock, ReasoningBlock, TextBlock, ToolUseBlock
from bedrock_nb.core.events import Unknown


class _Ours(Response):
    def __init__(self, model: str) -> None:
        self._stream = bnb.stream(PROMPT, model=model)

    def texts(self) -> Iterator[str]:
        yield from self._stream.text_deltas()
        self._stream.raise_for_error()

    def kept(self) -> Kept:
        recording = self._stream.result()
        turn = recording.turn
        usage = turn.usage
        counts = [usage.input_tokens, usage.output_tokens, usage.total_tokens] if usage else None
        blocks = [_plain(block, block in turn.tool_calls) for block in turn.blocks]
        blocks += [{"other": repr(event)} for event in recording.log.events() if isinstance(event, Unknown)]
        return Kept(blocks, turn.stop_reason, counts, incomplete=not recording.complete)


def _plain(block: Block, runs: bool) -> dict[str, Any]:  # noqa: FBT001 - one call, and the name says what it is
    match block:
        case TextBlock():
            titles = [citation.title for citation in block.citations]
            return {"text": block.text} | ({"citation": titles} if titles else {})
        case ReasoningBlock():
            return {"redacted": block.redacted.hex()} if block.redacted else {"reasoning": block.text}
        case ToolUseBlock():
            parsed = block.input
            return {
                "tool": block.name,
                "input": parsed,
                "raw": block.input_json,
                "runs": runs,
                "invalid": not block.valid,
            }
        case ImageBlock():
            return {"image": block.data.hex()}
        case _:
            return {"other": repr(block)}


if __name__ == "__main__":
    main(_Ours)
