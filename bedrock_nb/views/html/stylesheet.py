"""The styles of a panel: those of its Markdown and code, and those of everything around."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bedrock_nb.views.markdown import markdown_css

STATIC = Path(__file__).parents[1] / "static"


@cache
def panel_css() -> str:
    """All rules, each of which reaches no further than the panel."""
    return (STATIC / "panel.css").read_text(encoding="utf-8") + markdown_css()
