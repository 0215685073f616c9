"""Markdown that is rendered while it comes: finished blocks are kept, only the open end is rendered again.

At every moment `"".join(fragments) + tail` is what `render_markdown` makes of the text so far. That holds because:

1. A block is finished once another block follows it. Both are looked for in complete lines only, and the cut is made at
   the finished block's end; what lies between the two (blank lines, link definitions) stays in the tail.
2. Nothing in a block depends on another one, except through link definitions. The ones in the finished part are kept;
   the tail's may still change, so each render of the tail starts from the kept ones alone.
3. A fragment remembers which labels it looked up, found or not. When what a label means has changed, the fragments
   that asked for it are rendered again.

The cost is linear in the text, except where one block is very long, as its open end is the whole block. Long lists and
tables are therefore rendered piece by piece (`long_blocks`), and open code is coloured at few of its lengths
(`highlighting`).
"""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bedrock_nb.views.markdown.blocks import (
    Blocks,
    Definition,
    References,
    find_blocks,
    line_starts,
    lines_of,
    meaning,
    render,
)
from bedrock_nb.views.markdown.inline_memo import InlineMemo
from bedrock_nb.views.markdown.long_blocks import LongBlock, settle
from bedrock_nb.views.markdown.parser import normalise
from bedrock_nb.views.strings import common_prefix_length, utf16_length


@dataclass(frozen=True, slots=True)
class Update:
    """What one `append` changed.

    Attributes:
        changed: HTML by number (from 0), of the older fragments that a link definition made different.
        added: HTML of the fragments that are new, in order; they follow the older ones.
        tail: HTML of the open end, which follows the last fragment.
        kept: what stood in the tail before stands now in the added fragments and the tail; so many of its characters,
            counted from its beginning, are still the same.
    """

    changed: Mapping[int, str]
    added: tuple[str, ...]
    tail: str
    kept: int

    def as_patch(self) -> dict[str, Any]:
        """The update with no character sent twice, fit for JSON; lengths count UTF-16 units, as JavaScript does.

        Returns:
            {"changed": {number: html}, "kept": length, "html": str, "added": [length, …]}. To apply it: keep that much
            of the tail and append the html; then each added fragment takes its length off the front, and what is left
            is the new tail.
        """
        open_end = "".join(self.added) + self.tail
        return {
            "changed": {str(number): html for number, html in self.changed.items()},
            "kept": utf16_length(open_end[: self.kept]),
            "html": open_end[self.kept :],
            "added": [utf16_length(html) for html in self.added],
        }


class MarkdownStream:
    """The process of rendering one growing text."""

    def __init__(self) -> None:
        self._fragments: list[str] = []
        self._sources: list[str] = []
        self._numbers_by_label: dict[str, set[int]] = {}
        self._kept: dict[str, Definition] = {}
        self._passing: dict[str, Definition] = {}
        self._open = ""
        self._ends_in_return = False
        self._tail = ""
        self._long_block: LongBlock | None = None
        self._memo = InlineMemo()

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
        if not self._extend(text):
            return self._paint([], {})
        blocks = find_blocks(self._open[: self._open.rfind("\n") + 1], self._kept)
        finished = blocks.finished()
        sources = self._cut(finished)
        looked_at = self._open
        update = self._paint(sources, finished.definitions)
        if not finished.tokens and self._open == looked_at:
            self._open, self._long_block = settle(self._open, blocks, self._long_block, self._known)
        return update

    def finish(self) -> Update:
        """Take note that no text will follow: the tail becomes fragments, and the stream has done its work."""
        if self._ends_in_return:
            self._open, self._ends_in_return = self._open + "\n", False
        blocks = find_blocks(self._open, self._kept)
        sources = self._cut(blocks)
        self._open = ""
        return self._paint(sources, blocks.definitions)

    def _extend(self, text: str) -> bool:
        """Add to the open text and say whether a line was completed.

        A carriage return is held back, as the line feed that belongs to it may be still to come.
        """
        if not text:
            return False
        text = "\r" + text if self._ends_in_return else text
        self._ends_in_return = text.endswith("\r")
        added = normalise(text[:-1] if self._ends_in_return else text)
        self._open += added
        return "\n" in added

    def _cut(self, blocks: Blocks) -> list[str]:
        """Take blocks off the open text, and give their sources."""
        starts = line_starts(self._open, blocks.end)
        sources = []
        line = 0
        for token in blocks.tokens:
            next_line = lines_of(token)[1]
            if token.type != "definition":
                sources.append(self._open[starts[line] : starts[next_line]])
            line = next_line
        self._open = self._open[starts[line] :]
        if sources and self._long_block:
            sources[0], self._long_block = self._long_block.restored(sources[0]), None
        return sources

    def _paint(self, sources: list[str], adopted: Mapping[str, Definition]) -> Update:
        tail_before, passing_before = self._tail, self._passing
        self._kept.update(adopted)
        self._tail = self._render_tail()
        changed = dict(self._render_again(passing_before, adopted))
        added = tuple(self._render_new(source) for source in sources)
        self._memo.turn()
        kept = common_prefix_length(tail_before, "".join(added) + self._tail)
        return Update(changed, added, self._tail, kept)

    def _render_tail(self) -> str:
        references = References(self._kept)
        html = render(self._open + "\n" * self._ends_in_return, references, self._memo)
        self._passing = references.own
        if self._long_block is None:
            return html
        completed = self._long_block.completed(html, self._known)
        if completed is None:
            self._open, self._long_block = self._long_block.restored(self._open), None
            return self._render_tail()
        return completed

    @property
    def _known(self) -> Mapping[str, Definition]:
        """All definitions in force: those in finished blocks, then those in the tail."""
        return ChainMap(self._kept, self._passing)

    def _render_again(
        self, passing_before: Mapping[str, Definition], adopted: Mapping[str, Definition]
    ) -> Iterator[tuple[int, str]]:
        """The fragments that asked for a label whose meaning is not what it was."""
        labels = passing_before.keys() | self._passing.keys() | adopted.keys()
        stale: set[int] = set()
        for label in labels & self._numbers_by_label.keys():
            if meaning(passing_before.get(label)) != meaning(self._known.get(label)):
                stale |= self._numbers_by_label[label]
        for number in sorted(stale):
            html = self._render_fragment(number)
            if html != self._fragments[number]:
                self._fragments[number] = html
                yield number, html

    def _render_new(self, source: str) -> str:
        self._sources.append(source)
        html = self._render_fragment(len(self._fragments))
        self._fragments.append(html)
        return html

    def _render_fragment(self, number: int) -> str:
        references = References(self._known)
        html = render(self._sources[number], references, self._memo)
        for label in references.asked:
            self._numbers_by_label.setdefault(label, set()).add(number)
        return html
