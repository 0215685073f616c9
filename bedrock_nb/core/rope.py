"""Text, bytes or tuples that grow at the end without being copied for every piece."""

from __future__ import annotations

import re
from itertools import chain
from typing import Any, Generic, TypeVar

_SURROGATE = re.compile("[\ud800-\udfff]")

Whole = TypeVar("Whole", bound=str | bytes | tuple[Any, ...])


class Rope(Generic[Whole]):
    """An immutable value in the making: `grown` costs the same however long it is, `joined` is worked out once.

    To everyone who looks, a rope is its joined value: equality and hashing ignore where the pieces were cut.
    """

    __slots__ = ("ends",)

    # (the rope this one grew from, the last piece). Joining replaces the pair by (None, the whole) in one assignment,
    # so that a reader in another thread sees the one or the other, and the chain behind it can be freed.
    ends: tuple[Rope[Whole] | None, Whole]

    def __init__(self, whole: Whole) -> None:
        self.ends = (None, whole)

    def grown(self, piece: Whole) -> Rope[Whole]:
        """This rope with `piece` at its end; this one stays as it is."""
        if not piece:
            return self
        rope: Rope[Whole] = Rope.__new__(Rope)
        rope.ends = (self, piece)
        return rope

    def joined(self) -> Whole:
        """All of it."""
        before, last = self.ends
        if before is None:
            return last
        pieces = [last]
        while before is not None:
            before, piece = before.ends
            pieces.append(piece)
        pieces.reverse()
        whole: Whole = _join(pieces)
        self.ends = (None, whole)
        return whole

    def __bool__(self) -> bool:
        before, last = self.ends
        return before is not None or bool(last)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rope):
            return NotImplemented
        return self is other or bool(self.joined() == other.joined())

    def __hash__(self) -> int:
        return hash(self.joined())

    def __reduce__(self) -> tuple[type[Rope[Whole]], tuple[Whole]]:
        # pickle and copy go down one level a link otherwise, and a long rope has more links than Python has levels.
        return Rope, (self.joined(),)

    def __repr__(self) -> str:
        return f"Rope({self.joined()!r})"


def _join(pieces: list[Any]) -> Any:
    first = pieces[0]
    if isinstance(first, tuple):
        return tuple(chain.from_iterable(pieces))
    whole = first[:0].join(pieces)
    return _with_whole_characters(whole) if isinstance(whole, str) else whole


def _with_whole_characters(text: str) -> str:
    """The text with the halves of characters put together that a cut between two deltas had parted."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


NO_TEXT: Rope[str] = Rope("")
NO_BYTES: Rope[bytes] = Rope(b"")
NOTHING: Rope[tuple[Any, ...]] = Rope(())
