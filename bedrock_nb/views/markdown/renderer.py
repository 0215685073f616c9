"""Tokens to HTML: an element for each that this panel knows, every text escaped, every address checked."""

from collections.abc import Sequence

from markdown_it.common.utils import unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from bedrock_nb.views.markdown import links
from bedrock_nb.views.markdown.escaping import escape, escape_code
from bedrock_nb.views.markdown.highlighting import highlight, highlight_open
from bedrock_nb.views.markdown.mathml import to_mathml

LONGEST_LANGUAGE = 40
_READING_DIRECTION = ' dir="auto"'


class PanelRenderer(RendererHTML):
    """One method a token type, as markdown-it looks them up by name."""

    def renderInline(  # noqa: N802 - markdown-it's name
        self, tokens: Sequence[Token], options: OptionsDict, env: EnvType
    ) -> str:
        """The tokens of one paragraph; a link within a link, which HTML does not know, becomes its text."""
        return super().renderInline(_settle_links(tokens), options, env)

    def renderToken(  # noqa: N802 - markdown-it's name
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Tokens with no method of their own are plain elements: `em`, `strong`, `s`, `blockquote`, `thead`, `tr` …"""
        token = tokens[idx]
        if token.hidden:
            return "\n" if token.nesting < 0 else ""
        line_end = "\n" if token.block and token.nesting < 0 else ""
        return f"<{'/' if token.nesting < 0 else ''}{token.tag}>{line_end}"

    def paragraph_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "" if tokens[idx].hidden else f"<p{_READING_DIRECTION}>"

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        level = tokens[idx].tag[1]
        return f'<{_heading(level)} class="bnb-h{level}"{_READING_DIRECTION}>'

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"</{_heading(tokens[idx].tag[1])}>\n"

    def bullet_list_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tasks = ' class="bnb-tasks"' if "contains-task-list" in str(tokens[idx].attrGet("class")) else ""
        return f"<ul{tasks}{_READING_DIRECTION}>\n"

    def ordered_list_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        start = tokens[idx].attrGet("start")
        number = "" if start is None else f' start="{int(start)}"'
        return f"<ol{number}{_READING_DIRECTION}>\n"

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        checked = tokens[idx].meta.get("checked")
        if checked is None:
            return "<li>"
        mark, label = ("☑", "done") if checked else ("☐", "to do")
        return f'<li><span class="bnb-task" role="img" aria-label="{label}">{mark}</span> '

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="bnb-scroll" role="region" aria-label="table" tabindex="0"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _cell(tokens[idx])

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _cell(tokens[idx])

    def th_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</th>"

    def td_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</td>"

    def hr(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<hr>\n"

    def hardbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<br>\n"

    def definition(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return ""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        language = unescapeAll(token.info).strip().partition(" ")[0][:LONGEST_LANGUAGE]
        colour = highlight if _is_closed(token) else highlight_open
        return code_html(colour(token.content, language), language)

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return code_html(escape_code(tokens[idx].content), "")

    def code_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<code dir="ltr">{escape_code(tokens[idx].content)}</code>'

    def math_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        is_display = token.markup in {"$$", r"\["}
        return math_html(token.content, is_display=is_display)

    def math_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        formula = math_html(tokens[idx].content, is_display=True)
        return f'<div class="bnb-scroll" role="region" aria-label="formula" tabindex="0">{formula}</div>\n'

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        address, title = str(token.attrGet("href") or ""), str(token.attrGet("title") or "")
        if token.tag == "a":
            return f"<a{_destination(address)}{_titled(title)}{_READING_DIRECTION}>"
        return f'<span class="bnb-relative"{_titled(title or address)}{_READING_DIRECTION}>'

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        address = str(token.attrGet("src") or "")
        alternative = escape(self.renderInlineAsText(token.children, options, env))
        if links.is_picture(address):
            return f'<img class="bnb-picture" src="{escape(address)}" alt="{alternative}">'
        named = f'🖼 {alternative} <span class="bnb-address" dir="ltr">({escape_code(address)})</span>'
        if token.meta.get("in_link") or not links.leads_out(address):
            return f'<span class="bnb-remote"{_READING_DIRECTION}>{named}</span>'
        return f'<a class="bnb-remote"{_destination(address)}{_READING_DIRECTION}>{named}</a>'


def code_html(coloured: str, language: str) -> str:
    """A block of code with the name of its language above it; `coloured` is what `highlight` gives."""
    head = f'<div class="bnb-code-head">{escape_code(language)}</div>' if language else ""
    return (
        f'<div class="bnb-code" data-lang="{escape(language)}">{head}'
        f'<pre dir="ltr" tabindex="0"><code>{coloured}</code></pre></div>\n'
    )


def math_html(formula: str, *, is_display: bool) -> str:
    """A formula as MathML, and its LaTeX source for where MathML or this panel's styles are dropped.

    The MathML is `hidden` until the stylesheet shows it and hides the source, so that one of the two is read, never both.
    """
    css_class = "bnb-math bnb-display" if is_display else "bnb-math"
    delimiter = "$$" if is_display else "$"
    source = f'<code class="bnb-tex" dir="ltr">{escape_code(delimiter + formula + delimiter)}</code>'
    mathml = to_mathml(formula, "block" if is_display else "inline")
    if mathml is None:
        return source
    return f'<span class="{css_class}"><span class="bnb-mathml" hidden>{mathml}</span>{source}</span>'


def _destination(address: str) -> str:
    return f' href="{escape(address)}" rel="noopener noreferrer nofollow" target="_blank"'


def _titled(title: str) -> str:
    return f' title="{escape(title)}"' if title else ""


def _heading(level: str) -> str:
    """A model's h1 is a heading within a panel within a notebook, not the page's."""
    return f"h{min(int(level) + 2, 6)}"


def _cell(token: Token) -> str:
    """Alignment comes from the parser as "text-align:…", of three known words."""
    alignment = str(token.attrGet("style") or "").removeprefix("text-align:")
    css_class = f' class="bnb-{alignment}"' if alignment in {"left", "center", "right"} else ""
    return f"<{token.tag}{css_class}{_READING_DIRECTION}>"


def _is_closed(fence: Token) -> bool:
    """Whether a fence has its closing line: it spans one line more than its code and its opening."""
    first, end = fence.map or (0, 0)
    lines_of_code = fence.content.count("\n") + (not fence.content.endswith("\n") and bool(fence.content))
    return end - first > lines_of_code + 1


def _settle_links(tokens: Sequence[Token]) -> list[Token]:
    """Decide for each link whether it is one: HTML has no link within a link, and some addresses lead nowhere."""
    settled: list[Token] = []
    open_tags: list[str] = []
    for token in tokens:
        in_link = "a" in open_tags
        if token.type == "link_open":
            token.tag = "a" if links.leads_out(str(token.attrGet("href") or "")) else "span"
            open_tags.append("" if in_link else token.tag)
        elif token.type == "link_close":
            token.tag = open_tags.pop()
        elif token.type == "image":
            token.meta["in_link"] = in_link
        if token.type == "link_open" and in_link:
            continue
        if token.type == "link_close" and not token.tag:
            continue
        settled.append(token)
    return settled
