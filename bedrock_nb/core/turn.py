"""A turn, and the fold that makes it: the one reducer behind the live panel, the replay, the static page and the table.

Invariants, each held by a property test:
- `fold` is pure and never raises, whatever events it is given and in whatever order.
- Blocks are keyed by contentBlockIndex, never by arrival: interleaved blocks come apart.
- Where a delta is cut makes no difference: splitting or joining deltas of one block gives an equal turn.
- What does not fit is kept, in `problems`, with its event.
- It is linear in the number of events.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from operator import attrgetter
from typing import Any

from bedrock_nb.core.blocks import (
    Block,
    Citation,
    ImageBlock,
    ReasoningBlock,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
    UnknownBlock,
)
from bedrock_nb.core.deltas import event_of
from bedrock_nb.core.event_log import EventLog, Stretch
from bedrock_nb.core.events import (
    BlockEvent,
    BlockStop,
    CitationDelta,
    Event,
    ImageDelta,
    ImageStart,
    MessageStart,
    MessageStop,
    Metadata,
    ReasoningDelta,
    ReasoningSignature,
    RedactedReasoning,
    StreamException,
    TextDelta,
    ToolInputDelta,
    ToolResultDelta,
    ToolResultStart,
    ToolUseStart,
    Unknown,
    Wire,
    parse,
)
from bedrock_nb.core.rope import NOTHING, Rope
from bedrock_nb.core.usage import Usage


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the stream that does not fit, in words, with the event that it came with."""

    message: str
    event: Event


@dataclass(frozen=True, slots=True)
class Turn:
    """One assistant message, as far as its events tell."""

    role: str = "assistant"
    blocks: tuple[Block, ...] = ()
    """In contentBlockIndex order."""
    stop_reason: str | None = None
    additional_fields: Any = None
    """additionalModelResponseFields of the message's stop event."""
    metadata: Wire | None = None
    """The body of the metadata event. Where several came, the members of the later ones replace earlier ones."""
    exception: StreamException | None = None
    problem_rope: Rope[tuple[Problem, ...]] = NOTHING

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What did not fit, in the order it came."""
        return self.problem_rope.joined()

    @property
    def text(self) -> str:
        """The answer: all text blocks, joined."""
        return "".join(block.text for block in self.blocks if isinstance(block, TextBlock))

    @property
    def reasoning(self) -> str:
        """The readable reasoning: all reasoning blocks, parted by an empty line."""
        return "\n\n".join(block.text for block in self.blocks if isinstance(block, ReasoningBlock) and block.rope)

    @property
    def tool_uses(self) -> tuple[ToolUseBlock, ...]:
        """All tool calls, those that the service runs included."""
        return tuple(block for block in self.blocks if isinstance(block, ToolUseBlock))

    @property
    def tool_calls(self) -> tuple[ToolUseBlock, ...]:
        """The tool calls that the client has to run.

        The service's own are not among them, nor those whose start was lost: without a name there is nothing to run.
        Their block is in `tool_uses`, and a problem tells of it.
        """
        return tuple(block for block in self.tool_uses if block.name and not block.server)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of all text blocks."""
        return tuple(c for block in self.blocks if isinstance(block, TextBlock) for c in block.citations)

    @property
    def images(self) -> tuple[ImageBlock, ...]:
        """The image blocks."""
        return tuple(block for block in self.blocks if isinstance(block, ImageBlock))

    @property
    def usage(self) -> Usage | None:
        """Token counts; None until the metadata event came."""
        return Usage.from_wire((self.metadata or {}).get("usage"))

    @property
    def latency_ms(self) -> int | None:
        """The service's own figure, in milliseconds."""
        metrics = (self.metadata or {}).get("metrics")
        latency = metrics.get("latencyMs") if isinstance(metrics, dict) else None
        return latency if isinstance(latency, int) else None

    @property
    def trace(self) -> Wire | None:
        """The guardrail's or prompt router's trace, as it came."""
        trace = (self.metadata or {}).get("trace")
        return trace if isinstance(trace, dict) else None

    @property
    def service_tier(self) -> str | None:
        """The tier that served the call."""
        tier = (self.metadata or {}).get("serviceTier")
        name = tier.get("type") if isinstance(tier, dict) else None
        return name if isinstance(name, str) else None

    @property
    def invoked_model(self) -> str | None:
        """The model that a prompt router chose, as it names it; None where no router did."""
        router = (self.trace or {}).get("promptRouter")
        model = router.get("invokedModelId") if isinstance(router, dict) else None
        return model if isinstance(model, str) else None

    @property
    def whole(self) -> bool:
        """Whether a messageStop came and the service raised nothing."""
        return self.stop_reason is not None and self.exception is None

    def block_at(self, index: int) -> Block | None:
        """The block of this contentBlockIndex, if there is one."""
        return _find(self.blocks, index)[1]


