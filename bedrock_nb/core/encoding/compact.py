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
from functools import lru_cache
from operator import sub
from typing import Any

from bedrock_nb.core.encoding.jsonable import from_jsonable, has_surrogates, to_jsonable
from bedrock_nb.core.events import Wire

TimedWire = tuple[float | None, Wire]
"""Seconds since the request (None where nobody measured them), and the wire event."""

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_MORE = 32
_BITS = 5
_MOST_BITS = 60
"""Of one number: beyond any length or time, and few enough that reading stays linear whatever the digits are."""
LONGEST = 1e9
"""Seconds, thirty years: no recording has longer times."""
_UNFIT = -1

_OF_A_DELTA = {"delta", "contentBlockIndex"}
_WITHIN = {"reasoningContent": ("reasoning", "text"), "toolUse": ("input", "input")}


def packed(events: Iterable[TimedWire]) -> list[Any]:
    """The events as JSON-safe data; its inverse is `unpacked`."""
    entries: list[Any] = []
    run: _Run | None = None
    for seconds, wire in events:
        (kind, index, text), time = _delta_of(wire), _time_of(seconds)
        if not kind or time == _UNFIT:
            run = None
            entries.append([to_jsonable(seconds), to_jsonable(wire)])
            continue
        if run is None or not run.takes(kind, index, time):
            run = _Run(kind, index)
            entries.append(run)
        run.texts.append(text)
        run.times.append(time)
    return [entry.to_jsonable() if isinstance(entry, _Run) else entry for entry in entries]


def unpacked(entries: Iterable[Any]) -> Iterator[TimedWire]:
    """The events that `packed` packed.

    Raises:
        ArithmeticError, KeyError, TypeError, ValueError: These entries are not what `packed` makes.
    """
    for entry in entries:
        if isinstance(entry, dict):
            yield from _unpacked_run(entry)
        else:
            seconds, wire = map(from_jsonable, entry)
            if not isinstance(wire, dict) or not isinstance(seconds, int | float | None):
                raise TypeError("An event is not a pair of its seconds and its dict.")
            yield seconds, wire


@dataclass(slots=True)
class _Run:
    """Columns, and no object an event: those would be what Python's garbage collector is busiest with."""

    kind: str
    index: int
    texts: list[str] = field(default_factory=list)
    times: list[int | None] = field(default_factory=list)
    """Milliseconds; all None where nobody measured them."""

    def takes(self, kind: str, index: int, time: int | None) -> bool:
        last = self.times[-1]
        if kind != self.kind or index != self.index:
            return False
        return time is last if time is None or last is None else time >= last

    def to_jsonable(self) -> dict[str, Any]:
        times = [time for time in self.times if time is not None]
        return {
            "run": self.kind,
            "index": self.index,
            "text": "".join(self.texts),
            "lengths": written(map(len, self.texts)),
            "start": times[0] if times else None,
            "gaps": written(map(sub, times, [*times[:1], *times])) if times else None,
        }


def _unpacked_run(run: dict[str, Any]) -> Iterator[TimedWire]:
    lengths, text, start = list(read(run["lengths"])), run["text"], run["start"]
    gaps = [0] * len(lengths) if start is None else list(read(run["gaps"]))
    if sum(lengths) != len(text):
        raise ValueError("The lengths of a run do not add up to its text.")
    position, time = 0, start or 0
    for length, gap in zip(lengths, gaps, strict=True):
        time += gap
        piece, position = text[position : position + length], position + length
        yield (None if start is None else time / 1000), _wire(run["run"], run["index"], piece)


def _delta_of(wire: Wire) -> tuple[str, int, str]:
    """The kind, the block and the text of a delta that fits a run; no kind where it does not."""
    name, body = _only_member(wire)
    if name == "contentBlockDelta" and isinstance(body, dict) and body.keys() == _OF_A_DELTA:
        kind, text = _kind_and_text(body["delta"])
        index = body["contentBlockIndex"]
        if kind and type(index) is int and not has_surrogates(text):
            return kind, index, text
    return "", 0, ""


def _kind_and_text(delta: Any) -> tuple[str, str]:
    name, value = _only_member(delta)
    if name in _WITHIN:
        kind, inner = _WITHIN[name]
        name, value = _only_member(value)
        return (kind, value) if name == inner and isinstance(value, str) else ("", "")
    return ("text", value) if name == "text" and isinstance(value, str) else ("", "")


def _only_member(value: Any) -> tuple[Any, Any]:
    """The name and the value of a dict's one member. Nearly all events pass here, and `match` takes thrice the time."""
    if not isinstance(value, dict) or len(value) != 1:
        return "", None
    (member,) = value.items()
    return member


def _wire(kind: str, index: int, text: str) -> Wire:
    deltas: dict[str, Wire] = {
        "text": {"text": text},
        "reasoning": {"reasoningContent": {"text": text}},
        "input": {"toolUse": {"input": text}},
    }
    return {"contentBlockDelta": {"delta": deltas[kind], "contentBlockIndex": index}}


def _time_of(seconds: float | None) -> int | None:
    """The seconds in milliseconds; `_UNFIT` where they are not a whole number of them, or beyond all reason."""
    if seconds is None:
        return None
    if not 0 <= seconds <= LONGEST:  # nor are NaN and infinities
        return _UNFIT
    milliseconds = round(seconds * 1000)
    return milliseconds if milliseconds / 1000 == seconds else _UNFIT


def written(numbers: Iterable[int]) -> str:
    """Whole numbers from zero up as base64 variable-length quantities."""
    return "".join(map(_digits, numbers))


@lru_cache(maxsize=1024)
def _digits(number: int) -> str:
    digits = ""
    while number >= _MORE:
        digits += _DIGITS[number % _MORE + _MORE]
        number >>= _BITS
    return digits + _DIGITS[number]


def read(digits: str) -> Iterator[int]:
    """The numbers that `written` wrote.

    Raises:
        KeyError: A character is no digit.
        ValueError: The last number is not whole, or one is too large.
    """
    number = shift = 0
    for digit in digits:
        if shift > _MOST_BITS:
            raise ValueError("A number is too large.")
        value = _VALUES[digit]
        number |= value % _MORE << shift
        if value < _MORE:
            yield number
            number = shift = 0
        else:
            shift += _BITS
    if shift:
        raise ValueError("The last number breaks off.")
