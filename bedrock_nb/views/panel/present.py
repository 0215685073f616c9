"""From calls to the panel: pure functions, one for each kind of content block."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from bedrock_nb.core.blocks import (
    Block,
    ImageBlock,
    ReasoningBlock,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
    UnknownBlock,
)
from bedrock_nb.core.encoding.jsonable import to_jsonable
from bedrock_nb.core.recording import Recording
from bedrock_nb.views.panel.banners import banners_of
from bedrock_nb.views.panel.calls import Moment, moment_of
from bedrock_nb.views.panel.citations import passages
from bedrock_nb.views.panel.json_text import json_text
from bedrock_nb.views.panel.panel import (
    Image,
    LooseResult,
    Panel,
    PanelBlock,
    Reasoning,
    Section,
    State,
    ToolCall,
    ToolResult,
    Unknown,
    Wait,
)
from bedrock_nb.views.panel.results import Results, base64_of, own_result, sent_results
from bedrock_nb.views.panel.strip import strip_of
from bedrock_nb.views.panel.timeline import timeline_of


def panel_of(recordings: Recording | Sequence[Recording], *, cost: float | None = None) -> Panel:
    """The panel of a recording, or of the recordings of one exchange, in their order."""
    several = [recordings] if isinstance(recordings, Recording) else recordings
    return present([moment_of(recording) for recording in several], cost=cost)


def block_key(section: int, index: int) -> str:
    """The name of a block within its panel: the number of its call, and its contentBlockIndex there."""
    return f"{section}.{index}"


def present(moments: Sequence[Moment], *, cost: float | None = None, asked: int | None = None) -> Panel:
    """The panel of one exchange: one call, or several where tools were called between.

    What the client's tools gave back is read from the request that follows.

    Args:
        moments: The calls in their order.
        cost: In US dollars, where it is known.
        asked: The contentBlockIndex of the last call's tool call that the user is asked about, if any.
    """
    following = [*moments[1:], None]
    sections = tuple(
        _section(number, moment, sent_results(after.request) if after else {}, asked=None if after else asked)
        for number, (moment, after) in enumerate(zip(moments, following, strict=True))
    )
    strip = strip_of(moments, cost)
    is_asking = asked is not None and strip.state.is_live
    return Panel(replace(strip, state=State.ASKING) if is_asking else strip, sections, timeline_of(moments))


def _section(number: int, moment: Moment, sent: Results, *, asked: int | None) -> Section:
    blocks = tuple(_blocks(number, moment, sent, asked))
    return Section(blocks, banners_of(moment))


def _blocks(section: int, moment: Moment, sent: Results, asked: int | None) -> Iterator[PanelBlock]:
    blocks = moment.turn.blocks
    own = [block for block in blocks if isinstance(block, ToolResultBlock) and (block.content or block.whole)]
    results = {**sent, **{block.tool_use_id: own_result(block) for block in own}}  # one that just begins says nothing
    called = {block.tool_use_id for block in moment.turn.tool_uses}
    alone = all(isinstance(block, ReasoningBlock) for block in blocks)
    for run in _runs(blocks):
        block, key = run[0], block_key(section, run[0].index)
        growing = not (run[-1].whole or moment.done)
        match block:
            case TextBlock():
                texts = [part for part in run if isinstance(part, TextBlock)]
                is_last = run[-1] is blocks[-1] and not (moment.done or moment.turn.stop_reason)
                yield from passages(key, texts, growing=growing, lists_sources=not is_last)
            case ReasoningBlock():
                yield _reasoning(key, block, moment, growing=growing, is_open=growing or alone)
            case ToolUseBlock():
                result = results.get(block.tool_use_id)
                yield _tool_call(key, block, result, growing=growing, waits_for=_waits_for(block, moment, asked))
            case ToolResultBlock() if block.tool_use_id not in called:
                yield LooseResult(key, own_result(block))
            case ImageBlock():
                yield _image(key, block, growing=growing)
            case UnknownBlock() if block.wires:
                yield Unknown(key, block.name, json_text([to_jsonable(wire) for wire in block.wires]))


def _runs(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks one by one, except that text which the service has cut up to cite its sources stays together."""
    if not blocks:
        return
    run = [blocks[0]]
    for one, other in pairwise(blocks):
        if _belong_together(one, other):
            run.append(other)
        else:
            yield run
            run = [other]
    yield run


def _belong_together(one: Block, other: Block) -> bool:
    if not (isinstance(one, TextBlock) and isinstance(other, TextBlock)):
        return False
    return bool(one.citation_rope or other.citation_rope)


def _reasoning(key: str, block: ReasoningBlock, moment: Moment, *, growing: bool, is_open: bool) -> Reasoning:
    return Reasoning(
        key,
        block.text,
        seconds=None if growing else _seconds_in(block.index, moment),
        signed=bool(block.signature),
        redacted_bytes=len(block.redacted),
        growing=growing,
        is_open=is_open,
    )


def _seconds_in(index: int, moment: Moment) -> float | None:
    """From what came before the block, as a model thinks before it writes, to the block's last event."""
    before: float | None = 0.0
    ends, begin = [], None
    for span in moment.spans:
        if span.block == index and span.end is not None:
            begin = before if begin is None else begin
            ends.append(span.end)
        before = span.end
    return max(ends) - begin if ends and begin is not None else None


def _waits_for(block: ToolUseBlock, moment: Moment, asked: int | None) -> Wait:
    if not block.whole:
        return ""
    if moment.done:
        return "nothing" if moment.error else "next call"
    if block.server and moment.turn.stop_reason is None:
        return "service"
    if block.server or asked is None or block.index < asked:
        return "result"
    return "consent" if block.index == asked else "turn"  # one question at a time, and no call is begun before it


def _tool_call(key: str, block: ToolUseBlock, result: ToolResult | None, *, growing: bool, waits_for: Wait) -> ToolCall:
    return ToolCall(
        key,
        name=block.name,
        tool_use_id=block.tool_use_id,
        server=block.server,
        input_json=block.input_json,
        problem="" if growing else _input_problem(block.input_json, cut_off=not block.whole),
        growing=growing,
        waits_for="" if result else waits_for,
        result=result,
    )


@lru_cache(maxsize=32)
def _input_problem(text: str, *, cut_off: bool) -> str:
    """Why a text is no tool input. Kept, as a finished call is presented again with every paint that follows."""
    if not text.strip():
        return "The call broke off before its input came." if cut_off else ""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return f"This input is not valid JSON ({_json_problem(error)}), so it is shown as it came."
    return "" if isinstance(value, dict) else "This input is JSON, but not an object, as a tool's input has to be."


def _json_problem(error: Exception) -> str:
    """The decoder's words, which end in "at" where a place follows."""
    if not isinstance(error, json.JSONDecodeError):
        return "it is nested too deeply"
    message = error.msg[:1].lower() + error.msg[1:].removesuffix(" at")
    return f"{message} at line {error.lineno}, column {error.colno}"


def _image(key: str, block: ImageBlock, *, growing: bool) -> Image:
    location = block.s3_location or {}
    note = ""
    if block.error:
        note = f"The model made no image: {block.error.get('message') or json_text(to_jsonable(block.error))}"
    elif location:
        note = f"The image lies at {location.get('uri') or json_text(to_jsonable(location))}"
    elif not (block.rope or growing):
        note = "The image came without its bytes."
    return Image(key, block.format, "" if growing else base64_of(block.data), note, growing)
