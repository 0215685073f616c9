"""Plain deltas: those that are nothing but a piece of text, as nearly all events of a response are.

A plain delta is told in short, as its kind, its contentBlockIndex and its piece; the wire event and the typed event
are made of it when somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from bedrock_nb.core.events import BlockEvent, ReasoningDelta, TextDelta, ToolInputDelta, Wire

TEXT, REASONING, INPUT = "text", "reasoning", "input"

PlainDelta: TypeAlias = tuple[str, int, str]
"""What it is a piece of (`TEXT`, `REASONING`, or the `INPUT` of a tool), its contentBlockIndex, and the piece."""
Arrival: TypeAlias = Wire | PlainDelta
"""A wire event, told in short where it can be."""

EVENT_TYPES: dict[str, Callable[[Wire, int, str], BlockEvent]] = {
    TEXT: TextDelta,
    REASONING: ReasoningDelta,
    INPUT: ToolInputDelta,
}

_OF_A_DELTA = {"delta", "contentBlockIndex"}
_WITHIN = {"reasoningContent": (REASONING, "text"), "toolUse": (INPUT, "input")}


def plain_delta(wire: Wire) -> PlainDelta | None:
    """The wire event in short; None where it is no plain delta, or has any member beside."""
    name, body = _only_member(wire)
    if name != "contentBlockDelta" or not isinstance(body, dict) or body.keys() != _OF_A_DELTA:
        return None
    index = body["contentBlockIndex"]
    kind, value = _only_member(body["delta"])
    if kind in _WITHIN:
        kind, inner = _WITHIN[kind]
        name, value = _only_member(value)
        kind = kind if name == inner else ""
    elif kind != TEXT:
        return None
    return (kind, index, value) if kind and type(value) is str and type(index) is int else None


def _only_member(value: Any) -> tuple[Any, Any]:
    """The name and the value of a dict's one member. `match` takes thrice the time."""
    if not isinstance(value, dict) or len(value) != 1:
        return "", None
    (member,) = value.items()
    return member


def wire_of(kind: str, index: int, piece: str) -> Wire:
    """The wire event of a plain delta.

    Raises:
        KeyError: There is no such kind.
    """
    return {"contentBlockDelta": {"delta": _UNIONS[kind](piece), "contentBlockIndex": index}}


_UNIONS: dict[str, Callable[[str], Wire]] = {
    TEXT: lambda piece: {"text": piece},
    REASONING: lambda piece: {"reasoningContent": {"text": piece}},
    INPUT: lambda piece: {"toolUse": {"input": piece}},
}


def event_of(kind: str, index: int, piece: str) -> BlockEvent:
    """The typed event of a plain delta; what `parse` makes of its wire event."""
    return EVENT_TYPES[kind](wire_of(kind, index, piece), index, piece)


def as_wire(arrival: Arrival) -> Wire:
    """The wire event, told in full."""
    return wire_of(*arrival) if isinstance(arrival, tuple) else arrival
