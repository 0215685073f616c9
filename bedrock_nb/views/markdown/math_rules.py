r"""Where mathematics stands in Markdown: `$…$`, `\(…\)`, `$$…$$` and `\[…\]`; amounts of money are left alone.

Whether a line opens a display is decided by that line alone, and a display ends with its closing line or with the first
blank one. So what comes later never changes what came before the blank line, which the streaming renderer relies on.
"""

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

LONGEST_INLINE = 1_000

_CLOSING = {"$$": "$$", r"\[": r"\]", r"\(": r"\)", "$": "$"}
_ORDINAL = re.compile(r"(?:st|nd|rd|th|s)\b")
_COMMAND = re.compile(r"\\[A-Za-z]+\s*(?:\{[^{}]*\})?")
_AMOUNT_IN_PROSE = re.compile(r"[\d.,]+[kKmMbB]?\b.*(?<![A-Za-z])[A-Za-z]{2,}", re.DOTALL)
_MATHEMATICAL = re.compile(r"[\\^_=+<>|{}\d]")


def display_math(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    r"""Block rule: lines from an opening `$$` or `\[` to the closing one, as one `math_block`.

    An opening whose closing never comes before a blank line makes an ordinary paragraph of these lines.
    """
    begin = state.bMarks[start_line] + state.tShift[start_line]
    opening = state.src[begin : begin + 2]
    if opening not in {"$$", r"\["} or state.is_code_block(start_line) or not _opens_display(_line(state, start_line)):
        return False
    if silent:
        return True
    state.line, is_closed = _end_of_display(state, start_line, end_line, _CLOSING[opening])
    source = state.getLines(start_line, state.line, state.blkIndent, False).strip()
    if is_closed:
        token = state.push("math_block", "math", 0)
        token.content, token.markup = source[2:-2].strip(), opening
        token.map = [start_line, state.line]
    else:
        _push_paragraph(state, start_line, source)
    return True


def _opens_display(line: str) -> bool:
    opening, rest = line[:2], line[2:]
    if rest.startswith("$"):
        return False
    body, closing, after = rest.partition(_CLOSING[opening])
    return not after and (not closing or bool(body.strip()))


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _end_of_display(state: StateBlock, start_line: int, end_line: int, closing: str) -> tuple[int, bool]:
    """The line after a display, and whether it was closed before a blank line or the end of what contains it."""
    if _line(state, start_line)[2:].endswith(closing):
        return start_line + 1, True
    for line in range(start_line + 1, end_line):
        if state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            return line, False
        if _line(state, line).endswith(closing):
            return line + 1, True
    return end_line, False


def _push_paragraph(state: StateBlock, start_line: int, source: str) -> None:
    opening = state.push("paragraph_open", "p", 1)
    opening.map = [start_line, state.line]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = source, [start_line, state.line], []
    state.push("paragraph_close", "p", -1)


def bracket_math(state: StateInline, silent: bool) -> bool:
    r"""Inline rule: `\(…\)`, and `\[…\]` where what it holds looks like mathematics."""
    opening = state.src[state.pos : state.pos + 2]
    if opening not in {r"\(", r"\["}:
        return False
    limit = min(state.posMax, state.pos + LONGEST_INLINE)
    end = state.src.find(_CLOSING[opening], state.pos + 2, limit)
    body = state.src[state.pos + 2 : end].strip() if end >= 0 else ""
    if not body or (opening == r"\[" and not _MATHEMATICAL.search(body)):
        return False
    if not silent:
        _push_formula(state, body, opening)
    state.pos = end + 2
    return True


def dollar_math(state: StateInline, silent: bool) -> bool:
    """Inline rule: `$…$` and `$$…$$`.

    A dollar sign opens where no letter or digit stands before it, and no blank or comma after it. The next one must
    close: with no blank before it, and no digit or word after it.
    """
    source, start = state.src, state.pos
    if source[start] != "$" or (start and (source[start - 1].isalnum() or source[start - 1] in "$\\")):
        return False
    opening = "$$" if source.startswith("$$", start) else "$"
    body_start = start + len(opening)
    end = _closing_dollar(source, body_start, min(state.posMax, start + LONGEST_INLINE))
    if end < 0 or not source.startswith(opening, end) or end + len(opening) > state.posMax:
        return False
    body, after = source[body_start:end], end + len(opening)
    if not (_is_formula(body, opening) and _may_follow(source, after, state.posMax)):
        return False
    if not silent:
        _push_formula(state, body.strip(), opening)
    state.pos = after
    return True


def _closing_dollar(source: str, start: int, limit: int) -> int:
    end = source.find("$", start, limit)
    while end > 0 and (len(source[start:end]) - len(source[start:end].rstrip("\\"))) % 2:
        end = source.find("$", end + 1, limit)
    return end


def _is_formula(body: str, opening: str) -> bool:
    if not body.strip():
        return False
    if opening == "$$":
        return True
    if body != body.strip() or body[0] in ",.;:!?)":
        return False
    return not _AMOUNT_IN_PROSE.match(_COMMAND.sub("", body))


def _may_follow(source: str, position: int, limit: int) -> bool:
    if position >= limit:
        return True
    character = source[position]
    return character != "$" and (not character.isalnum() or bool(_ORDINAL.match(source, position)))


def _push_formula(state: StateInline, formula: str, opening: str) -> None:
    token = state.push("math_inline", "math", 0)
    token.content, token.markup = formula, opening
