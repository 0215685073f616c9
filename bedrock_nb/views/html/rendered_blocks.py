"""Blocks of a panel as HTML, each in the one way in which both the live widget and the static page show it.

A rendered block is a frame with three slots: a head and a foot, which are short and replaced as a whole, and a body,
which may be long and grows. Frames hold words of our own only; text of the model's stands in the slots, escaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bedrock_nb.core.counted import counted
from bedrock_nb.views.html.elements import code, escape, note
from bedrock_nb.views.markdown import links
from bedrock_nb.views.panel.growing import NOTHING_YET, Body, GrowingMarkdown, marked, with_marks
from bedrock_nb.views.panel.growing_json import GrowingJson
from bedrock_nb.views.panel.panel import (
    Banner,
    Image,
    LooseResult,
    PanelBlock,
    Passage,
    Reasoning,
    ResultPart,
    Source,
    ToolCall,
    ToolResult,
    Unknown,
)
from bedrock_nb.views.panel.titles import banner_reference, reasoning_notes, reasoning_title, tool_title

HEAD, BODY, FOOT = ('data-slot="head">', 'data-slot="body">', 'data-slot="foot">')


@dataclass(frozen=True, slots=True)
class RenderedBlock:
    """One block. `frame` is HTML with an empty element for each slot that the block has."""

    key: str
    frame: str
    head: str = ""
    body: Body = NOTHING_YET
    foot: str = ""

    @property
    def html(self) -> str:
        """The frame with its slots filled."""
        html = self.frame
        for slot, content in ((HEAD, self.head), (BODY, self.body.html), (FOOT, self.foot)):
            html = html.replace(slot, slot + content, 1)
        return html


Block_contra = TypeVar("Block_contra", bound=PanelBlock, contravariant=True)


class BlockRenderer(Protocol[Block_contra]):
    """Renders one block over and over as it grows."""

    def render(self, block: Block_contra) -> RenderedBlock:
        """The block as it stands now."""


class PassageRenderer:
    """Text: Markdown, with numbered marks and the list of sources."""

    FRAME = (
        f'<section class="bnb-block bnb-text"><div class="bnb-prose" {BODY}</div>'
        f'<div class="bnb-foot" {FOOT}</div></section>'
    )

    def __init__(self) -> None:
        self._markdown = GrowingMarkdown()

    def render(self, block: Passage) -> RenderedBlock:
        """The passage as it stands now."""
        body = marked(self._markdown.body(with_marks(block.pieces), growing=block.growing), block.sources)
        return RenderedBlock(block.key, self.FRAME, "", body, _sources(block))


class ReasoningRenderer:
    """Reasoning: folded away once it is over."""

    def __init__(self) -> None:
        self._markdown = GrowingMarkdown()

    def render(self, block: Reasoning) -> RenderedBlock:
        """The reasoning as it stands now."""
        is_open = " open" if block.is_open else ""
        growing = " bnb-growing" if block.growing else ""
        frame = (
            f'<details class="bnb-block bnb-reasoning{growing}"{is_open}><summary class="bnb-head" {HEAD}</summary>'
            f'<div class="bnb-prose bnb-thought" {BODY}</div><div class="bnb-foot" {FOOT}</div></details>'
        )
        body = self._markdown.body(block.text, growing=block.growing)
        return RenderedBlock(block.key, frame, reasoning_title(block), body, "".join(map(note, reasoning_notes(block))))


class ToolCallRenderer:
    """A tool's card: its name, its input as it grows, its result."""

    def __init__(self) -> None:
        self._json = GrowingJson()

    def render(self, block: ToolCall) -> RenderedBlock:
        """The call as it stands now."""
        place = "bnb-server" if block.server else "bnb-client"
        growing = " bnb-growing" if block.growing else ""
        failed = " bnb-failed" if block.problem or (block.result and block.result.failed) else ""
        frame = (
            f'<section class="bnb-block bnb-tool {place}{growing}{failed}"><p class="bnb-head" {HEAD}</p>'
            f'<pre class="bnb-pre bnb-input" dir="ltr" tabindex="0"><code {BODY}</code></pre>'
            f'<div class="bnb-foot" {FOOT}</div></section>'
        )
        body = self._json.body(block.input_json, raw=bool(block.problem))
        return RenderedBlock(block.key, frame, _tool_head(block), body, _tool_foot(block))


def _tool_head(block: ToolCall) -> str:
    name = escape(block.name) or "a tool whose name never came"
    aside = "writing its input…" if block.growing else "run by the service" if block.server else ""
    return (
        f'<span class="bnb-kind">{tool_title(block)}</span> <strong class="bnb-name" dir="ltr">{name}</strong>'
        f"{f' {_aside(aside)}' if aside else ''}"
    )


def _tool_foot(block: ToolCall) -> str:
    parts = []
    if block.problem:
        parts.append(note(block.problem, "bnb-note bnb-problem"))
    elif not (block.input_json.strip() or block.growing):
        parts.append(note("No input."))
    if block.result:
        parts.append(_result(block.result))
    elif block.waits_for == "consent":
        parts.append('<p class="bnb-question">Run it?</p>')  # the page puts its buttons here
    elif block.waits_for:
        running = " bnb-running" if block.waits_for == "service" else ""
        parts.append(f'<p class="bnb-outcome{running}">{_outcome("Result", _aside(_WAITS[block.waits_for]))}</p>')
    return "".join(parts)


