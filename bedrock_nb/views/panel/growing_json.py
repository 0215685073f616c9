"""JSON text that is laid out and coloured while it comes, each character looked at once.

An object has a line for each member; a list has its numbers, strings and words side by side. What has been laid out
stays, so that the picture of a prefix is a prefix of the whole picture, but for a string or a
number that is still open. Text that turns out not to be JSON is shown as it came.
"""

from __future__ import annotations

import re

from bedrock_nb.views.html.elements import printable
from bedrock_nb.views.markdown.escaping import escape_code, replace_unprintable
from bedrock_nb.views.panel.growing import Body

FRAGMENT = 1_000
"""Characters of HTML that make a fragment, about."""
DEEPEST_INDENT = 24
"""Levels; what lies deeper is not moved further to the right."""
LINE = 72
"""Characters after which a list goes on in a new line."""

_SPACE = re.compile(r"[ \t\r\n]+")
_WORD = re.compile(r'[^ \t\r\n"{}\[\],:]+')
_STRING_END = re.compile(r'"|\\')
_KEY, _STRING, _NUMBER, _LITERAL = "nt", "s", "m", "kc"
_CLOSING = {"}": "{", "]": "["}

# What may come next.
_VALUE, _VALUE_OR_END, _KEY_NEXT, _KEY_OR_END, _COLON, _COMMA_OR_END, _NOTHING = range(7)
_VALUES = (_VALUE, _VALUE_OR_END)
_KEYS = (_KEY_NEXT, _KEY_OR_END)


class NotJson(Exception):
    """The text is not JSON from here on."""


