"""The finished panel as one piece of HTML: styles included, no script, nothing from outside."""

from __future__ import annotations

from bedrock_nb.views.panel import Panel
from bedrock_nb.views.rendered_panel import PanelRenderer
from bedrock_nb.views.stylesheet import panel_css


def html_of(panel: Panel) -> str:
    """The panel with its styles. Where a host drops the styles, the rest still reads well."""
    return f"<style>{panel_css()}</style>{article_of(panel)}"


def article_of(panel: Panel) -> str:
    """The panel without its styles."""
    rendered = PanelRenderer().render(panel)
    return f'<article class="bnb-panel" aria-label="Answer of the model">{rendered.html}</article>'
