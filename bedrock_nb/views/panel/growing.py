"""HTML that grows with its source: what is finished stays as it is, only the open end is made anew."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bedrock_nb.views.html.elements import escape, printable
from bedrock_nb.views.markdown import MarkdownStream
from bedrock_nb.views.panel.panel import Piece, Source


@dataclass(frozen=True, slots=True)
class Body:
    """HTML in pieces. `fragments` are finished and seldom change; `tail` follows them and is still open."""

    fragments: tuple[str, ...] = ()
    tail: str = ""

    @property
    def html(self) -> str:
        """All of it."""
        return "".join(self.fragments) + self.tail


NOTHING_YET = Body()


class GrowingMarkdown:
    """One Markdown text, rendered block by block as it grows."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._stream = MarkdownStream()
        self._source = ""
        self._is_finished = False

    def body(self, source: str, *, growing: bool) -> Body:
        """The HTML of the text. It begins anew where the text is not the last one with something at its end."""
        source = printable(source)
        if (self._is_finished and (growing or source != self._source)) or not source.startswith(self._source):
            self._begin()
        if source != self._source:
            self._stream.append(source[len(self._source) :])
            self._source = source
        if not (growing or self._is_finished):
            self._stream.finish()
            self._is_finished = True
        return Body(self._stream.fragments, self._stream.tail)


# Marks go through Markdown as characters that nobody writes: punctuation of SignWriting. As punctuation they leave
# the emphasis around them as it is.
_MARK = "\U0001da87"
_MARKS = re.compile(f"(<[^>]*>)|{_MARK}([0-9,]+){_MARK}")


def with_marks(pieces: tuple[Piece, ...]) -> str:
    """The text of a cited passage, with its marks in a form that Markdown leaves alone."""
    if not any(piece.marks for piece in pieces):
        return "".join(piece.text for piece in pieces)
    return "".join(piece.text.replace(_MARK, "\ufffd") + _mark(piece.marks) for piece in pieces)


def _mark(numbers: tuple[int, ...]) -> str:
    return f"{_MARK}{','.join(map(str, numbers))}{_MARK}" if numbers else ""


def marked(body: Body, sources: tuple[Source, ...]) -> Body:
    """The HTML with its marks as numbers, each of which names its source to who points at it."""
    titles = {source.number: source.title for source in sources}
    return Body(tuple(_marked(html, titles) for html in body.fragments), _marked(body.tail, titles))


def _marked(html: str, titles: dict[int, str]) -> str:
    if _MARK not in html:
        return html
    return _MARKS.sub(lambda match: _without_marks(match[1]) if match[1] else _superscript(match[2], titles), html)


def _without_marks(tag: str) -> str:
    """An attribute holds no element."""
    return re.sub(f"{_MARK}[0-9,]+{_MARK}", "", tag)


def _superscript(numbers: str, titles: dict[int, str]) -> str:
    links = (f'<span title="{escape(titles.get(int(number), ""))}">{number}</span>' for number in numbers.split(","))
    return f'<sup class="bnb-mark">[{", ".join(links)}]</sup>'
