"""What a scripted model says: content blocks as values, and the wire events they are streamed as."""

import hashlib
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, cycle, pairwise, takewhile
from typing import Any

from bedrock_nb.local.prompt import Request
from bedrock_nb.local.steps import WireEvent
from bedrock_nb.local.usage import CHARACTERS_PER_TOKEN, tokens_in, usage

PIECE_LENGTHS = (4, 9, 13, 6, 11, 8, 17, 3, 10, 9)
"""Characters of one text delta after the other, again and again: 9 in the mean, as in real responses."""


@dataclass(frozen=True)
class Text:
    """What is said."""

    text: str


@dataclass(frozen=True)
class Reasoning:
    """Reasoning that closes with a signature, as Claude's does, or without one, as that of gpt-oss."""

    text: str
    signed: bool = True


@dataclass(frozen=True)
class RedactedReasoning:
    """Reasoning that came encrypted; it has no text."""

    content: bytes
    text: str = ""


@dataclass(frozen=True)
class ToolCall:
    """A call; `text` is its input as JSON. The service itself runs a `server` call, the client any other."""

    tool_use_id: str
    name: str
    text: str
    server: bool = False


@dataclass(frozen=True)
class ServerToolResult:
    """What a server tool gave; `content` holds blocks of text or JSON."""

    tool_use_id: str
    result_type: str
    content: tuple[dict[str, Any], ...]
    text: str = ""


@dataclass(frozen=True)
class Cited:
    """A passage with its source; the citation is streamed before the text."""

    text: str
    citation: dict[str, Any]


@dataclass(frozen=True)
class Image:
    """A picture; it has no text."""

    image_format: str
    data: bytes
    text: str = ""


Block = Text | Reasoning | RedactedReasoning | ToolCall | ServerToolResult | Cited | Image


@dataclass(frozen=True)
class Answer:
    """One message, and how it ends."""

    blocks: tuple[Block, ...]
    stop_reason: str = "end_turn"
    stop_sequence: str | None = None
    trace: dict[str, Any] | None = None

    @property
    def output_tokens(self) -> int:
        """About as many tokens as the blocks have."""
        return sum(tokens_in(block.text) for block in self.blocks)


def stream(answer: Answer, request: Request) -> Iterator[WireEvent]:
    """The wire events of an answer, within the request's stop sequences and `maxTokens`."""
    limited = within_limits(answer, request)
    yield {"messageStart": {"role": "assistant"}}
    for index, block in enumerate(limited.blocks):
        yield from block_events(block, index)
    yield {"messageStop": _message_stop(limited, request)}
    yield {"metadata": _metadata(limited, request)}


def within_limits(answer: Answer, request: Request) -> Answer:
    """The answer up to its first stop sequence, then up to `inferenceConfig.maxTokens`."""
    config = request.get("inferenceConfig") or {}
    answer = until_stop_sequence(answer, config.get("stopSequences") or ())
    return until_max_tokens(answer, config["maxTokens"]) if "maxTokens" in config else answer


def until_stop_sequence(answer: Answer, sequences: Sequence[str]) -> Answer:
    """The answer cut before the first stop sequence in its text; only what is said is searched."""
    for index, block in enumerate(answer.blocks):
        found = [(block.text.index(stop), stop) for stop in sequences if stop in block.text]
        if found and isinstance(block, (Text, Cited)):
            position, sequence = min(found)
            blocks = _cut(answer.blocks, index, position)
            return replace(answer, blocks=blocks, stop_reason="stop_sequence", stop_sequence=sequence)
    return answer


def until_max_tokens(answer: Answer, max_tokens: int) -> Answer:
    """The answer cut where its tokens are used up, were it in the middle of a tool's input."""
    left = max_tokens
    for index, block in enumerate(answer.blocks):
        needed = tokens_in(block.text)
        if needed > left:
            blocks = _cut(answer.blocks, index, left * CHARACTERS_PER_TOKEN)
            return replace(answer, blocks=blocks, stop_reason="max_tokens", stop_sequence=None)
        left -= needed
    return answer


