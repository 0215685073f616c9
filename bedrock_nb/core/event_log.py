"""The timed events of one call, in columns.

A long answer is thousands of plain deltas. As a dict, a pair and a typed event each takes 900 bytes, and is four
objects for Python's garbage collector to go through, which stops a notebook's kernel for a tenth of a second every
other answer. Here each is its piece and its time: 110 bytes, and nothing to collect.

Invariants, each held by a property test:
- The log gives back the wire events that were appended, or such as are equal, with their times and in their order.
- A log that another was cut from, and grows, changes nothing in that other one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

from bedrock_nb.core.deltas import Arrival, event_of, plain_delta, wire_of
from bedrock_nb.core.events import Event, Wire, parse

Seconds: TypeAlias = float | None
"""Since the request; None where nobody measured."""
TimedWire: TypeAlias = tuple[Seconds, Wire]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive events: plain deltas of one kind and block, or others, whose `kind` is empty."""

    first: int
    """The number of its first event, from 0."""
    kind: str
    index: int
    times: list[Seconds]
    entries: list[Any]
    """The pieces of the deltas; of others the wire events."""

    def wires(self) -> Iterator[Wire]:
        """Its wire events."""
        return (wire_of(self.kind, self.index, piece) for piece in self.entries) if self.kind else iter(self.entries)

    def events(self) -> Iterator[Event]:
        """Its typed events."""
        if not self.kind:
            return map(parse, self.entries)
        return (event_of(self.kind, self.index, piece) for piece in self.entries)


class EventLog:
    """Events that are only ever appended, by one thread; any other may read meanwhile.

    Args:
        events: Those to begin with.
    """

    __slots__ = ("_count", "_entries", "_heads", "_times")

    def __init__(self, events: Iterable[tuple[Seconds, Arrival]] = ()) -> None:
        self._times: list[Seconds] = []
        self._heads: list[tuple[int, str, int]] = []  # of each stretch the first number, the kind and the index
        self._entries: list[str | Wire] = []
        self._count: int | None = None  # for who was cut from another
        for seconds, arrival in events:
            self.append(seconds, arrival)

    @classmethod
    def of(cls, events: Iterable[TimedWire] | EventLog) -> EventLog:
        """The log of these events; itself, if they are one."""
        return events if isinstance(events, EventLog) else cls(events)

    def append(self, seconds: Seconds, arrival: Arrival) -> None:
        """Add one event.

        Raises:
            TypeError: This log was cut from another, and stays as it is.
        """
        if self._count is not None:
            raise TypeError("What was cut from a log does not grow.")
        kind, index, entry = arrival if isinstance(arrival, tuple) else plain_delta(arrival) or ("", 0, arrival)
        if not self._heads or self._heads[-1][1:] != (kind, index):
            self._heads.append((len(self._entries), kind, index))
        self._times.append(seconds)
        self._entries.append(entry)  # the last, as it is what readers count

    def __len__(self) -> int:
        return len(self._entries) if self._count is None else self._count

    def cut(self, count: int) -> EventLog:
        """The first `count` events, as they stand: it shares them with this log and does not grow."""
        log = EventLog()
        log._times, log._heads, log._entries = self._times, self._heads, self._entries
        log._count = min(count, len(self))
        return log

    @property
    def times(self) -> list[Seconds]:
        """When each event came."""
        return self._times[: len(self)]

    def stretches(self, start: int = 0) -> Iterator[Stretch]:
        """The events from one on, as long stretches as there are."""
        end = len(self)
        place = bisect_right(self._heads, start, key=itemgetter(0))
        while start < end:
            _, kind, index = self._heads[place - 1]
            stop = min(self._heads[place][0], end) if place < len(self._heads) else end
            yield Stretch(start, kind, index, self._times[start:stop], self._entries[start:stop])
            start, place = stop, place + 1

    def events(self, start: int = 0) -> Iterator[Event]:
        """The typed events from one on."""
        for stretch in self.stretches(start):
            yield from stretch.events()

    def __iter__(self) -> Iterator[TimedWire]:
        """The wire events, each with its seconds."""
        for stretch in self.stretches():
            yield from zip(stretch.times, stretch.wires(), strict=True)
