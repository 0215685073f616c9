"""Top-level blocks of a text and the link definitions they share: what the streaming renderer is built on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from bedrock_nb.views.markdown.inline_memo import ENVIRONMENT_KEY, InlineMemo
from bedrock_nb.views.markdown.parser import parser

Definition = Mapping[str, Any]
"""What a label leads to: "href", "title", and "map", the lines it was defined on."""


class References:
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
        """The definition of a label; that it was asked for is noted, also when there is none."""
        self.asked.add(label)
        return self.known.get(label) or self.own.get(label, default)


@dataclass(frozen=True, slots=True)
class Blocks:
    """The top-level blocks of a text, each by its first token, and the definitions that stand in or between them."""

    tokens: Sequence[Token]
    definitions: Mapping[str, Definition]
    all_tokens: Sequence[Token]

    @property
    def end(self) -> int:
        """The line after the last block."""
        return lines_of(self.tokens[-1])[1] if self.tokens else 0

    def finished(self) -> "Blocks":
        """All but the last, which may go on; nor a definition whose title may stand on the line after it."""
        tokens = list(self.tokens)
        following = tokens.pop() if tokens else None
        while tokens and following and tokens[-1].type == "definition" != following.type:
            if lines_of(tokens[-1])[1] < lines_of(following)[0]:
                break
            following = tokens.pop()
        end = lines_of(tokens[-1])[1] if tokens else 0
        definitions = {label: it for label, it in self.definitions.items() if it["map"][0] < end}
        return Blocks(tokens, definitions, ())


def find_blocks(text: str, known: Mapping[str, Definition]) -> Blocks:
    """Look for blocks only: what is inside paragraphs costs most and does not matter for where they end."""
    references = References(known)
    tokens: list[Token] = []
    parser().block.parse(text, parser(), {"references": references}, tokens)
    top = [token for token in tokens if token.level == 0 and token.nesting >= 0]
    return Blocks(top, references.own, tokens)


def render(text: str, references: References, memo: InlineMemo | None = None) -> str:
    """HTML of normalised text; what the memo has of it is not looked into again."""
    rendered: str = parser().render(text, {"references": references, ENVIRONMENT_KEY: memo})
    return rendered


def meaning(definition: Definition | None) -> tuple[str, str] | None:
    """What of a definition is seen: its address and its title."""
    return None if definition is None else (definition["href"], definition["title"])


def lines_of(token: Token) -> tuple[int, int]:
    """The lines of a block: its first, and the one after its last."""
    first, end = token.map or (0, 0)
    return first, end


def line_starts(text: str, count: int) -> list[int]:
    """Where each of the first lines begins, and where the line after them would."""
    starts = [0]
    for _ in range(count):
        starts.append(text.find("\n", starts[-1]) + 1 or len(text))
    return starts