class GrowingJson:
    """One JSON text, laid out as it grows."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._source = ""
        self._layout = _Layout()
        self._is_raw = False

    def body(self, source: str, *, raw: bool) -> Body:
        """The HTML of the text; with `raw`, and where it is not JSON, as it came."""
        source = replace_unprintable(printable(source))
        if raw:
            return _raw_body(source)
        if not source.startswith(self._source):
            self._begin()
        added, self._source = source[len(self._source) :], source
        if not self._is_raw:
            try:
                self._layout.feed(added)
            except NotJson:
                self._is_raw = True
        return _raw_body(source) if self._is_raw else self._layout.body


def _raw_body(source: str) -> Body:
    cuts = range(0, len(source) - len(source) % FRAGMENT, FRAGMENT)
    tail = source[len(cuts) * FRAGMENT :]
    return Body(tuple(escape_code(source[cut : cut + FRAGMENT]) for cut in cuts), escape_code(tail))


class _Layout:
    """The state machine: what is open, what may come next, and the HTML so far."""

    def __init__(self) -> None:
        self._containers: list[str] = []
        self._is_broken: list[bool] = []  # for each container, whether it has begun a line of its own
        self._column = 0
        self._next = _VALUE
        self._fragments: list[str] = []
        self._pending: list[str] = []
        self._pending_length = 0
        self._token: list[str] = []
        self._token_length = 0
        self._token_class = ""
        self._in_string = self._after_backslash = False

    @property
    def body(self) -> Body:
        return Body(tuple(self._fragments), "".join(self._pending) + self._open_token())

    def feed(self, piece: str) -> None:
        position = 0
        while position < len(piece):
            if self._in_string:
                position = self._go_on_in_string(piece, position)
            elif space := _SPACE.match(piece, position):
                self._end_token()
                position = space.end()
            elif word := _WORD.match(piece, position):
                self._word(word[0])
                position = word.end()
            else:
                self._end_token()
                self._punctuation(piece[position])
                position += 1

    def _go_on_in_string(self, piece: str, position: int) -> int:
        if self._after_backslash:
            self._after_backslash = False
            self._add_escape(piece[position])
            return position + 1
        limit = position + FRAGMENT - self._token_length
        end = _STRING_END.search(piece, position, limit)
        stop = end.start() if end else min(len(piece), limit)
        self._add(escape_code(piece[position:stop]), stop - position)
        if end is None:
            return stop
        if end[0] == "\\":
            self._after_backslash = True
        else:
            self._in_string = False
            self._add('"', 0)
            self._end_token()
        return stop + 1

    def _add_escape(self, letter: str) -> None:
        """An escaped line end is shown as one too; it is the stylesheet that breaks the line, so copies stay JSON."""
        escaped = escape_code("\\" + letter)
        self._add(f'<span class="bnb-line-end">{escaped}</span>' if letter == "n" else escaped, 2)

    def _add(self, html: str, length: int) -> None:
        """Add to the open string. A long one is cut after so many characters, however its pieces came."""
        self._token.append(html)
        self._token_length += length
        self._column += length
        if self._token_length >= FRAGMENT:
            self._end_token()

    def _word(self, word: str) -> None:
        if not self._token:
            if self._next not in _VALUES:
                raise NotJson
            self._begin_value(is_container=False)
            self._token_class = _NUMBER if word[0] in "-0123456789" else _LITERAL
        self._token.append(escape_code(word))
        self._column += len(word)

    def _punctuation(self, mark: str) -> None:
        match mark:
            case '"':
                self._begin_string()
            case "{" | "[":
                self._open(mark)
            case "}" | "]":
                self._close(mark)
            case "," if self._next == _COMMA_OR_END and self._containers:
                self._next = _KEY_NEXT if self._containers[-1] == "{" else _VALUE
                self._emit(",")
                if self._containers[-1] == "{":
                    self._new_line()
            case ":" if self._next == _COLON:
                self._next = _VALUE
                self._emit(": ")
            case _:
                raise NotJson

    def _begin_string(self) -> None:
        if self._next in _KEYS:
            if self._next == _KEY_OR_END:
                self._new_line()
            self._next, self._token_class = _COLON, _KEY
        else:
            self._begin_value(is_container=False)
            self._token_class = _STRING
        self._token.append('"')
        self._in_string = True

    def _open(self, mark: str) -> None:
        self._begin_value(is_container=True)
        self._emit(mark)
        self._containers.append(mark)
        self._is_broken.append(False)
        self._next = _KEY_OR_END if mark == "{" else _VALUE_OR_END

    def _close(self, mark: str) -> None:
        is_empty = self._next in {_KEY_OR_END, _VALUE_OR_END}
        if not (is_empty or self._next == _COMMA_OR_END) or self._containers[-1:] != [_CLOSING[mark]]:
            raise NotJson
        self._containers.pop()
        if self._is_broken.pop():
            self._new_line()
        self._emit(mark)
        self._next = _COMMA_OR_END if self._containers else _NOTHING

    def _begin_value(self, *, is_container: bool) -> None:
        if self._next not in _VALUES:
            raise NotJson
        if self._containers[-1:] == ["["]:
            if is_container or self._column >= LINE:
                self._new_line()
            elif self._next == _VALUE:
                self._emit(" ")
        self._next = _COMMA_OR_END if self._containers else _NOTHING

    def _new_line(self) -> None:
        self._is_broken[-1:] = [True] * len(self._is_broken[-1:])
        depth = min(len(self._containers), DEEPEST_INDENT)
        self._emit("\n" + "  " * depth)
        self._column = 2 * depth

    def _emit(self, html: str) -> None:
        self._pending.append(html)
        self._pending_length += len(html)
        self._column += 1
        if self._pending_length >= FRAGMENT:
            self._fragments.append("".join(self._pending))
            self._pending, self._pending_length = [], 0

    def _open_token(self) -> str:
        return f'<span class="bnb-t-{self._token_class}">{"".join(self._token)}</span>' if self._token else ""

    def _end_token(self) -> None:
        if self._token:
            html = self._open_token()
            self._token, self._token_length = [], 0
            self._emit(html)
