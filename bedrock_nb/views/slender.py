"""The forms of a finished panel in as little room as a notebook can ask for.

A notebook keeps every line of a text as a line of its own, indented and quoted, and a panel has many short ones.
"""

from __future__ import annotations

import re
import unicodedata

from bedrock_nb.views.markdown_view import harmless

_ARTICLE = '<article class="bnb-panel"'
_TAG = re.compile(r'<[a-z][^<>"]*(?:"[^"]*"[^<>"]*)*>')
_DIRECTION = re.compile(r' dir="(?:auto|ltr)"')
_RIGHT_TO_LEFT = {"R", "AL", "AN", "RLE", "RLO", "RLI"}
_BETWEEN_BLOCKS = re.compile(r"(?<=>)\n+(?=</?(?:p|ul|ol|li|table|thead|tbody|tr|div|h\d|blockquote|hr|section)[ >])")
_CODE = re.compile(r"(<pre.*?</pre>)", re.DOTALL)
_COLOUR = re.compile(r'<span class="bnb-t-[a-z]+">([^<]*)</span>')
_FORMULA = re.compile(r'<span class="bnb-mathml" hidden>.*?</span>', re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ROUND_MARKS = re.compile(r"\s*([{};,>])\s*")
_LAST_SEMICOLON = re.compile(";}")


def slender_css(css: str) -> str:
    """The same rules without what only their reader needs. No text in them may hold marks of CSS."""
    lines = " ".join(_COMMENT.sub("", css).split())
    return _LAST_SEMICOLON.sub("}", _ROUND_MARKS.sub(r"\1", lines)).replace(": ", ":")


def slender_html(html: str) -> str:
    """The same panel without what a browser does not need.

    Where nothing is written from right to left, the reading direction is said once.
    """
    if not any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in set(html)):
        html = _TAG.sub(lambda tag: _DIRECTION.sub("", tag[0]), html).replace(_ARTICLE, f'{_ARTICLE} dir="ltr"', 1)
    return "".join(part if part.startswith("<pre") else _BETWEEN_BLOCKS.sub("", part) for part in _CODE.split(html))


def without_colours(html: str) -> str:
    """The panel with its code in one colour."""
    return _COLOUR.sub(r"\1", html)


def without_formulas(html: str) -> str:
    """The panel with its mathematics as TeX."""
    return _FORMULA.sub("", html).replace('<span class="bnb-math', '<span class="bnb-untyped')


def beginning(text: str, length: int, rest: str) -> str:
    """The first paragraphs of a text, `length` characters at most, and a line that says where the rest is."""
    start = text[:length]
    end = max(start.rfind("\n\n"), length // 2)
    return f"{harmless(start[:end].rstrip())}\n\n[{len(text) - end:,} more characters: {rest}]"
