"""Tokens to HTML: one function for each token type this panel knows, every text escaped, every address checked."""

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from bedrock_nb.views.markdown import links
from bedrock_nb.views.markdown.escaping import escape, escape_code, escape_text
from bedrock_nb.views.markdown.highlighting import highlight, highlight_open
from bedrock_nb.views.markdown.inline_memo import ENVIRONMENT_KEY, RENDERED, InlineMemo
from bedrock_nb.views.markdown.mathml import to_mathml

LONGEST_LANGUAGE = 40
ONE_LINE_FORMULA = 40
"""Characters of an inline formula's source above which it may not fit a narrow page: it scrolls, by keyboard too."""
# The reader's language decides the direction of each block, and nothing in it can turn its neighbours around.
_DIRECTION = ' dir="auto"'


class PanelRenderer:
    """What markdown-it calls to turn its tokens into HTML."""

    __output__: ClassVar[str] = "html"

    def __init__(self, parser: object = None) -> None:
        """Made by markdown-it, which hands itself over."""

    def render(self, tokens: Sequence[Token], options: OptionsDict, env: EnvType) -> str:  # noqa: ARG002 - markdown-it's signature
        """HTML of block tokens, in order."""
        memo: InlineMemo | None = env.get(ENVIRONMENT_KEY)
        return "".join(_block(token, memo) for token in tokens)


def code_html(coloured: str, language: str) -> str:
    """A block of code with the name of its language above it; `coloured` is what `highlight` gives."""
    head = f'<div class="bnb-code-head">{escape_code(language)}</div>' if language else ""
    return (
        f'<div class="bnb-code" data-lang="{escape(language)}">{head}'
        f'<pre dir="ltr" tabindex="0"><code>{coloured}</code></pre></div>\n'
    )


def math_html(formula: str, *, is_display: bool) -> str:
    """A formula as MathML, with its LaTeX source for where MathML or this panel's styles are dropped.

    The stylesheet shows the MathML and hides the source, so that one of the two is read. Without it the MathML is not
    shown for two reasons, as sanitizers that drop its tags keep its letters: JupyterLab's keeps `hidden` where it has a
    value, GitHub's keeps `rp`, which browsers do not show.
    """
    delimiter = "$$" if is_display else "$"
    source = f'<code class="bnb-tex" dir="ltr">{escape_code(delimiter + formula + delimiter)}</code>'
    mathml = to_mathml(formula, "block" if is_display else "inline")
    if mathml is None:
        return source
    if not is_display and len(formula) > ONE_LINE_FORMULA:
        mathml = mathml.replace("<math", '<math tabindex="0"', 1)
    css_class = "bnb-math bnb-display" if is_display else "bnb-math"
    return f'<span class="{css_class}"><rp><span class="bnb-mathml" hidden="hidden">{mathml}</span></rp>{source}</span>'


def _block(token: Token, memo: InlineMemo | None) -> str:
    if token.type != "inline":
        return _element(token)
    html = "".join(_element(child) for child in _settle_links(token.children or []))
    if memo is not None:
        memo.keep(token, html)
    return html


def _element(token: Token) -> str:
    """A token that this panel does not know is shown as the text it holds."""
    rule = _ELEMENTS.get(token.type)
    return rule(token) if rule else escape_text(token.content)


def _opening(attributes: str = "", after: str = "") -> Callable[[Token], str]:
    return lambda token: f"<{token.tag}{attributes}>{after}"


def _closing(after: str = "") -> Callable[[Token], str]:
    return lambda token: f"</{token.tag}>{after}"


def _paragraph_open(token: Token) -> str:
    return "" if token.hidden else f"<p{_DIRECTION}>"


def _paragraph_close(token: Token) -> str:
    return "\n" if token.hidden else "</p>\n"


def _heading_open(token: Token) -> str:
    return f'<{_heading(token)} class="bnb-{token.tag}"{_DIRECTION}>'


def _heading_close(token: Token) -> str:
    return f"</{_heading(token)}>\n"


def _heading(token: Token) -> str:
    """A model's h1 is a heading within a panel within a notebook, not the page's own."""
    level = int(token.tag[1])
    return f"h{min(level + 2, 6)}"


def _ordered_list_open(token: Token) -> str:
    start = token.attrGet("start")
    number = "" if start is None else f' start="{int(start)}"'
    return f"<ol{number}{_DIRECTION}>\n"


def _list_item_open(token: Token) -> str:
    checked = token.meta.get("checked")
    if checked is None:
        return "<li>"
    mark, label = ("☑", "done") if checked else ("☐", "to do")
    return f'<li class="bnb-task-item"><span class="bnb-task" role="img" aria-label="{label}">{mark}</span> '


def _cell_open(token: Token) -> str:
    """The only style there is, one of three words from the parser: it is kept where this panel's rules are dropped."""
    alignment = str(token.attrGet("style") or "").removeprefix("text-align:")
    style = f' style="text-align:{alignment}"' if alignment in {"left", "center", "right"} else ""
    return f"<{token.tag}{style}{_DIRECTION}>"


