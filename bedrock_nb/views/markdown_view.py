"""The panel as Markdown, for hosts and tools that read that: the answer as the model wrote it, made harmless.

Who shows this Markdown is not known, so nothing in it relies on their care: outside code that stands by itself, HTML of
the model's is escaped and its pictures are links.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from bedrock_nb.views.html.elements import printable
from bedrock_nb.views.markdown import links
from bedrock_nb.views.panel.figures import strip_line
from bedrock_nb.views.panel.json_text import json_text
from bedrock_nb.views.panel.panel import (
    Banner,
    Image,
    LooseResult,
    Panel,
    PanelBlock,
    Passage,
    Reasoning,
    Source,
    ToolCall,
    ToolResult,
    Unknown,
)
from bedrock_nb.views.panel.titles import banner_reference, reasoning_notes, reasoning_title, tool_title

_FENCE = re.compile(r"(`{3,}|~{3,})[^`]*$")
_HTML = re.compile(r"<(?=[A-Za-z/!?])")
_PICTURE = re.compile(r"!(?=\[)")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$&!])")
_ICONS = {"error": "✕", "warning": "⚠", "notice": "\N{INFORMATION SOURCE}"}


def markdown_of(panel: Panel) -> str:
    """The panel as Markdown that ends in a line end."""
    parts = [f"*{_plain(strip_line(panel.strip))}*"]
    for section in panel.sections:
        parts.extend(part for block in section.blocks for part in _block(block))
        parts.extend(map(_banner, section.banners))
    return printable("\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n").replace("\0", "\ufffd")


def _block(block: PanelBlock) -> Iterator[str]:
    match block:
        case Passage():
            yield harmless("".join(piece.text + _marks(piece.marks) for piece in block.pieces))
            yield "\n".join(["**Sources**\n", *map(_source, block.sources)]) if block.sources else ""
        case Reasoning():
            notes = map(_plain, reasoning_notes(block))
            parts = (f"*{reasoning_title(block)}*", harmless(block.text.strip("\n")), *notes)
            yield _quoted("\n\n".join(filter(None, parts)))
        case ToolCall():
            yield f"**{tool_title(block)}** {_inline_code(block.name or 'a tool whose name never came')}"
            yield _fenced(_input(block), "json") if block.input_json.strip() else "No input."
            yield _plain(block.problem)
            yield from _result(block.result) if block.result else ()
        case LooseResult():
            yield from _result(block.result)
        case Image():
            yield _plain(block.note) or f"*An image ({_plain(block.format)}).*"
        case Unknown():
            yield f"A block of a kind that this version does not know: {_inline_code(block.name)}"
            yield _fenced(block.json, "json")


def _input(block: ToolCall) -> str:
    return block.input_json if block.problem or block.growing else json_text(json.loads(block.input_json))


def _marks(numbers: tuple[int, ...]) -> str:
    return f" [{', '.join(map(str, numbers))}]" if numbers else ""


def _source(source: Source) -> str:
    title = _plain(source.title)
    if links.leads_out(source.link):
        title = f"[{title}](<{source.link.replace('<', '%3C').replace('>', '%3E')}>)"
    quoted = f" — “{_plain(' '.join(source.quoted.split()))}”" if source.quoted else ""
    return f"{source.number}. {title}{f', {source.place}' if source.place else ''}{quoted}"


def _result(result: ToolResult) -> Iterator[str]:
    yield "**Error**" if result.failed else "**Result**"
    for part in result.parts:
        yield _fenced(part.text, "" if part.kind == "text" else "json")


def _banner(banner: Banner) -> str:
    details = "\n".join(f"- {_plain(line)}" for line in banner.details)
    title = f"{_ICONS[banner.tone]} **{_plain(banner.title)}**"
    parts = (title, _plain(banner.text), details, _with_code(banner.advice), _plain(banner_reference(banner)))
    return _quoted("\n\n".join(filter(None, parts)))


def _with_code(advice: str) -> str:
    """Words of our own, in which commands and options stand between backticks."""
    parts = " ".join(advice.split()).split("`")
    if len(parts) % 2 == 0:
        return _plain(advice)
    return "".join(_inline_code(part) if place % 2 else _escaped(part) for place, part in enumerate(parts))


def harmless(markdown: str) -> str:
    """The same Markdown with its HTML as text and its pictures as links; code that stands by itself is left alone."""
    lines, fence = [], ""
    for line in markdown.split("\n"):
        opening = _FENCE.match(line)
        lines.append(line if fence or opening else _PICTURE.sub("&#33;", _HTML.sub("&lt;", line)))
        if not fence:
            fence = opening[1] if opening else ""
        elif line.startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
    return "\n".join([*lines, *([fence] if fence else [])])


def _plain(text: str) -> str:
    """Text of one line in which nothing has a meaning."""
    return _escaped(" ".join(text.split()))


def _escaped(line: str) -> str:
    return _SPECIAL.sub(r"\\\1", line)


def _quoted(markdown: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in markdown.strip().split("\n"))


def _inline_code(text: str) -> str:
    line = " ".join(text.split()) or " "
    ticks = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    space = " " if "`" in line else ""
    return f"{ticks}{space}{line}{space}{ticks}"


def _fenced(text: str, language: str) -> str:
    ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{ticks}{language}\n{text}\n{ticks}"
