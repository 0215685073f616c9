"""The finished output of a cell: the panel in every form that a host may ask for, and the recording itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bedrock_nb.core.recording import Recording
from bedrock_nb.views.html import html_of
from bedrock_nb.views.markdown_view import markdown_of
from bedrock_nb.views.present import panel_of
from bedrock_nb.views.text import text_of

RECORDING_TYPE = "application/vnd.bedrock-nb.recording.v1+json"


def mime_bundle(recordings: Recording | Sequence[Recording], *, cost: float | None = None) -> dict[str, Any]:
    """The finished panel by MIME type: self-contained HTML, Markdown, plain text, and the recordings of the exchange.

    There is no widget in it: a saved widget is blank once its kernel is gone. `cost` is in US dollars, where known.
    """
    several = [recordings] if isinstance(recordings, Recording) else list(recordings)
    panel = panel_of(several, cost=cost)
    return {
        "text/html": html_of(panel),
        "text/markdown": markdown_of(panel),
        "text/plain": text_of(panel),
        RECORDING_TYPE: {"recordings": [recording.to_compact() for recording in several]},
    }
