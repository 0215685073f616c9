"""The whole panel as HTML in parts: the strip, a list of blocks, and the timeline once there is nothing to wait for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bedrock_nb.views.html.elements import escape
from bedrock_nb.views.html.rendered_blocks import (
    BlockRenderer,
    PassageRenderer,
    PlainRenderer,
    ReasoningRenderer,
    RenderedBlock,
    ToolCallRenderer,
    rendered_banners,
)
from bedrock_nb.views.html.rendered_timeline import timeline_html
from bedrock_nb.views.panel.figures import duration, figures, short_model
from bedrock_nb.views.panel.panel import Panel, PanelBlock, Passage, Reasoning, State, Strip, ToolCall

_RENDERERS: dict[str, type[BlockRenderer[Any]]] = {
    Passage.kind: PassageRenderer,
    Reasoning.kind: ReasoningRenderer,
    ToolCall.kind: ToolCallRenderer,
}


@dataclass(frozen=True, slots=True)
class RenderedPanel:
    """A panel in HTML. `elapsed` in seconds is for the clock that a live strip leaves empty."""

    state: State
    strip: str
    blocks: tuple[RenderedBlock, ...] = ()
    timeline: str = ""
    elapsed: float | None = None
    is_ticking: bool = False

    @property
    def html(self) -> str:
        """Strip, blocks and timeline, each in its place."""
        blocks = "".join(block.html for block in self.blocks)
        return (
            f'<div class="bnb-top">{self.strip}</div><div class="bnb-blocks">{blocks}</div>'
            f'<div class="bnb-bottom">{self.timeline}</div>'
        )


class PanelRenderer:
    """Renders one panel over and over as it grows; what is finished is not rendered again."""

    def __init__(self) -> None:
        self._renderers: dict[tuple[str, str], BlockRenderer[Any]] = {}
        self._last: dict[str, tuple[PanelBlock, RenderedBlock]] = {}

    def render(self, panel: Panel) -> RenderedPanel:
        """The panel as it stands now."""
        blocks: list[RenderedBlock] = []
        for number, section in enumerate(panel.sections):
            blocks.extend(map(self._block, section.blocks))
            if section.banners:
                blocks.append(rendered_banners(f"{number}.banners", section.banners))
        state = panel.strip.state
        timeline = timeline_html(panel.timeline) if state.is_over else ""
        elapsed, is_ticking = panel.strip.elapsed, panel.strip.is_ticking
        return RenderedPanel(state, strip_html(panel.strip), tuple(blocks), timeline, elapsed, is_ticking)

    def _block(self, block: PanelBlock) -> RenderedBlock:
        before = self._last.get(block.key)
        if before and before[0] == block:
            return before[1]
        place = (block.key, block.kind)
        if place not in self._renderers:
            self._renderers[place] = _RENDERERS.get(block.kind, PlainRenderer)()
        rendered = self._renderers[place].render(block)
        self._last[block.key] = (block, rendered)
        return rendered


def strip_html(strip: Strip) -> str:
    """Two lines: who answers, and the figures in the order in which they come, so that none makes room for another.

    While it is live the time is left to the page's clock, which ticks in silence too.
    """
    live = " bnb-live" if strip.state.is_live else ""
    model = f'<span class="bnb-model" dir="ltr" title="{escape(strip.model)}">{escape(short_model(strip.model))}</span>'
    elapsed = "" if strip.state.is_live or strip.elapsed is None else duration(strip.elapsed)
    who = [
        f'<strong class="bnb-state bnb-is-{strip.state.name.lower()}{live}">{strip.state.capitalize()}</strong>',
        *([model] if strip.model else []),
        *([f'<span class="bnb-stop-reason">{escape(strip.stop_reason)}</span>'] if strip.stop_reason else []),
    ]
    what = [
        *([f'<span class="bnb-clock">{elapsed}</span>'] if elapsed or live else []),
        *(f"<span>{escape(figure)}</span>" for figure in (strip.region, *figures(strip)) if figure),
    ]
    lines = [f"<span>{_SEPARATOR.join(who)}</span>"]
    if what:
        lines.append(f"{_FIGURES}{_SEPARATOR.join(what)}</span>")
    return f'<p class="bnb-strip">{_SEPARATOR.join(lines)}</p>'


_FIGURES = '<span class="bnb-figures" role="group" aria-label="figures" tabindex="0">'  # in a narrow panel they scroll
_SEPARATOR = '<span class="bnb-dot" aria-hidden="true"> · </span>'
