"""Markdown that is rendered while it comes: finished blocks are kept, only the open end is rendered again.

At every moment `"".join(fragments) + tail` is what `render_markdown` makes of the text so far. That holds because:

1. A block is finished once another block follows it. Both are looked for in complete lines only, and the cut is made at
   the finished block's end; what lies between the two (blank lines, link definitions) stays in the tail.
2. Nothing in a block depends on another one, except through link definitions. The ones in the finished part are kept;
   the tail's may still change, so each render of the tail starts from the kept ones alone.
3. A fragment remembers which labels it looked up, found or not. When what a label means has changed, the fragments
   that asked for it are rendered again.
"""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from bedrock_nb.views.markdown.parser import normalise, parser

Definition = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Update:
    """What one `append` changed.

    Attributes:
        changed: HTML by number, of the fragments that are new or different.
        count: how many fragments there are now; numbers run from 0 to count - 1.
        tail: HTML of the open end, which follows the last fragment.
        tail_kept: how many characters of the tail before this update still begin the new one.
    """

    changed: Mapping[int, str]
    count: int
    tail: str
    tail_kept: int = 0

    @property
    def splice(self) -> tuple[int, str]:
        """The tail as (kept, added), where kept counts UTF-16 units, as JavaScript's strings do."""
        kept = self.tail[: self.tail_kept]
        return len(kept.encode("utf-16-le")) // 2, self.tail[self.tail_kept :]


class MarkdownStream:
    """The process of rendering one growing text."""

    def __init__(self) -> None:
        self._fragments: list[str] = []
        self._sources: list[str] = []
        self._numbers_by_label: dict[str, set[int]] = {}
        self._kept: dict[str, Definition] = {}
        self._passing: dict[str, Definition] = {}
        self._open = ""
        self._searched = 0
        self._ends_in_return = False
        self._tail = ""

    @property
    def fragments(self) -> tuple[str, ...]:
        """HTML of the finished blocks; one of them changes only when a link definition does."""
        return tuple(self._fragments)

    @property
    def tail(self) -> str:
        """HTML of what may still change."""
        return self._tail

    @property
    def html(self) -> str:
        """HTML of the whole text so far, equal to `render_markdown` of it."""
        return "".join(self._fragments) + self._tail

    def append(self, text: str) -> Update:
        """Take the text that came since the last call, and tell what is to be painted."""
        self._extend(text)
        complete = self._open.rfind("\n") + 1
        if complete == self._searched:
            return self._paint([], {})
        blocks = _blocks(self._open[:complete], self._kept)
        sources, definitions = self._cut(_finished(blocks))
        self._searched = self._open.rfind("\n") + 1
        return self._paint(sources, definitions)

    def finish(self) -> Update:
        """Take note that no text will follow: the tail becomes fragments."""
        if self._ends_in_return:
            self._open, self._ends_in_return = self._open + "\n", False
        sources, definitions = self._cut(_blocks(self._open, self._kept))
        self._open, self._searched = "", 0
        return self._paint(sources, definitions)

    def _extend(self, text: str) -> None:
        """A carriage return is held back, as the line feed that belongs to it may be still to come."""
        if not text:
            return
        text = "\r" + text if self._ends_in_return else text
        self._ends_in_return = text.endswith("\r")
        self._open += normalise(text[:-1] if self._ends_in_return else text)

    def _cut(self, blocks: "_Blocks") -> tuple[list[str], dict[str, Definition]]:
        """Take blocks off the open text: their sources and the definitions that stand before their end."""
        starts = _line_starts(self._open, blocks.end)
        sources = []
        line = 0
        for token in blocks.tokens:
            next_line = _lines(token)[1]
            if token.type != "definition":
                sources.append(self._open[starts[line] : starts[next_line]])
            line = next_line
        self._open = self._open[starts[line] :]
        return sources, blocks.definitions

    def _paint(self, sources: list[str], adopted: dict[str, Definition]) -> Update:
        tail_before, passing_before = self._tail, self._passing
        self._kept |= adopted
        references = _References(self._kept)
        self._tail = _render(self._open + "\n" * self._ends_in_return, references)
        self._passing = references.own
        changed = dict(self._render_again(passing_before, adopted))
        changed |= dict(self._render_new(sources))
        kept = _common_prefix(tail_before, self._tail)
        return Update(changed, len(self._fragments), self._tail, kept)

    def _render_again(
        self, passing_before: dict[str, Definition], adopted: dict[str, Definition]
    ) -> Iterator[tuple[int, str]]:
        """The fragments that asked for a label whose meaning is not what it was."""
        labels = passing_before.keys() | self._passing.keys() | adopted.keys()
        stale: set[int] = set()
        for label in labels & self._numbers_by_label.keys():
            if not _is_same(passing_before.get(label), self._kept.get(label) or self._passing.get(label)):
                stale |= self._numbers_by_label[label]
        for number in sorted(stale):
            html = self._render_fragment(number)
            if html != self._fragments[number]:
                self._fragments[number] = html
                yield number, html

    def _render_new(self, sources: list[str]) -> Iterator[tuple[int, str]]:
        for source in sources:
            number = len(self._sources)
            self._sources.append(source)
            html = self._render_fragment(number)
            self._fragments.append(html)
            yield number, html

    def _render_fragment(self, number: int) -> str:
        references = _References(ChainMap(self._kept, self._passing))
        html = _render(self._sources[number], references)
        for label in references.asked:
            self._numbers_by_label.setdefault(label, set()).add(number)
        return html


