"""A long list or table that is still open: the items or rows that cannot change any more are rendered once.

The open text is then parsed without them: its first pieces (the head), then the last ones, which may go on. Their HTML
goes back in after the head's. Whether that is right is seen from the head, which would look different if a later item
made the list loose, and from the labels the settled pieces asked for. Where it is not, the whole is parsed again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

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

HEAD_PIECES = 2
OPEN_PIECES = 2
WORTH_SETTLING = 6
IN_ITEM = 2  # markdown-it's level of what stands directly in an item of a top-level list

_BLANK_END = re.compile(r"\n[ \t]*\n\Z")
_UNESCAPED_PIPE = re.compile(r"(?<!\\)\|")

_CLOSING_TAGS = {
    "bullet_list_open": "</ul>\n",
    "ordered_list_open": "</ol>\n",
    "table_open": "</tbody>\n</table></div>\n",
}

Meanings = Mapping[str, tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class LongBlock:
    """The settled pieces of the block that the open text begins with.

    Attributes:
        head: source of the first pieces, and of what comes before them in the block.
        head_html: HTML of the head, without the closing tags.
        source: source of the settled pieces, which is not in the open text.
        html: HTML of the settled pieces.
        meanings: what the labels in the settled pieces lead to.
    """

    head: str
    head_html: str
    source: str = ""
    html: str = ""
    meanings: Meanings = field(default_factory=dict)

    def restored(self, open_text: str) -> str:
        """The open text with the settled pieces in their place."""
        return self.head + self.source + open_text[len(self.head) :]

    def completed(self, html: str, known: Mapping[str, Definition]) -> str | None:
        """The HTML of the open text with the settled pieces in it, or None if they are not what they were."""
        if not html.startswith(self.head_html):
            return None
        if any(meaning(known.get(label)) != expected for label, expected in self.meanings.items()):
            return None
        return self.head_html + self.html + html[len(self.head_html) :]


def settle(
    open_text: str, blocks: Blocks, before: LongBlock | None, known: Mapping[str, Definition]
) -> tuple[str, LongBlock | None]:
    """Take more pieces for rendered, if the open text is one list or table with enough of them.

    Args:
        open_text: what is not finished, without the pieces settled before.
        blocks: the blocks in its complete lines.
        before: the pieces settled before.
        known: the definitions in force.

    Returns:
        The open text without the settled pieces, and the block with all of them.
    """
    pieces = _pieces(blocks)
    if len(pieces) < HEAD_PIECES + WORTH_SETTLING + OPEN_PIECES or blocks.definitions:
        return open_text, before
    start, end = lines_of(pieces[HEAD_PIECES])[0], lines_of(pieces[-OPEN_PIECES])[0]
    starts = line_starts(open_text, end)
    head, taken, rest = open_text[: starts[start]], open_text[starts[start] : starts[end]], open_text[starts[end] :]
    if not (_is_list_cut(head, taken, rest) if pieces[0].tag == "li" else _is_table_cut(taken, blocks)):
        return open_text, before
    closing = _CLOSING_TAGS[blocks.tokens[0].type]
    begun = before or LongBlock(head, render(head, References(known)).removesuffix(closing))
    grown = _with_taken(begun, taken, closing, known)
    return (head + rest, grown) if grown else (open_text, before)


def _with_taken(block: LongBlock, taken: str, closing: str, known: Mapping[str, Definition]) -> LongBlock | None:
    references = References(known)
    html = render(block.head + taken, references)
    if not (html.startswith(block.head_html) and html.endswith(closing)):
        return None
    return replace(
        block,
        source=block.source + taken,
        html=block.html + html.removeprefix(block.head_html).removesuffix(closing),
        meanings={**block.meanings, **{label: meaning(known.get(label)) for label in references.asked}},
    )


def _pieces(blocks: Blocks) -> list[Token]:
    """The items of the one list, or the body's rows of the one table, that these blocks are."""
    if len(blocks.tokens) != 1:
        return []
    container = blocks.tokens[0].type
    if container == "table_open":
        return [token for token in blocks.all_tokens if token.type == "tr_open"][1:]
    if container in _CLOSING_TAGS:
        return [token for token in blocks.all_tokens if token.type == "list_item_open" and token.level == 1]
    return []


def _is_list_cut(head: str, taken: str, rest: str) -> bool:
    """Whether items can be left out between the head and the rest, and the head still shows if the list is loose."""
    blocks = find_blocks(head, {})
    paragraphs = [token for token in blocks.all_tokens if token.type == "paragraph_open" and token.level == IN_ITEM]
    if not paragraphs or (paragraphs[0].hidden and _BLANK_END.search(taken)):
        return False
    head_item = head.split("\n")[lines_of(_pieces(blocks)[-1])[0]]
    return _indent(head_item) == _indent(taken) == _indent(rest)


def _is_table_cut(taken: str, blocks: Blocks) -> bool:
    """Whether no row lacks a cell: those that do are counted from the first row of a table."""
    columns = sum(token.type == "th_open" for token in blocks.all_tokens)
    return all(_cells(row) == columns for row in taken.splitlines())


def _cells(row: str) -> int:
    cells = _UNESCAPED_PIPE.split(row.strip())
    return len(cells) - (cells[0] == "") - (cells[-1] == "")


def _indent(source: str) -> str:
    return source[: len(source) - len(source.lstrip(" \t"))]
