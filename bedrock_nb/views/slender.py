"""The forms of a finished panel in as little room as a notebook can ask for.

A notebook keeps every line of a text as a line of its own, indented and quoted, and a panel has many short ones.
`slender_…` and `packed` lose nothing; `without_…`, `as_text` and `beginning` say by their names what they lose.
"""

from __future__ import annotations

import re
import unicodedata

from bedrock_nb.views.html.used_rules import used_rules
from bedrock_nb.views.markdown.escaping import escape_text
from bedrock_nb.views.markdown_view import harmless

_ARTICLE = '<article class="bnb-panel"'
_TAG = re.compile(r'<[a-z][^<>"]*(?:"[^"]*"[^<>"]*)*>')
_DIRECTION = re.compile(r' dir="(?:auto|ltr)"')
_RIGHT_TO_LEFT = {"R", "AL", "AN", "RLE", "RLO", "RLI"}
_BETWEEN_BLOCKS = re.compile(r"(?<=>)\n+(?=</?(?:p|ul|ol|li|table|thead|tbody|tr|div|h\d|blockquote|hr|section)[ >])")
_CODE = re.compile(r"(<pre.*?</pre>)", re.DOTALL)
_COLOUR = re.compile(r'<span class="bnb-t-[a-z]+">([^<]*)</span>')
_FORMULA = re.compile("<rp>.*?</rp>", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ROUND_MARKS = re.compile(r"\s*([{};,>])\s*")
_LAST_SEMICOLON = re.compile(";}")

# Browsers and sanitizers alike close these where the next of their kind begins.
_IMPLIED = re.compile(r"</(td|th|li|p)>(?=<\1[ >])|</t[dh]></tr>(?=<tr>)")
_VALUE = re.compile(r'="(?:([\w#%.:;()-]+)|([^"\']*))"')
_TRIMMING = re.compile(
    r' (?:style="text-align:[a-z]+"|role="(?:group|img)"|aria-label="(?:table|formula|done|to do|figures)"|tabindex="0"'
    r'|data-lang="[^"]*"|data-slot="[a-z]+"|class="bnb-(?:h\d|task-item)")'
)
_FRAMED_FORMULA = re.compile(
    r'<div class="bnb-scroll">(?:<span class="bnb-untyped[^>]*>)?'
    r'(<code class="bnb-tex"[^>]*>[^<]*</code>)(?:</span>)?</div>'
)
_TASK = re.compile(r'<span class="bnb-task">(.)</span>')
_PARAGRAPHS = re.compile(r"\n{2,}")


def slender_css(css: str) -> str:
    """The same rules without what only their reader needs. No text in them may hold marks of CSS."""
    lines = " ".join(_COMMENT.sub("", css).split())
    return _LAST_SEMICOLON.sub("}", _ROUND_MARKS.sub(r"\1", lines)).replace(": ", ":")


def slender_html(html: str) -> str:
    """The same panel without what a browser does not need, rules for classes that it does not have among them.

    Where nothing is written from right to left, the reading direction is said once.
    """
    styles, end, panel = html.partition("</style>")
    if end:
        html = f"<style>{used_rules(styles.removeprefix('<style>'), panel)}{end}{panel}"
    if not any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in set(html)):
        html = _TAG.sub(lambda tag: _DIRECTION.sub("", tag[0]), html).replace(_ARTICLE, f'{_ARTICLE} dir="ltr"', 1)
    return "".join(part if part.startswith("<pre") else _BETWEEN_BLOCKS.sub("", part) for part in _CODE.split(html))


def packed(html: str) -> str:
    """The same HTML with no line ends and no end tags that go without saying, and with few quotation marks.

    In a notebook's file a line end takes 14 bytes and a double quotation mark two.
    """
    styles, end, panel = html.partition("</style>")
    panel = _TAG.sub(lambda tag: _VALUE.sub(_value, tag[0]), _IMPLIED.sub("", panel))
    return styles + end + panel.replace("\n", "&#10;")


def _value(match: re.Match[str]) -> str:
    return f"={match[1]}" if match[1] else f"='{match[2]}'"


def without_colours(html: str) -> str:
    """The panel with its code in one colour."""
    return _COLOUR.sub(r"\1", html)


def without_formulas(html: str) -> str:
    """The panel with its mathematics as TeX."""
    return _FORMULA.sub("", html).replace('<span class="bnb-math', '<span class="bnb-untyped')


def without_trimmings(html: str) -> str:
    """The panel without columns set to a side, boxes for tasks, frames for formulas, and names for screen readers."""
    styles, end, panel = html.partition("</style>")
    panel = _TASK.sub(r"\1", _TAG.sub(lambda tag: _TRIMMING.sub("", tag[0]), panel))
    return styles + end + _FRAMED_FORMULA.sub(r"<p>\1</p>", panel)


def as_text(html: str, text: str) -> str:
    """The panel with this text in place of its blocks."""
    before, blocks, rest = html.partition('<div class="bnb-blocks">')
    _, bottom, after = rest.rpartition('<div class="bnb-bottom">')
    paragraphs = "".join(
        f"<p>{escape_text(each).replace(chr(10), '<br>')}</p>" for each in _PARAGRAPHS.split(text.strip("\n"))
    )
    section = f'<section class="bnb-block bnb-text"><div class="bnb-prose" dir="auto">{paragraphs}</div></section>'
    return f"{before}{blocks}{section}</div>{bottom}{after}"


def beginning(text: str, length: int, rest: str) -> str:
    """The first paragraphs of a text, `length` characters at most, and a line that says where the rest is."""
    start = text[:length]
    end = max(start.rfind("\n\n"), length // 2)
    return f"{harmless(start[:end].rstrip())}\n\n[{len(text) - end:,} more characters: {rest}]"
