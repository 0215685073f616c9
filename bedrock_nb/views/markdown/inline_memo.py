"""What the insides of paragraphs look like, kept from one paint to the next.

While text streams, the open end is rendered again for every paint, and all but its last paragraph is what it was.
Finding emphasis, links and code in it costs most of that. What asks for a link definition is not kept, as its meaning
may change.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from markdown_it.token import Token

RENDERED = "bnb_rendered"
"""The type of the one child that stands for a kept inside; its content is HTML that the renderer made."""
ENVIRONMENT_KEY = "bnb_inline_memo"


class Asked(Protocol):
    """Definitions that note which of their labels are asked for."""

    asked: set[str]


class InlineMemo:
    """HTML of the insides that the last paint showed, by their source."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}
        self._current: dict[str, str] = {}

    def recalled(self, token: Token) -> bool:
        """Give the token its inside from the last paint; whether there was one."""
        html = self._last.get(token.content)
        if html is None:
            return False
        self._current[token.content] = html
        token.children = [Token(RENDERED, "", 0, content=html)]
        return True

    @contextmanager
    def judging(self, token: Token, references: Asked) -> Iterator[None]:
        """Mark the token, whose inside is parsed within, as one to keep if it asks for no definition."""
        asked_before, references.asked = references.asked, set()
        yield
        token.meta["kept"] = not references.asked
        references.asked |= asked_before

    def keep(self, token: Token, html: str) -> None:
        """Keep what a token's inside is rendered as, if it may be kept."""
        if token.meta.get("kept"):
            self._current[token.content] = html

    def turn(self) -> None:
        """A paint is over: what it did not show is forgotten."""
        self._last, self._current = self._current, {}
