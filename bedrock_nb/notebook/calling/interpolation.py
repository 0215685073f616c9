"""Filling `{{expr}}` in a prompt from the notebook. Nothing else of a prompt is ever touched.

What stands between the braces and is no Python expression is text, as are all other braces. To begin an expression with
a brace of its own, leave a space: `{{ {"a": 1}["a"] }}`.
"""

from __future__ import annotations

import ast
import itertools
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

from bedrock_nb.core.errors import InvalidInput

_OPENING = re.compile(r"\{\{(?!\{)")
_CLOSING = re.compile(r"(?=\}\})")  # a look-ahead, so that `}}}` offers two places to end
# What is longer, or nests deeper, belongs in a variable; and a prompt full of braces is read in linear time.
_LONGEST_EXPRESSION = 2_000
_MOST_CLOSINGS = 16


@dataclass(frozen=True, slots=True)
class Expression:
    """A Python expression between double braces."""

    source: str
    code: CodeType

    def value(self, namespace: Mapping[str, Any]) -> str:
        """What it gives, as `str` gives it.

        Raises:
            InvalidInput: It failed; it is named.
        """
        try:
            return str(eval(self.code, dict(namespace)))  # noqa: S307 - the user's own expression, in their own notebook
        except Exception as error:
            raise InvalidInput(
                f"{{{{{self.source}}}}} could not be filled in: {type(error).__name__}: {error}",
                advice="Nothing was sent. Mend the expression, or use --raw to send the braces as they are.",
            ) from error


def interpolated(text: str, namespace: Mapping[str, Any]) -> str:
    """The text with every `{{expr}}` replaced by the value of that Python expression, as `str` gives it.

    Each is evaluated once, from left to right, and what it gives is not read again.

    Raises:
        InvalidInput: An expression failed; it is named.
    """
    return "".join(piece if isinstance(piece, str) else piece.value(namespace) for piece in pieces(text))


def pieces(text: str) -> Iterator[str | Expression]:
    """The text and the expressions in it, by turns, in their order."""
    done = 0
    for opening in _OPENING.finditer(text):
        if opening.start() < done:
            continue
        found = _expression(text, opening.end())
        if found is not None:
            code, end = found
            yield text[done : opening.start()]
            yield Expression(text[opening.end() : end].strip(), code)
            done = end + len("}}")
    yield text[done:]


def _expression(text: str, start: int) -> tuple[CodeType, int] | None:
    """The shortest expression that begins here, compiled, and where it ends; None where there is none."""
    within = text[start : start + _LONGEST_EXPRESSION]
    for closing in itertools.islice(_CLOSING.finditer(within), _MOST_CLOSINGS):
        code = _compiled(within[: closing.start()].strip())
        if code is not None:
            return code, start + closing.start()
    return None


def _compiled(source: str) -> CodeType | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the text may be no Python at all, such as LaTeX with its backslashes
        try:
            return compile(ast.parse(source, mode="eval"), "<prompt>", "eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