_WAITS = {
    "result": "waiting…",
    "turn": "waiting for its turn…",
    "service": "running…",
    "next call": "none in this call",
    "nothing": "none came",
}
SHORT = 12
"""Characters that fit into a line of the narrowest panel, so that there is nothing to unfold."""


def _result(result: ToolResult) -> str:
    """A line in the place that was kept for it; what does not fit into the line is folded away below."""
    css_class = " bnb-failed" if result.failed else ""
    title = "Error" if result.failed else "Result"
    preview = " · ".join(filter(None, (part.preview for part in result.parts)))
    shown = f'<code class="bnb-preview" dir="ltr">{escape(preview)}</code>' if preview else _aside("empty")
    line = _outcome(title, shown)
    if len(preview) <= SHORT and all(part.is_whole_in_preview for part in result.parts):
        return f'<p class="bnb-outcome{css_class}">{line}</p>'
    parts = "".join(map(_result_part, result.parts))
    return f'<details class="bnb-result{css_class}"><summary class="bnb-outcome">{line}</summary>{parts}</details>'


def _outcome(title: str, shown: str) -> str:
    colon = '<span class="bnb-dot" aria-hidden="true">: </span>'
    return f'<span class="bnb-outcome-name">{title}</span>{colon}{shown}'


def _aside(words: str) -> str:
    return f'<span class="bnb-aside">{words}</span>'


def _result_part(part: ResultPart) -> str:
    if part.picture:
        return _image(part.picture, "Image that the tool gave back")
    if part.kind == "text":
        return code(part.text)
    laid_out = GrowingJson().body(part.text, raw=False).html
    return f'<pre class="bnb-pre" dir="ltr" tabindex="0"><code>{laid_out}</code></pre>'


class PlainRenderer:
    """Blocks that do not grow: results, pictures, what is not known."""

    def render(self, block: LooseResult | Image | Unknown) -> RenderedBlock:
        """The block as it is."""
        match block:
            case LooseResult():
                head, css_class = _result(block.result), "bnb-tool bnb-server"
            case Image():
                head, css_class = _image(block), "bnb-image"
            case Unknown():
                title = f"A block of a kind that this version does not know: {block.name}"
                head = f"<details><summary>{escape(title)}</summary>{code(block.json, 'json')}</details>"
                css_class = "bnb-unknown"
        return RenderedBlock(block.key, f'<section class="bnb-block {css_class}" {HEAD}</section>', head)


def _image(block: Image, described: str = "Image made by the model") -> str:
    if block.note:
        return note(block.note)
    address = f"data:image/{block.format.lower()};base64,{block.base64}"
    if block.growing:
        return note("An image is coming…")
    if not links.is_picture(address):
        return note(f"An image of the format {block.format or 'that was not named'}, which cannot be shown here.")
    return f'<img class="bnb-picture" src="{escape(address)}" alt="{described}">'


def _sources(block: Passage) -> str:
    if not block.sources:
        return ""
    sources, is_open = block.sources, " open" if block.lists_sources else ""
    items = "".join(f'<li value="{source.number}">{_source(source)}</li>' for source in sources)
    count = counted(len(sources), "source")
    return f'<details class="bnb-sources"{is_open}><summary>{count}</summary><ol>{items}</ol></details>'


def _source(source: Source) -> str:
    title = f'<cite dir="auto">{escape(source.title)}</cite>'
    if links.leads_out(source.link):
        destination = f'href="{escape(source.link)}" rel="noopener noreferrer nofollow" target="_blank"'
        title = f'<a {destination} title="{escape(source.link)}">{title}</a>'
    place = f' · <span class="bnb-place">{escape(source.place)}</span>' if source.place else ""
    quoted = f'<blockquote dir="auto">{escape(source.quoted)}</blockquote>' if source.quoted else ""
    return title + place + quoted


def rendered_banners(key: str, banners: tuple[Banner, ...]) -> RenderedBlock:
    """The banners of a section, as a block of their own."""
    frame = f'<div class="bnb-block bnb-banners" {HEAD}</div>'
    return RenderedBlock(key, frame, "".join(map(_banner, banners)))


_COMMAND = re.compile("`([^`]+)`")
_ICONS = {"error": "✕", "warning": "⚠", "notice": "\N{INFORMATION SOURCE}"}


def _banner(banner: Banner) -> str:
    details = "".join(f'<li dir="auto">{escape(line)}</li>' for line in banner.details)
    reference = banner_reference(banner)
    icon = f'<span class="bnb-icon" aria-hidden="true">{_ICONS[banner.tone]}</span>'
    parts = (
        f'<p class="bnb-banner-title">{icon} <strong dir="auto">{escape(banner.title)}</strong></p>',
        f'<p dir="auto">{escape(banner.text)}</p>' if banner.text else "",
        f"<ul>{details}</ul>" if details else "",
        f'<p class="bnb-advice">{_with_code(banner.advice)}</p>' if banner.advice else "",
        f'<p class="bnb-reference" dir="ltr">{escape(reference)}</p>' if reference else "",
    )
    return f'<div class="bnb-banner bnb-{banner.tone}">{"".join(parts)}</div>'


def _with_code(advice: str) -> str:
    """Words of our own, in which commands and options stand between backticks."""
    return _COMMAND.sub(r'<code dir="ltr">\1</code>', escape(advice))
