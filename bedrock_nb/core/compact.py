"""The events of a recording packed for a notebook: the text of many deltas once, with their lengths and times.

A long answer is thousands of deltas of some nine characters each, and as JSON objects they take eight times the room
of the text. Here a *run* of like deltas of one block is one object:

    {"run": "text", "index": 0, "text": "Hello there", "lengths": "FG", "start": 412, "gaps": "AT"}

`lengths` are counted in code points, `start` and `gaps` in whole milliseconds; both lists are written as base64
variable-length quantities: five bits a character, the lowest first, the sixth bit set while more follow (the digits of
JavaScript's source maps, without their sign). `start` and `gaps` are null where nobody measured times. Whatever does
not fit a run stands as in the plain form: `[seconds, wire event]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bedrock_nb.core.events import Wire
from bedrock_nb.core.jsonable import from_jsonable, has_surrogates, to_jsonable

TimedWire = tuple[float | None, Wire]
"""Seconds since the request (None where nobody measured them), and the wire event."""

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_MORE = 32
_BITS = 5


def packed(events: Iterable[TimedWire]) -> list[Any]:
    """The events as JSON-safe data; its inverse is `unpacked`."""
    entries: list[Any] = []
    run: _Run | None = None
    for seconds, wire in events:
        piece = _Piece.of(seconds, wire)
        if piece is None:
            run = None
            entries.append([to_jsonable(seconds), to_jsonable(wire)])
        elif run is not None and run.takes(piece):
            run.pieces.append(piece)
        else:
            run = _Run([piece])
            entries.append(run)
    return [entry.to_jsonable() if isinstance(entry, _Run) else entry for entry in entries]


def unpacked(entries: Iterable[Any]) -> Iterator[TimedWire]:
    """The events that `packed` packed.

    Raises:
        TypeError, ValueError, KeyError: These entries are not what `packed` makes.
    """
    for entry in entries:
        if isinstance(entry, dict):
            yield from _unpacked_run(entry)
        else:
            seconds, wire = entry
            yield from_jsonable(seconds), from_jsonable(wire)


@dataclass(frozen=True, slots=True)
class _Piece:
    """One delta that fits a run."""

    kind: str
    index: int
    text: str
    milliseconds: int | None

    @classmethod
    def of(cls, seconds: float | None, wire: Wire) -> _Piece | None:
        milliseconds = None if seconds is None else _whole_milliseconds(seconds)
        if (seconds is not None and milliseconds is None) or len(wire) != 1:
            return None
        match wire.get("contentBlockDelta"):
            case {"delta": dict() as delta, "contentBlockIndex": index, **rest} if not rest and type(index) is int:
                kind, text = _kind_and_text(delta)
                return cls(kind, index, text, milliseconds) if kind and not has_surrogates(text) else None
        return None

    def wire(self) -> Wire:
        return {"contentBlockDelta": {"delta": _delta(self.kind, self.text), "contentBlockIndex": self.index}}


@dataclass(slots=True)
class _Run:
    pieces: list[_Piece] = field(default_factory=list)

    def takes(self, piece: _Piece) -> bool:
        last = self.pieces[-1]
        if (piece.kind, piece.index) != (last.kind, last.index):
            return False
        if piece.milliseconds is None or last.milliseconds is None:
            return piece.milliseconds is last.milliseconds
        return piece.milliseconds >= last.milliseconds

    def to_jsonable(self) -> dict[str, Any]:
        times = [piece.milliseconds for piece in self.pieces if piece.milliseconds is not None]
        gaps = [after - before for before, after in zip([*times[:1], *times], times, strict=False)]
        return {
            "run": self.pieces[0].kind,
            "index": self.pieces[0].index,
            "text": "".join(piece.text for piece in self.pieces),
            "lengths": written(len(piece.text) for piece in self.pieces),
            "start": times[0] if times else None,
            "gaps": written(gaps) if times else None,
        }


def _unpacked_run(run: dict[str, Any]) -> Iterator[TimedWire]:
    lengths, text, start = list(read(run["lengths"])), run["text"], run["start"]
    gaps = [0] * len(lengths) if start is None else list(read(run["gaps"]))
    if sum(lengths) != len(text):
        raise ValueError("The lengths of a run do not add up to its text.")
    position, time = 0, start or 0
    for length, gap in zip(lengths, gaps, strict=True):
        time += gap
        piece = _Piece(run["run"], run["index"], text[position : position + length], time)
        position += length
        yield (None if start is None else time / 1000), piece.wire()


def _kind_and_text(delta: Wire) -> tuple[str, str]:
    match delta:
        case {"text": str(text), **rest} if not rest:
            return "text", text
        case {"reasoningContent": {"text": str(text), **rest}, **others} if not rest and not others:
            return "reasoning", text
        case {"toolUse": {"input": str(text), **rest}, **others} if not rest and not others:
            return "input", text
    return "", ""


def _delta(kind: str, text: str) -> Wire:
    deltas: dict[str, Wire] = {
        "text": {"text": text},
        "reasoning": {"reasoningContent": {"text": text}},
        "input": {"toolUse": {"input": text}},
    }
    return deltas[kind]


def _whole_milliseconds(seconds: float) -> int | None:
    """The seconds in milliseconds; None where they are not a whole number of them, or below zero."""
    try:
        milliseconds = round(seconds * 1000)
    except (ValueError, OverflowError):  # NaN and infinities
        return None
    return milliseconds if milliseconds >= 0 and milliseconds / 1000 == seconds else None


def written(numbers: Iterable[int]) -> str:
    """Whole numbers from zero up as base64 variable-length quantities."""
    digits: list[str] = []
    for number in numbers:
        rest = number
        while rest >= _MORE:
            digits.append(_DIGITS[rest % _MORE + _MORE])
            rest >>= _BITS
        digits.append(_DIGITS[rest])
    return "".join(digits)


def read(digits: str) -> Iterator[int]:
    """The numbers that `written` wrote.

    Raises:
        KeyError: A character is no digit.
        ValueError: The last number is not whole.
    """
    number = shift = 0
    for digit in digits:
        value = _VALUES[digit]
        number |= value % _MORE << shift
        if value < _MORE:
            yield number
            number = shift = 0
        else:
            shift += _BITS
    if shift:
        raise ValueError("The last number breaks off.")
