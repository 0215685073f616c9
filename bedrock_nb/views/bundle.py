"""The finished output of a cell: the panel in every form that a host may ask for, and the recording itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from bedrock_nb.core.recording import Recording
from bedrock_nb.views.html.finished import with_styles
from bedrock_nb.views.html.rendered_panel import PanelRenderer, RenderedPanel
from bedrock_nb.views.markdown_view import markdown_of
from bedrock_nb.views.panel.panel import Panel
from bedrock_nb.views.panel.present import panel_of
from bedrock_nb.views.slender import beginning, slender_html, without_colours, without_formulas
from bedrock_nb.views.text import text_of

Bundle = dict[str, Any]

RECORDING_TYPE = "application/vnd.bedrock-nb.recording.v1+json"
HTML, MARKDOWN, TEXT = "text/html", "text/markdown", "text/plain"

LONG = 16_384
"""Bytes of text from which on an answer has to be saved sparingly."""
ROOM = 3.9
"""How many times its text the output of a long answer may take in a notebook's file."""
_COST_OF_A_LINE = 12
"""Bytes that a notebook's file spends on a line of text: its indentation, its quotes and its comma."""
_BEGINNING = 2_000
_THE_REST = "see the HTML beside this text, or the recording."


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
    """The bundle, of a long answer with what is least missed left out until it is no more than `ROOM` times its text.

    What says the same a second time goes first; the HTML, which readers see, is the last to lose anything.
    """
    text = len(bundle[TEXT].encode())
    for leave_out in _BY_WORTH if text > LONG else ():
        if _size_in_file(bundle) <= ROOM * text:
            break
        bundle = {**bundle, **leave_out(bundle)}
    return bundle


_BY_WORTH: tuple[Callable[[Bundle], Bundle], ...] = (
    lambda bundle: {TEXT: beginning(bundle[TEXT], _BEGINNING, _THE_REST)},
    lambda bundle: {MARKDOWN: beginning(bundle[MARKDOWN], _BEGINNING, _THE_REST)},
    lambda bundle: {HTML: without_colours(bundle[HTML])},
    lambda bundle: {HTML: without_formulas(bundle[HTML])},
)


def _size_in_file(bundle: Bundle) -> int:
    """Bytes in the notebook's file, as nbformat and JupyterLab write it."""
    texts = [text for text in bundle.values() if isinstance(text, str)]
    lines = sum(text.count("\n") for text in texts)
    recording = len(json.dumps(bundle[RECORDING_TYPE], ensure_ascii=False, indent=1).encode())
    return (
        recording + sum(len(json.dumps(text, ensure_ascii=False).encode()) for text in texts) + _COST_OF_A_LINE * lines
    )