def _cut(blocks: tuple[Block, ...], index: int, characters: int) -> tuple[Block, ...]:
    """The blocks up to `index`, that one shortened; reasoning that is cut short is never signed."""
    last = replace(blocks[index], text=blocks[index].text[:characters])
    if isinstance(last, Reasoning):
        last = replace(last, signed=False)
    return (*blocks[:index], last) if characters else blocks[:index]


def block_events(block: Block, index: int) -> Iterator[WireEvent]:
    """One block on the wire; text and reasoning begin with no contentBlockStart, as in real responses."""
    start = _start(block)
    if start:
        yield {"contentBlockStart": {"start": start, "contentBlockIndex": index}}
    for delta in _deltas(block):
        yield {"contentBlockDelta": {"delta": delta, "contentBlockIndex": index}}
    yield {"contentBlockStop": {"contentBlockIndex": index}}


def pieces(text: str) -> list[str]:
    """The text in pieces the size of real deltas, always cut at the same places."""
    ends = accumulate(cycle(PIECE_LENGTHS), initial=0)
    cuts = list(takewhile(lambda end: end < len(text), ends))
    return [text[start:end] for start, end in pairwise([*cuts, len(text)])] if text else []


def tool_use_id(name: str, *seeds: object) -> str:
    """An id in the service's form that follows from what it is for."""
    digest = hashlib.sha256(json.dumps([name, *seeds], default=str).encode()).digest()
    return "tooluse_" + urlsafe_b64encode(digest)[:22].decode()


def signature(text: str) -> str:
    """A stand-in for a reasoning signature: it follows from the text and begins by saying what it is."""
    return b64encode(b"scripted signature " + hashlib.sha256(text.encode("utf-8", "replace")).digest()).decode()


def _start(block: Block) -> dict[str, Any] | None:
    match block:
        case ToolCall(tool_use_id=call_id, name=name, server=server):
            kind = {"type": "server_tool_use"} if server else {}
            return {"toolUse": {"toolUseId": call_id, "name": name, **kind}}
        case ServerToolResult(tool_use_id=call_id, result_type=kind):
            return {"toolResult": {"toolUseId": call_id, "type": kind, "status": "success"}}
        case Image(image_format=image_format):
            return {"image": {"format": image_format}}
        case _:
            return None


def _deltas(block: Block) -> Iterator[dict[str, Any]]:
    match block:
        case Text(text=text):
            yield from ({"text": piece} for piece in pieces(text) or ("",))
        case Reasoning(text=text, signed=signed):
            yield from ({"reasoningContent": {"text": piece}} for piece in pieces(text))
            if signed:
                yield {"reasoningContent": {"signature": signature(text)}}
        case RedactedReasoning(content=content):
            yield {"reasoningContent": {"redactedContent": content}}
        case ToolCall(text=text):
            yield from ({"toolUse": {"input": piece}} for piece in ("", *pieces(text)))
        case ServerToolResult(content=content):
            yield {"toolResult": list(content)}
        case Cited(text=text, citation=citation):
            yield {"citation": citation}
            yield from ({"text": piece} for piece in pieces(text))
        case Image(data=data):
            yield {"image": {"source": {"bytes": data}}}


def _message_stop(answer: Answer, request: Request) -> dict[str, Any]:
    """The stop reason, and the one response field that a scripted model can be asked for."""
    stop: dict[str, Any] = {"stopReason": answer.stop_reason}
    if "/stop_sequence" in (request.get("additionalModelResponseFieldPaths") or ()):
        stop["additionalModelResponseFields"] = {"stop_sequence": answer.stop_sequence}
    return stop


def _metadata(answer: Answer, request: Request) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "usage": usage(request, answer.output_tokens),
        "metrics": {"latencyMs": 180 + 7 * answer.output_tokens},
    }
    metadata |= {key: request[key] for key in ("performanceConfig", "serviceTier") if request.get(key)}
    return metadata | ({"trace": answer.trace} if answer.trace else {})