EMPTY_TURN = Turn()


def fold_all(events: Iterable[Event], turn: Turn = EMPTY_TURN) -> Turn:
    """The turn that all these events amount to."""
    return reduce(fold, events, turn)


def fold_log(log: EventLog, start: int = 0, turn: Turn = EMPTY_TURN) -> Turn:
    """The turn after the events of the log from one on."""
    for stretch in log.stretches(start):
        turn = _fold_deltas(turn, stretch) if stretch.kind else fold_all(stretch.events(), turn)
    return turn


def _fold_deltas(turn: Turn, stretch: Stretch) -> Turn:
    """The turn after plain deltas of one kind and block.

    Where deltas are cut makes no difference: if the first fits, the rest are as good as one with all their pieces. A
    long answer is little else, and this makes folding it twenty times as fast.
    """
    first, *rest = stretch.entries
    before, turn = turn, fold(turn, event_of(stretch.kind, stretch.index, first))
    if rest and turn.problem_rope is before.problem_rope:
        rest = ["".join(rest)]
    return fold_all((event_of(stretch.kind, stretch.index, piece) for piece in rest), turn)


def fold(turn: Turn, event: Event) -> Turn:
    """The turn after one more event."""
    if isinstance(event, BlockEvent):
        return _fold_block(turn, event)
    match event:
        case MessageStart():
            return _fold_message_start(turn, event)
        case MessageStop():
            return _fold_message_stop(turn, event)
        case Metadata():
            return _fold_metadata(turn, event)
        case StreamException():
            return _fold_exception(turn, event)
        case Unknown() if event.block is not None and event.type.startswith("contentBlock"):
            return _fold_unknown(turn, event, event.block)
    return _with_problem(turn, event, f"An event of an unknown kind came: {event.type or 'an empty one'}.")


def _fold_message_start(turn: Turn, event: MessageStart) -> Turn:
    if turn.blocks or turn.stop_reason is not None:
        turn = _with_problem(turn, event, "The message started again.")
    return replace(turn, role=event.role)


def _fold_metadata(turn: Turn, event: Metadata) -> Turn:
    if turn.metadata is not None and turn.metadata != event.body:
        turn = _with_problem(turn, event, "The metadata came twice, and differ; the later ones count.")
    return replace(turn, metadata={**(turn.metadata or {}), **event.body})


def _fold_exception(turn: Turn, event: StreamException) -> Turn:
    if turn.exception is not None:
        return _with_problem(turn, event, "The stream failed again; what it failed from first counts.")
    return replace(turn, exception=event)


def _fold_message_stop(turn: Turn, event: MessageStop) -> Turn:
    if turn.stop_reason is not None:
        turn = _with_problem(turn, event, "The message stopped twice.")
    return replace(turn, stop_reason=event.stop_reason, additional_fields=event.additional_fields)


def _fold_block(turn: Turn, event: BlockEvent) -> Turn:
    place, block = _find(turn.blocks, event.index)
    if isinstance(block, UnknownBlock) and not isinstance(event, BlockStop):
        return _fold_block(_without_unknown(turn, place, block), event)
    grown = _grow(block, event)
    if grown is None:
        kind = block.kind if block else "new"
        return _with_problem(turn, event, f"A {event.kind} does not fit block {event.index}, which is {kind}.")
    if block is None and isinstance(event, ToolInputDelta):
        turn = _with_problem(turn, event, f"Block {event.index} gives a tool's input, but its start never came.")
    elif block is not None and block.whole:
        turn = _with_problem(turn, event, f"Block {event.index} went on after it had stopped.")
    elif turn.stop_reason is not None:
        turn = _with_problem(turn, event, f"Block {event.index} went on after the message had stopped.")
    return _with_block(turn, place, block, grown)


def _fold_unknown(turn: Turn, event: Unknown, index: int) -> Turn:
    place, block = _find(turn.blocks, index)
    if block is None:
        block_or_new: UnknownBlock = UnknownBlock(index)
    elif isinstance(block, UnknownBlock):
        block_or_new = block
    else:
        return _with_problem(turn, event, f"Block {index} ({block.kind}) received something of an unknown kind.")
    return _with_block(turn, place, block, replace(block_or_new, rope=block_or_new.rope.grown((event.wire,))))


def _without_unknown(turn: Turn, place: int, block: UnknownBlock) -> Turn:
    """The turn before a block whose kind shows only now; what was not known stays as problems."""
    turn = replace(turn, blocks=(*turn.blocks[:place], *turn.blocks[place + 1 :]))
    for wire in block.wires:
        turn = _with_problem(turn, parse(wire), f"Block {block.index} began with something of an unknown kind.")
    if block.whole:
        stop: Wire = {"contentBlockStop": {"contentBlockIndex": block.index}}
        turn = _with_problem(turn, BlockStop(stop, block.index), f"Block {block.index} went on after it had stopped.")
    return turn


