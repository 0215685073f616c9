"""A response for those who think in parts: a content block began, grew, ended; text, and tool calls once whole.

Both are read off the one fold, so they agree with the turn at every moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from bedrock_nb.core.blocks import Block, ToolUseBlock
from bedrock_nb.core.events import BlockStop, Event, TextDelta
from bedrock_nb.core.turn import EMPTY_TURN, fold


@dataclass(frozen=True, slots=True)
class PartBegan:
    """A block's first event came. `block` holds what that event brought."""

    kind: ClassVar[str] = "began"
    block: Block


@dataclass(frozen=True, slots=True)
class PartGrew:
    """A block grew by `event`."""

    kind: ClassVar[str] = "grew"
    block: Block
    event: Event


@dataclass(frozen=True, slots=True)
class PartEnded:
    """A block ended: with its stop event (`block.whole` is true), or because the response did."""

    kind: ClassVar[str] = "ended"
    block: Block


PartEvent: TypeAlias = PartBegan | PartGrew | PartEnded


def part_events(events: Iterable[Event]) -> Iterator[PartEvent]:
    """What happened to which block. A block that began ends exactly once; one that ended may still grow."""
    turn = EMPTY_TURN
    ended: set[int] = set()
    for event in events:
        before, turn = turn, fold(turn, event)
        index = event.block
        if index is None or turn.blocks is before.blocks:
            continue
        block = turn.block_at(index)
        if block is not None:
            yield from _changes(before.block_at(index), block, event, ended)
    yield from (PartEnded(block) for block in turn.blocks if block.index not in ended)


def _changes(before: Block | None, block: Block, event: Event, ended: set[int]) -> Iterator[PartEvent]:
    if before is None:
        yield PartBegan(block)
    elif not isinstance(event, BlockStop):
        yield PartGrew(block, event)
    if block.whole and block.index not in ended:
        ended.add(block.index)
        yield PartEnded(block)


def text_and_tool_calls(events: Iterable[Event]) -> Iterator[str | ToolUseBlock]:
    """The pieces of the answer as they come, and each tool call of the client's once it is whole.

    Calls whose block never stopped are left out; look at `valid` before one is run.
    """
    turn = EMPTY_TURN
    for event in events:
        if isinstance(event, TextDelta):
            if event.piece:
                yield event.piece
            continue
        if event.block is None:
            continue
        before, turn = turn, fold(turn, event)
        block = turn.block_at(event.block)
        if isinstance(event, BlockStop) and isinstance(block, ToolUseBlock) and not block.server:
            was = before.block_at(event.block)
            if was is not None and not was.whole:
                yield block