def _fence(token: Token) -> str:
    language = (unescapeAll(token.info).split() or [""])[0][:LONGEST_LANGUAGE]
    colour = highlight if _is_closed(token) else highlight_open
    return code_html(colour(token.content, language), language)


def _is_closed(fence: Token) -> bool:
    """Whether a fence has its closing line: it spans one line more than its opening and its code."""
    first, end = fence.map or (0, 0)
    lines_of_code = fence.content.count("\n") + bool(fence.content and not fence.content.endswith("\n"))
    return end - first > lines_of_code + 1


def _code_block(token: Token) -> str:
    return code_html(escape_code(token.content), "")


def _code_inline(token: Token) -> str:
    return f'<code dir="ltr">{escape_code(token.content)}</code>'


def _math_inline(token: Token) -> str:
    return math_html(token.content, is_display=token.markup in {"$$", r"\["})


def _math_block(token: Token) -> str:
    formula = math_html(token.content, is_display=True)
    return f'<div class="bnb-scroll" role="group" aria-label="formula" tabindex="0">{formula}</div>\n'


def _link_open(token: Token) -> str:
    address, title = str(token.attrGet("href") or ""), str(token.attrGet("title") or "")
    if token.tag == "a":
        return f"<a{_destination(address)}{_titled(title)}{_DIRECTION}>"
    return f'<span class="bnb-unlinked"{_titled(title or address)}{_DIRECTION}>'


def _image(token: Token) -> str:
    address, alternative = str(token.attrGet("src") or ""), escape(_words(token.children or []))
    if links.is_picture(address):
        return f'<img class="bnb-picture" src="{escape(address)}" alt="{alternative}">'
    named = f'picture: {alternative} <span class="bnb-address" dir="ltr">({escape_code(address)})</span>'
    if token.meta.get("in_link") or not links.leads_out(address):
        return f'<span class="bnb-remote"{_DIRECTION}>{named}</span>'
    return f'<a class="bnb-remote"{_destination(address)}{_DIRECTION}>{named}</a>'


def _words(tokens: Sequence[Token]) -> str:
    """What inline tokens say, without how they say it."""
    return "".join(
        _words(token.children) if token.children else " " if token.type.endswith("break") else token.content
        for token in tokens
    )


def _destination(address: str) -> str:
    return f' href="{escape(address)}" rel="noopener noreferrer nofollow" target="_blank"'


def _titled(title: str) -> str:
    return f' title="{escape(title)}"' if title else ""


def _settle_links(tokens: Sequence[Token]) -> Iterator[Token]:
    """Decide for each link what it is: HTML knows no link within a link, and some addresses lead nowhere."""
    open_tags: list[str] = []
    for token in tokens:
        if token.type == "link_open":
            is_in_link = "a" in open_tags
            token.tag = "a" if links.leads_out(str(token.attrGet("href") or "")) else "span"
            open_tags.append("" if is_in_link else token.tag)
            if is_in_link:
                continue
        elif token.type == "link_close":
            token.tag = open_tags.pop()
            if not token.tag:
                continue
        elif token.type == "image":
            token.meta["in_link"] = "a" in open_tags
        yield token


_ELEMENTS: dict[str, Callable[[Token], str]] = {
    RENDERED: lambda token: token.content,
    "paragraph_open": _paragraph_open,
    "paragraph_close": _paragraph_close,
    "heading_open": _heading_open,
    "heading_close": _heading_close,
    "blockquote_open": _opening(after="\n"),
    "blockquote_close": _closing("\n"),
    "bullet_list_open": _opening(_DIRECTION, "\n"),
    "bullet_list_close": _closing("\n"),
    "ordered_list_open": _ordered_list_open,
    "ordered_list_close": _closing("\n"),
    "list_item_open": _list_item_open,
    "list_item_close": _closing("\n"),
    "table_open": lambda _: '<div class="bnb-scroll" role="group" aria-label="table" tabindex="0"><table>\n',
    "table_close": lambda _: "</table></div>\n",
    "thead_open": _opening(),
    "thead_close": _closing("\n"),
    "tbody_open": _opening(after="\n"),
    "tbody_close": _closing("\n"),
    "tr_open": _opening(),
    "tr_close": _closing("\n"),
    "th_open": _cell_open,
    "th_close": _closing(),
    "td_open": _cell_open,
    "td_close": _closing(),
    "hr": _opening(after="\n"),
    "fence": _fence,
    "code_block": _code_block,
    "math_block": _math_block,
    "definition": lambda _: "",
    "code_inline": _code_inline,
    "math_inline": _math_inline,
    "em_open": _opening(),
    "em_close": _closing(),
    "strong_open": _opening(),
    "strong_close": _closing(),
    "s_open": _opening(),
    "s_close": _closing(),
    "link_open": _link_open,
    "link_close": _closing(),
    "image": _image,
    "softbreak": lambda _: "\n",
    "hardbreak": lambda _: "<br>\n",
}
