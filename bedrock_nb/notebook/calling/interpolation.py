"""Filling `{{expr}}` in a prompt from the notebook. Nothing else of a prompt is ever touched.

What stands between the braces and is no Python expression is text, as are all other braces. To begin an expression with
a brace of its own, leave a space: `{{ {"a": 1}["a"] }}`.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

from IPython.core.autocall import ExitAutocall

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
        """What it gives, as `str` gives it; of a recording, the answer's text.

        Raises:
            InvalidInput: It failed; it is named.
        """
        try:
            value = eval(self.code, _without_exits(namespace))  # noqa: S307 - the user's own expression, in their own notebook
            is_awaited = inspect.isawaitable(value)
            text = "" if is_awaited else _text_of(value)
        except SystemExit as error:
            raise self._unfilled("it would end the notebook's kernel.") from error
        except Exception as error:
            raise self._unfilled(f"{type(error).__name__}: {error}") from error
        if is_awaited:
            if inspect.iscoroutine(value):
                value.close()  # nobody will await it, and it need not warn of that
            raise self._unfilled("it has to be awaited. Await it in a cell before, and name here what came of it.")
        return text

    def _unfilled(self, why: str) -> InvalidInput:
        return InvalidInput(
            f"{{{{{self.source}}}}} could not be filled in: {why}",
            advice="Nothing was sent. Mend the expression, or use --raw to send the braces as they are.",
        )


def _without_exits(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the namespace where `exit` and `quit` fail as Python's do: IPython's end the kernel without a word."""
    return {name: sys.exit if isinstance(value, ExitAutocall) else value for name, value in namespace.items()}


def _text_of(value: Any) -> str:
    """The answer of a recording; of all else what `str` gives."""
    from bedrock_nb.core.recording import Recording  # `%load_ext` needs this module, and not that one

    return value.text if isinstance(value, Recording) else str(value)


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
            # With `await` it is an expression as well, and one that cannot be filled in: better told than sent as text.
            code: CodeType = compile(source, "<prompt>", "eval", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return code
