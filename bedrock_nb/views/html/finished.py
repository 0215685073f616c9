"""The finished panel as one piece of HTML: styles included, no script, nothing from outside."""

from __future__ import annotations

from functools import cache

from bedrock_nb.views.html.rendered_panel import PanelRenderer, RenderedPanel
from bedrock_nb.views.html.stylesheet import panel_css
from bedrock_nb.views.panel.panel import Panel
from bedrock_nb.views.slender import slender_css


def html_of(panel: Panel) -> str:
    """The panel with its styles. Where a host drops the styles, the rest still reads well."""
    return with_styles(PanelRenderer().render(panel))


def with_styles(rendered: RenderedPanel) -> str:
    """A rendered panel with its styles."""
    article = f'<article class="bnb-panel" aria-label="Answer of the model">{rendered.html}</article>'
    return _styles() + article


@cache
def _styles() -> str:
    return f"<style>{slender_css(panel_css())}</style>"
