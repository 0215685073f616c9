"""The finished output of a cell: the panel in every form that a host may ask for, and the recording itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bedrock_nb.core.recording import Recording
from bedrock_nb.views.html.finished import with_styles
from bedrock_nb.views.html.rendered_panel import PanelRenderer, RenderedPanel
from bedrock_nb.views.markdown_view import markdown_of
from bedrock_nb.views.panel.panel import Panel
from bedrock_nb.views.panel.present import panel_of
from bedrock_nb.views.slender import (
    as_text,
    beginning,
    packed,
    slender_html,
    without_colours,
    without_formulas,
    without_trimmings,
)
from bedrock_nb.views.text import text_of

Bundle = dict[str, Any]

RECORDING_TYPE = "application/vnd.bedrock-nb.recording.v1+json"
HTML, MARKDOWN, TEXT = "text/html", "text/markdown", "text/plain"

LONG = 16_384
"""Bytes of text from which on an answer has to be saved sparingly."""
ROOM = 3.9
"""How many times its text the output of a long answer may take in a notebook's file, requests and pictures apart."""
RECORDED = 1.5
"""How many times its text a recording counts at most; pictures and signatures can make it take more."""
_COST_OF_A_LINE = 12
"""Bytes that a notebook's file spends on a line of text: its indentation, its quotes, its comma and its end."""
_COST_OF_A_MEMBER = 6
"""Bytes by which all that is in a recording is indented further than if it stood by itself."""
_BEGINNING = 2_000
_THE_REST = "see the HTML beside this text, or the recording."
_PICTURE = re.compile(r"""<img class="?bnb-picture"? src=["'][^"']*""")


def mime_bundle(
    recordings: Recording | Sequence[Recording],
    *,
    cost: float | None = None,
    events: bool = True,
    render: Callable[[Panel], RenderedPanel] | None = None,
) -> Bundle:
    """The finished panel by MIME type: self-contained HTML, Markdown, plain text, and the recordings of the exchange.

    There is no widget in it: a saved widget is blank once its kernel is gone. Beside the recordings stand the keys of
    the panel's blocks in their order, by which a script tells which events each came from.

    Args:
        recordings: One call, or those of one exchange in their order.
        cost: In US dollars, where it is known.
        events: False leaves the recordings out: no replay, no raw events, and a smaller notebook.
        render: Renders the panel; a widget's `rendered` where one has shown these calls, so that nothing of theirs is
            rendered twice. The HTML is the same.
    """
    several = [recordings] if isinstance(recordings, Recording) else list(recordings)
    panel = panel_of(several, cost=cost)
    rendered = (render or PanelRenderer().render)(panel)
    return _within_room(
        {
            HTML: slender_html(with_styles(rendered)),
            MARKDOWN: markdown_of(panel),
            TEXT: text_of(panel),
            RECORDING_TYPE: {
                "recordings": [recording.to_compact() for recording in several] if events else [],
                "blocks": [block.key for block in rendered.blocks],
            },
        }
    )


def _within_room(bundle: Bundle) -> Bundle:
    """The bundle; of a long answer the first of its smaller forms that is no more than `ROOM` times the text.

    Requests and pictures do not count, and the rest of a recording to a limit: no form makes them smaller, and the HTML
    would be given up for nothing.
    """
    text = len(bundle[TEXT].replace("\ufffd", "?").encode())  # it may stand for one byte
    if text <= LONG:
        return bundle
    room = ROOM * text - min(_size_of_answers(bundle[RECORDING_TYPE]), RECORDED * text)
    smaller = bundle
    for smaller in _ever_smaller(bundle):
        if _size_of_forms(smaller) <= room:
            break
    return smaller


def _ever_smaller(bundle: Bundle) -> Iterator[Bundle]:
    """The bundle with ever less in it. First goes what nobody sees, then what says the same a second time.

    The recording stays whole in each. The HTML, which readers see, loses the colours of code, then its formulas (their
    TeX stays), then the finish of tables, tasks and headings; the last two have the answer as plain text, whole or its
    beginning.
    """
    text, html = bundle[TEXT], bundle[HTML]
    yield bundle
    yield (bundle := {**bundle, HTML: packed(html)})
    for form in (TEXT, MARKDOWN):
        yield (bundle := {**bundle, form: beginning(bundle[form], _BEGINNING, _THE_REST)})
    for leave_out in (without_colours, without_formulas, without_trimmings):
        html = leave_out(html)
        yield {**bundle, HTML: packed(html)}
    for shown in (text, beginning(text, _BEGINNING, "see the recording.")):
        yield {**bundle, HTML: packed(as_text(html, shown))}


# Bytes in the notebook's file, as nbformat and JupyterLab write it.


def _size_of_forms(bundle: Bundle) -> int:
    """The panel in every form. Pictures count for nothing: no text stands for them."""
    texts = [text for text in bundle.values() if isinstance(text, str)]
    pictures = sum(map(len, _PICTURE.findall(bundle[HTML])))
    written = sum(len(json.dumps(text, ensure_ascii=False).encode()) for text in texts)
    return written - pictures + _COST_OF_A_LINE * sum(len(text.splitlines()) for text in texts)


def _size_of_answers(kept: dict[str, Any]) -> int:
    """The recordings without their requests."""
    answers = [{**recording, "request": {}} for recording in kept["recordings"]]
    written = json.dumps({**kept, "recordings": answers}, ensure_ascii=False, indent=1)
    return len(written.encode()) + _COST_OF_A_MEMBER * written.count("\n")
