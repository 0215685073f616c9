"""Text of whoever wrote it, made fit for HTML, and the few elements that all parts of a panel use."""

from __future__ import annotations

from bedrock_nb.views.markdown import highlight
from bedrock_nb.views.markdown.escaping import escape as _escape
from bedrock_nb.views.markdown.escaping import escape_code, replace_unprintable


def printable(text: str) -> str:
    """The text as UTF-8 can carry it: halves of a character that came apart are joined, lone ones become U+FFFD."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def escape(text: str) -> str:
    """Text for an element or a quoted attribute."""
    return _escape(replace_unprintable(printable(text)))


def code(text: str, language: str = "") -> str:
    """A scrolling block of code, coloured where the language is known."""
    source = replace_unprintable(printable(text))
    coloured = highlight(source, language) if language else escape_code(source)
    return f'<pre class="bnb-pre" dir="ltr" tabindex="0"><code>{coloured}</code></pre>'


def note(text: str, css_class: str = "bnb-note") -> str:
    """A quiet line of our own words."""
    return f'<p class="{css_class}">{escape(text)}</p>'
