"""Markdown of a model, as HTML that is safe to show and exact while it streams.

One shot and stream give the same HTML::

    render_markdown(text) -> str

    stream = MarkdownStream()
    update = stream.append("Some *te")     # whatever came since the last paint
    update = stream.finish()               # no more text: the tail becomes fragments
    stream.fragments, stream.tail          # "".join(fragments) + tail == render_markdown(text so far)

An `Update` tells what to paint: `update.changed` maps the number of each fragment that is new or different to its HTML,
`update.count` is how many fragments there are, `update.tail` is the HTML of the open end, and `update.splice` is the
same as (kept, added): keep so many UTF-16 units of the last tail, then append.

Code outside Markdown is coloured by `highlight(code, language)`. The rules that the classes stand for are
`markdown_css()`; `code_css()` is the part about code. Every class begins with `bnb-`, every rule with `.bnb-panel`.

What a model writes is hostile. The HTML holds no script, handler, form, frame, id or style of its own making; links
lead to http, https and mailto only; a remote picture is a link and never an `<img>`.
"""

from bedrock_nb.views.markdown.highlighting import highlight
from bedrock_nb.views.markdown.parser import render_markdown
from bedrock_nb.views.markdown.streaming import MarkdownStream, Update
from bedrock_nb.views.markdown.stylesheet import code_css, markdown_css

__all__ = ["MarkdownStream", "Update", "code_css", "highlight", "markdown_css", "render_markdown"]
