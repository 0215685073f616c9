r"""Several turns in one text: lines that begin with `user:`, `assistant:` or `system:` begin a turn.

    system: You are terse.
    user: What is the capital of France?
    assistant: Paris.
    user:
    And of Spain?

The name stands at the very beginning of its line, in small letters. What follows belongs to that turn, up to the next
such line; blank space around it is left out. A line of a turn that itself begins with such a name is written with a
backslash before it: `\user: …` is the text `user: …`, and `\\user: …` is `\user: …`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from bedrock_nb.core.errors import InvalidInput

_MARK = re.compile(r"^(?P<role>user|assistant|system):", re.MULTILINE)
_ESCAPED = re.compile(r"^\\(?=\\*(?:user|assistant|system):)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class WrittenTurn:
    """One turn as it was written. `line` is where it begins, counted from 1."""

    role: str
    text: str
    line: int


def parse_turns(text: str) -> tuple[str | None, tuple[WrittenTurn, ...]]:
    """The system text, if there is one, and the turns: of the user first, and by turns from then on.

    Raises:
        InvalidInput: The turns are in an order that the service refuses, or one of them is empty; its line is named.
    """
    written = tuple(_written(text))
    system, turns = (written[0], written[1:]) if written[0].role == "system" else (None, written)
    _check_order(turns)
    return system.text if system else None, turns


def _written(text: str) -> list[WrittenTurn]:
    marks = list(_MARK.finditer(text))
    before = text[: marks[0].start()] if marks else text
    if not marks or before.strip():
        words = before.strip().split("\n", 1)[0][:40]
        raise InvalidInput(
            f"The text begins with no turn: {words!r} belongs to nobody.",
            advice="With --turns, begin the first line with `user:` or `system:`.",
        )
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    turns = []
    for mark, end in zip(marks, ends, strict=True):
        line = text.count("\n", 0, mark.start()) + 1
        said = _ESCAPED.sub("", text[mark.end() : end].strip())
        if not said:
            raise InvalidInput(f"The turn `{mark['role']}:` in line {line} is empty.")
        turns.append(WrittenTurn(mark["role"], said, line))
    return turns


def _check_order(turns: tuple[WrittenTurn, ...]) -> None:
    for turn in turns:
        if turn.role == "system":
            raise InvalidInput(f"`system:` in line {turn.line} comes too late: it stands once, before all turns.")
    if not turns or turns[0].role != "user":
        where = f"; line {turns[0].line} is the assistant's" if turns else ""
        raise InvalidInput(f"A conversation begins with a turn of the user{where}.")
    for one, other in pairwise(turns):
        if one.role == other.role:
            raise InvalidInput(
                f"Two turns of the {one.role} follow one another, in lines {one.line} and {other.line}.",
                advice="Write them as one, or put an `assistant:` or `user:` between them.",
            )
