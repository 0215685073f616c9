"""`--turns`: a cell that holds several turns, filled in from the notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.request.messages import Message
from bedrock_nb.core.request.turns_syntax import WrittenTurn, parse_turns


def turns_of(cell: str, fill: Callable[[str], str] = str) -> dict[str, Any]:
    """The cell's turns as options of a request: `messages`, and `system` where the cell has one.

    Args:
        cell: The text; its syntax is that of `bedrock_nb.core.request.turns_syntax`.
        fill: Fills in `{{expr}}`. It is applied to each turn by itself, after the cell has been read, so that no value
            from the notebook can begin a turn.

    Raises:
        InvalidInput: The cell is not made of turns, or they are in a wrong order.
    """
    system, turns = parse_turns(cell)
    messages = [_message(turn, fill(turn.text)) for turn in turns]
    return {"messages": messages} | ({"system": fill(system)} if system else {})


def _message(turn: WrittenTurn, text: str) -> Message:
    if not text.strip():
        raise InvalidInput(f"The turn `{turn.role}:` in line {turn.line} is empty once it is filled in.")
    return {"role": turn.role, "content": [{"text": text}]}