class _References:
    """What markdown-it takes for its dictionary of definitions; notes every label that a link asked for.

    The first definition of a label counts, so those already known come before the text's own.
    """

    def __init__(self, known: Mapping[str, Definition]) -> None:
        self.known = known
        self.own: dict[str, Definition] = {}
        self.asked: set[str] = set()

    def __contains__(self, label: str) -> bool:
        return label in self.known or label in self.own

    def __setitem__(self, label: str, definition: Definition) -> None:
        self.own[label] = definition

    def get(self, label: str, default: Definition | None = None) -> Definition | None:
        self.asked.add(label)
        return self.known.get(label) or self.own.get(label, default)


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Top-level blocks of a text, each by its first token, and the definitions that stand in them."""

    tokens: Sequence[Token]
    definitions: dict[str, Definition]

    @property
    def end(self) -> int:
        """The line after the last block."""
        return _lines(self.tokens[-1])[1] if self.tokens else 0


def _blocks(text: str, known: Mapping[str, Definition]) -> _Blocks:
    """Look for blocks only: what is inside paragraphs costs most and does not matter here."""
    references = _References(known)
    tokens: list[Token] = []
    parser().block.parse(text, parser(), {"references": references}, tokens)
    return _Blocks([token for token in tokens if token.level == 0 and token.nesting >= 0], references.own)


def _finished(blocks: _Blocks) -> _Blocks:
    """All blocks but the last, which may go on; nor a definition whose title may be on the line that follows it."""
    tokens = list(blocks.tokens)
    following = tokens.pop() if tokens else None
    while tokens and following and tokens[-1].type == "definition" != following.type:
        if _lines(tokens[-1])[1] < _lines(following)[0]:
            break
        following = tokens.pop()
    end = _lines(tokens[-1])[1] if tokens else 0
    definitions = {label: it for label, it in blocks.definitions.items() if it["map"][0] < end}
    return _Blocks(tokens, definitions)


def _render(text: str, references: _References) -> str:
    rendered: str = parser().render(text, {"references": references})
    return rendered


def _lines(token: Token) -> tuple[int, int]:
    """The lines of a block: its first, and the one after its last."""
    first, end = token.map or (0, 0)
    return first, end


def _line_starts(text: str, count: int) -> list[int]:
    """Where each of the first lines begins, and where the line after them would."""
    starts = [0]
    for _ in range(count):
        starts.append(text.find("\n", starts[-1]) + 1 or len(text))
    return starts


def _is_same(one: Definition | None, other: Definition | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one["href"], one["title"]) == (other["href"], other["title"])


def _common_prefix(one: str, other: str) -> int:
    """How many characters two texts share at their beginning; halving, as comparing slices is fast."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
