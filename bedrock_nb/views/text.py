"""The panel as plain text, for terminals."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator

from bedrock_nb.views.html.elements import printable
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
    Strip,
    ToolCall,
    ToolResult,
    Unknown,
)
from bedrock_nb.views.panel.titles import banner_reference, reasoning_notes, reasoning_title, tool_title

WIDTH = 80
_ICONS = {"error": "✗", "warning": "!", "notice": "i"}
_LINES_OF_A_QUOTE = 4
_NO_BREAK = "\N{NO-BREAK SPACE}"
_COMMANDS = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f]")


def text_of(panel: Panel) -> str:
    """The panel as text without a line end at its end. Nothing in it can command a terminal."""
    parts = [
        part
        for section in panel.sections
        for part in (*map(block_text, section.blocks), *map(banner_text, section.banners))
    ]
    return harmless("\n\n".join([*parts, strip_text(panel.strip)]))


def harmless(text: str) -> str:
    """The text without control characters: an escape sequence can rewrite what was shown before."""
    return _COMMANDS.sub("\ufffd", printable(text.replace("\r\n", "\n").replace("\r", "\n")))


def block_text(block: PanelBlock) -> str:
    """One block, with all that belongs to it."""
    return "\n".join(_block(block))


def banner_text(banner: Banner) -> str:
    """One banner: a mark, its title, and the rest below."""
    return "\n".join(_banner(banner))


def strip_text(strip: Strip) -> str:
    """The figures, wrapped between one and the next."""
    line = strip_line(strip).replace(" ", _NO_BREAK).replace(f"{_NO_BREAK}·{_NO_BREAK}", f"{_NO_BREAK}· ")
    wrapped = textwrap.fill(line, WIDTH, initial_indent="— ", subsequent_indent="  ", break_long_words=False)
    return wrapped.replace(_NO_BREAK, " ")


def reasoning_text(text: str) -> str:
    """Wrapped, with a line down its left side. More words at its end leave the lines before them as they are."""
    return "\n".join(_ruled(text))


def passage_text(passage: Passage) -> str:
    """The text with the numbers of its sources."""
    return "".join(piece.text + _marks(piece.marks) for piece in passage.pieces)


def _block(block: PanelBlock) -> Iterator[str]:
    match block:
        case Passage():
            yield passage_text(block).rstrip("\n")
            yield from _sources(block.sources)
        case Reasoning():
            yield f"╭ {reasoning_title(block)}"
            yield reasoning_text("\n\n".join(filter(None, (block.text.strip(), *reasoning_notes(block)))))
            yield "╰"
        case ToolCall():
            yield f"▸ {tool_title(block)}: {block.name or 'a tool whose name never came'}"
            yield from _indented(_input(block))
            yield from _indented(block.problem)
            yield from _result(block.result) if block.result else ()
        case LooseResult():
            yield from _result(block.result)
        case Image():
            yield f"▸ {block.note or f'An image ({block.format}).'}"
        case Unknown():
            yield f"▸ A block of a kind that this version does not know: {block.name}"
            yield from _indented(block.json)


def _marks(numbers: tuple[int, ...]) -> str:
    return f" [{', '.join(map(str, numbers))}]" if numbers else ""


def _sources(sources: tuple[Source, ...]) -> Iterator[str]:
    if sources:
        yield ""
    for source in sources:
        where = ", ".join(filter(None, (source.title, source.place, source.link)))
        yield f"  [{source.number}] {where}"
        if source.quoted:
            quoted = " ".join(source.quoted.split())
            indent = " " * 6
            yield textwrap.fill(
                f"“{quoted}”",
                WIDTH,
                initial_indent=indent,
                subsequent_indent=indent,
                max_lines=_LINES_OF_A_QUOTE,
                placeholder=" …”",
            )


def _input(block: ToolCall) -> str:
    if not block.input_json.strip():
        return "" if block.problem else "No input."
    if block.problem or block.growing:
        return block.input_json
    return json_text(json.loads(block.input_json))


def _result(result: ToolResult) -> Iterator[str]:
    yield "◂ Error" if result.failed else "◂ Result"
    for part in result.parts:
        yield from _indented(part.text)


def _banner(banner: Banner) -> Iterator[str]:
    yield f"{_ICONS[banner.tone]} {banner.title}"
    for line in (banner.text, *(f"· {line}" for line in banner.details), banner.advice, banner_reference(banner)):
        if line:
            yield textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _ruled(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        for wrapped in textwrap.wrap(line, WIDTH - 2, break_long_words=False, break_on_hyphens=False) or [""]:
            yield f"│ {wrapped}".rstrip()


def _indented(text: str) -> Iterator[str]:
    return (f"  {line}".rstrip() for line in text.split("\n") if text)
