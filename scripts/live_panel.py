"""A live panel as text that grows: what a reader sees of an answer while it comes, read from the widget's messages."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from markdownify import markdownify

from bedrock_nb.views.html.rendered_blocks import RenderedBlock
from bedrock_nb.views.live.patches import Json, apply
from bedrock_nb.views.panel.growing import Body

PROSE = "bnb-prose"
PICTURE_BYTES = re.compile(r"data:image/[^\"]*")
PREVIEW = re.compile(r' </span><code class="bnb-preview"[^>]*>[^<]*</code>(?=</summary>)')
UNANSWERED = re.compile(r'class="bnb-question|class="bnb-outcome(?: bnb-running)?">(?!.*<code)')


class LivePanel:
    """Follows one panel. Prose is told a paragraph at a time, other blocks when they are finished, figures last."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self._number: int = state["snapshot"]["number"]
        self._panel: Json = state["snapshot"]["panel"]
        self._told: list[str] = []
        self._titles: list[str] = []
        self.is_over = False

    def hear(self, message: Mapping[str, Any]) -> str:
        """What is new to a reader after a comm message's data; "" where that is nothing."""
        content = message.get("content") or {}
        if content.get("kind") == "patch" and content["number"] == self._number + 1:
            self._number, self._panel = content["number"], apply(self._panel, content["patch"])
        return self.news()

    def news(self) -> str:
        """What has not been told yet."""
        if self.is_over:
            return ""
        self.is_over = not self._panel["live"]
        return "".join(f"{text}\n\n" for text in self._new_texts() if text)

    def _new_texts(self) -> Iterator[str]:
        last = len(self._panel["blocks"]) - 1
        for number, block in enumerate(self._panel["blocks"]):
            is_settled = number < last and not UNANSWERED.search(block["foot"])
            yield self._new_text(number, block, is_finished=is_settled or self.is_over)
        if self.is_over:
            yield as_text(self._panel["strip"])

    def _new_text(self, number: int, block: Json, *, is_finished: bool) -> str:
        """What of a block has not been told; all of a finished one that is no longer what was told of it."""
        if number == len(self._told):
            self._told.append("")
            self._titles.append(block["head"])
        told, text = self._told[number], _settled_text(block, self._titles[number], is_finished=is_finished)
        if not text.startswith(told):
            if not is_finished:
                return ""
            told = ""
        self._told[number] = text
        return text[len(told) :].strip()


def _settled_text(block: Json, title: str, *, is_finished: bool) -> str:
    """A block's text as far as it will not change: of prose its finished paragraphs, of other blocks all or nothing.

    Prose begins with the title that it had at first, such as "Thinking…", and ends with the one that it has at last.
    """
    if PROSE in block["frame"]:
        paragraphs = "".join(block["fragments"])
        ending = [block["tail"], block["head"] if block["head"] != title else "", block["foot"]] if is_finished else []
        return "\n\n".join(filter(None, map(as_text, [title, paragraphs, *ending])))
    body = Body(tuple(block["fragments"]), block["tail"])
    rendered = RenderedBlock(block["key"], block["frame"], block["head"], body, block["foot"])
    return as_text(rendered.html) if is_finished else ""


def as_text(html: str) -> str:
    """HTML as the Markdown that says the same; of a picture its description, of a result that is there no preview."""
    return markdownify(
        PICTURE_BYTES.sub("", PREVIEW.sub("</span>", html)),
        heading_style="ATX",
        bullets="-",
        escape_asterisks=False,
        escape_underscores=False,
        escape_misc=False,
    ).strip()
