"""Markdown of a model, as HTML that is safe to show and exact while it streams.

One shot and stream give the same HTML::

    render_markdown(text) -> str

    stream = MarkdownStream()
    update = stream.append("Some *te")     # whatever came since the last paint
    update = stream.finish()               # no more text: the tail becomes fragments
    stream.fragments, stream.tail          # "".join(fragments) + tail == render_markdown(text so far)

An `Update` tells what to paint: `changed` maps the numbers of older fragments that are different to their HTML, `added`
holds the new ones, `tail` the open end. `update.as_patch()` is the same with nothing sent twice, for a websocket; in
JavaScript it is applied to `fragments` (an array) and `tail` (a string) by

    for (const [number, html] of Object.entries(patch.changed)) fragments[number] = html;
    tail = tail.slice(0, patch.kept) + patch.html;
    for (const length of patch.added) { fragments.push(tail.slice(0, length)); tail = tail.slice(length); }

Code outside Markdown is coloured by `highlight(code, language)`, or `highlight_open` while it grows, and set as a block
by `code_html(coloured, language)`. The rules that the classes stand for are `markdown_css()`; `code_css()` is the part
about code. Every class begins with `bnb-`, every rule is about what is in a `.bnb-panel`.

What a model writes is hostile. The HTML holds no script, handler, form, frame or id, and no style but a cell's
alignment; links lead to http, https and mailto only; a remote picture is a link and never an `<img>`. What contains the
HTML needs the classes `CONTAINER_CLASSES`: without them, notebook pages set every pair of dollar signs as a formula.
"""

from bedrock_nb.views.markdown.highlighting import highlight, highlight_open
from bedrock_nb.views.markdown.parser import render_markdown
from bedrock_nb.views.markdown.renderer import code_html
from bedrock_nb.views.markdown.streaming import MarkdownStream, Update
from bedrock_nb.views.markdown.stylesheet import code_css, markdown_css

CONTAINER_CLASSES = "bnb-markdown mathjax_ignore tex2jax_ignore"
"""For the element around rendered Markdown; the last two are what MathJax 3 and 4, and MathJax 2, leave alone."""

__all__ = [
    "CONTAINER_CLASSES",
    "MarkdownStream",
    "Update",
    "code_css",
    "code_html",
    "highlight",
    "highlight_open",
    "markdown_css",
    "render_markdown",
]
