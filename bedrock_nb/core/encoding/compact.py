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
from functools import lru_cache
from itertools import pairwise
from operator import sub
from typing import Any

from bedrock_nb.core.deltas import plain_delta, wire_of
from bedrock_nb.core.encoding.jsonable import from_jsonable, has_surrogates, to_jsonable
from bedrock_nb.core.event_log import EventLog, Seconds, Stretch, TimedWire

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_MORE = 32
_BITS = 5
_MOST_BITS = 60
"""Of one number: beyond any length or time, and few enough that reading stays linear whatever the digits are."""
LONGEST = 1e9
"""Seconds, thirty years: no recording has longer times."""
_UNFIT = -1


def packed(events: Iterable[TimedWire] | EventLog) -> list[Any]:
    """The events as JSON-safe data; its inverse is `unpacked`."""
    entries: list[Any] = []
    for stretch in EventLog.of(events).stretches():
        if stretch.kind:
            entries.extend(_packed_deltas(stretch))
        else:
            entries.extend(map(_plain, stretch.times, stretch.entries))
    return entries


def _plain(seconds: Seconds, wire: Any) -> list[Any]:
    return [to_jsonable(seconds), to_jsonable(wire)]


def _packed_deltas(stretch: Stretch) -> Iterator[Any]:
    """Plain deltas of one kind and block: one run, unless their times go back or do not fit, or their text does not."""
    times, pieces = [_time_of(seconds) for seconds in stretch.times], stretch.entries
    if has_surrogates("".join(pieces)):
        times = [_UNFIT if has_surrogates(piece) else time for time, piece in zip(times, pieces, strict=True)]
    begin = 0
    for end in [*_breaks(times), len(times)]:
        if times[begin] == _UNFIT:
            yield _plain(stretch.times[begin], wire_of(stretch.kind, stretch.index, pieces[begin]))
        else:
            yield _run(stretch.kind, stretch.index, pieces[begin:end], times[begin:end])
        begin = end


def _breaks(times: list[int | None]) -> list[int]:
    """Where a run cannot go on: before these places."""
    return [place for place, (last, time) in enumerate(pairwise(times), start=1) if not _follows(last, time)]


def _follows(last: int | None, time: int | None) -> bool:
    if time is None or last is None:
        return time is last
    return time >= last > _UNFIT


def _run(kind: str, index: int, pieces: list[str], times: list[int | None]) -> dict[str, Any]:
    measured = [time for time in times if time is not None]
    return {
        "run": kind,
        "index": index,
        "text": "".join(pieces),
        "lengths": written(map(len, pieces)),
        "start": measured[0] if measured else None,
        "gaps": written(map(sub, measured, [*measured[:1], *measured])) if measured else None,
    }


def unpacked(entries: Iterable[Any]) -> EventLog:
    """The events that `packed` packed.

    Raises:
        ArithmeticError, KeyError, TypeError, ValueError: These entries are not what `packed` makes.
    """
    log = EventLog()
    for entry in entries:
        if isinstance(entry, dict):
            _unpack_run(entry, log)
        else:
            seconds, wire = map(from_jsonable, entry)
            if not isinstance(wire, dict) or not isinstance(seconds, int | float | None):
                raise TypeError("An event is not a pair of its seconds and its dict.")
            log.append(seconds, wire)
    return log


def _unpack_run(run: dict[str, Any], log: EventLog) -> None:
    kind, index, text, start = run["run"], run["index"], run["text"], run["start"]
    if plain_delta(wire_of(kind, index, text)) is None:
        raise TypeError("A run is not of text, or not of a block.")
    lengths = list(read(run["lengths"]))
    gaps = [0] * len(lengths) if start is None else list(read(run["gaps"]))
    if sum(lengths) != len(text):
        raise ValueError("The lengths of a run do not add up to its text.")
    position, time = 0, start or 0
    for length, gap in zip(lengths, gaps, strict=True):
        time += gap
        piece, position = text[position : position + length], position + length
        log.append(None if start is None else time / 1000, (kind, index, piece))


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
