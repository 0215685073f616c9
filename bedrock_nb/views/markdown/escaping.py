"""Text to HTML text: nothing in it can open a tag, and nothing in code can reorder what is read."""

import html
import re
import unicodedata

_REORDERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNPRINTABLE = {0: "\ufffd", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}


def replace_unprintable(text: str) -> str:
    """Put U+FFFD for NUL and for lone surrogates, which neither HTML nor UTF-8 can carry."""
    return text if text.isascii() and "\0" not in text else text.translate(_UNPRINTABLE)


def escape(text: str) -> str:
    """Text for a quoted attribute."""
    return html.escape(text)


def escape_text(text: str) -> str:
    """Text for the inside of an element."""
    return html.escape(text, quote=False)


def escape_code(text: str) -> str:
    """The same for code and for addresses, with the characters that change its reading order made visible.

    Such characters let code read differently from what it does (CVE-2021-42574).
    """
    escaped = escape_text(text)
    return escaped if escaped.isascii() else _REORDERING.sub(_named, escaped)


def _named(match: re.Match[str]) -> str:
    character = match[0]
    name = unicodedata.name(character).lower()
    return f'<span class="bnb-unseen" title="{name}">U+{ord(character):04X}</span>'