def _find(blocks: tuple[Block, ...], index: int) -> tuple[int, Block | None]:
    """The place of the block with this contentBlockIndex, and the block; or where it belongs, and None."""
    last = len(blocks) - 1
    if last >= 0 and blocks[last].index == index:  # so it is for nearly every event
        return last, blocks[last]
    place = bisect_left(blocks, index, key=attrgetter("index"))
    return (place, blocks[place]) if place <= last and blocks[place].index == index else (place, None)


def _with_block(turn: Turn, place: int, block: Block | None, grown: Block) -> Turn:
    after = place if block is None else place + 1
    blocks = (*turn.blocks[:place], grown, *turn.blocks[after:])
    # Written out because dataclasses.replace takes three times as long, and this runs once an event.
    return Turn(
        turn.role,
        blocks,
        turn.stop_reason,
        turn.additional_fields,
        turn.metadata,
        turn.exception,
        turn.problem_rope,
    )


def _with_problem(turn: Turn, event: Event, message: str) -> Turn:
    return replace(turn, problem_rope=turn.problem_rope.grown((Problem(message, event),)))


def _grow(block: Block | None, event: BlockEvent) -> Block | None:
    """The block after the event; None where the event does not fit it."""
    if isinstance(event, BlockStop):
        return replace(block, whole=True) if block else UnknownBlock(event.index, whole=True)
    block_type, grow = _GROWTH[type(event)]
    if block is None:
        return grow(block_type(event.index), event)
    return grow(block, event) if type(block) is block_type else None


def _grow_text(block: TextBlock, event: TextDelta) -> TextBlock:
    return TextBlock(block.index, block.rope.grown(event.piece), block.citation_rope, block.whole)


def _grow_citations(block: TextBlock, event: CitationDelta) -> TextBlock:
    return replace(block, citation_rope=block.citation_rope.grown((Citation(event.citation),)))


def _grow_reasoning(block: ReasoningBlock, event: ReasoningDelta) -> ReasoningBlock:
    return ReasoningBlock(block.index, block.rope.grown(event.piece), block.signature, block.redacted_rope, block.whole)


def _grow_signature(block: ReasoningBlock, event: ReasoningSignature) -> ReasoningBlock:
    return replace(block, signature=block.signature + event.signature)


def _grow_redacted(block: ReasoningBlock, event: RedactedReasoning) -> ReasoningBlock:
    return replace(block, redacted_rope=block.redacted_rope.grown(event.data))


def _begin_tool_use(block: ToolUseBlock, event: ToolUseStart) -> ToolUseBlock | None:
    if block.tool_use_id:
        return None
    return replace(block, tool_use_id=event.tool_use_id, name=event.name, tool_type=event.tool_type)


def _grow_tool_input(block: ToolUseBlock, event: ToolInputDelta) -> ToolUseBlock:
    return replace(block, rope=block.rope.grown(event.json_piece))


def _begin_tool_result(block: ToolResultBlock, event: ToolResultStart) -> ToolResultBlock | None:
    if block.tool_use_id:
        return None
    return replace(block, tool_use_id=event.tool_use_id, tool_type=event.tool_type, status=event.status)


def _grow_tool_result(block: ToolResultBlock, event: ToolResultDelta) -> ToolResultBlock:
    return replace(block, rope=block.rope.grown(event.parts))


def _begin_image(block: ImageBlock, event: ImageStart) -> ImageBlock | None:
    return None if block.format else replace(block, format=event.format)


def _grow_image(block: ImageBlock, event: ImageDelta) -> ImageBlock:
    source = event.source or {}
    data, location = source.get("bytes"), source.get("s3Location")
    return replace(
        block,
        rope=block.rope.grown(data) if isinstance(data, bytes) else block.rope,
        s3_location=location if isinstance(location, dict) else block.s3_location,
        error=event.error or block.error,
    )


_GROWTH: dict[type[BlockEvent], tuple[type[Any], Callable[[Any, Any], Block | None]]] = {
    TextDelta: (TextBlock, _grow_text),
    CitationDelta: (TextBlock, _grow_citations),
    ReasoningDelta: (ReasoningBlock, _grow_reasoning),
    ReasoningSignature: (ReasoningBlock, _grow_signature),
    RedactedReasoning: (ReasoningBlock, _grow_redacted),
    ToolUseStart: (ToolUseBlock, _begin_tool_use),
    ToolInputDelta: (ToolUseBlock, _grow_tool_input),
    ToolResultStart: (ToolResultBlock, _begin_tool_result),
    ToolResultDelta: (ToolResultBlock, _grow_tool_result),
    ImageStart: (ImageBlock, _begin_image),
    ImageDelta: (ImageBlock, _grow_image),
}
"""For each event that a block grows by: the kind of block it belongs to, and how that block grows."""
