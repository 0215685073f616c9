"""The parser: CommonMark with tables, strikethrough, task lists, bare addresses and mathematics, and no raw HTML."""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

from bedrock_nb.views.markdown import links, math_rules
from bedrock_nb.views.markdown.escaping import replace_unprintable
from bedrock_nb.views.markdown.inline_memo import ENVIRONMENT_KEY
from bedrock_nb.views.markdown.renderer import PanelRenderer

# Inline parsing of hostile text ("*[*[…", "$a $a …") grows with the square of a paragraph's length.
LONGEST_PARAGRAPH = 20_000
# What is nested deeper is left out by markdown-it, which recurses on each level.
DEEPEST_NESTING = 50


class PanelMarkdown(MarkdownIt):
    """markdown-it with this panel's rules and its policy on addresses."""

    def __init__(self) -> None:
        options = {"html": False, "tasklists": True, "inline_definitions": True, "maxNesting": DEEPEST_NESTING}
        super().__init__("commonmark", options, renderer_cls=PanelRenderer)
        self.disable(["html_block", "html_inline"]).enable(["table", "strikethrough"])
        self.use(gfm_autolink_plugin)
        self.inline.ruler.before("gfm_autolink_protocol", "lone_colon", _lone_colon)
        self.inline.ruler.before("escape", "dollar_math", math_rules.dollar_math)
        self.inline.ruler.before("escape", "bracket_math", math_rules.bracket_math)
        ends_a_paragraph: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
        self.block.ruler.before("fence", "display_math", math_rules.display_math, ends_a_paragraph)
        self.core.ruler.at("inline", _parse_inline)

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        """Whether an address makes a link or a picture; otherwise the source is shown as it is."""
        return links.is_accepted(url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - markdown-it's name
        """The address as it was written: decoding it could make one host look like another."""
        return link


def _parse_inline(state: StateCore) -> None:
    """Core rule in place of markdown-it's own: the same, but overlong paragraphs stay plain text."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        memo = state.env.get(ENVIRONMENT_KEY)
        if memo is None:
            _parse_inside(token, state)
        elif not memo.recalled(token):
            with memo.judging(token, state.env["references"]):
                _parse_inside(token, state)


def _parse_inside(token: Token, state: StateCore) -> None:
    children = token.children = []
    if len(token.content) <= LONGEST_PARAGRAPH:
        state.md.inline.parse(token.content, state.md, state.env, children)
    else:
        children.append(Token("text", "", 0, content=token.content))


def _lone_colon(state: StateInline, silent: bool) -> bool:
    """Inline rule: a colon that belongs to no address is text.

    The autolink plugin searches all text before each colon, and drops "xmpp" where this panel refuses such a link.
    """
    position = state.pos
    if state.src[position] != ":" or state.src.endswith(("http", "https", "mailto"), 0, position):
        return False
    if not silent:
        state.pending += ":"
    state.pos += 1
    return True


@cache
def parser() -> PanelMarkdown:
    """The one parser, made at first need; it keeps nothing between texts."""
    return PanelMarkdown()


def normalise(text: str) -> str:
    """Line ends as line feeds, and no character that HTML or UTF-8 cannot carry."""
    return replace_unprintable(text).replace("\r\n", "\n").replace("\r", "\n")


def render_markdown(text: str) -> str:
    """HTML for a whole text, safe to show whoever wrote it; see the package for what it may hold."""
    rendered: str = parser().render(normalise(text), {"references": {}})
    return rendered
