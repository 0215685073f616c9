"""The first line of a `%%bedrock` cell: what it says, and what it may say."""

from __future__ import annotations

import argparse
import keyword
import re
import shlex
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from IPython.core.error import UsageError

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.nearest import nearest
from bedrock_nb.notebook.calling.interpolation import Expression, pieces
from bedrock_nb.notebook.options.table import BY_FLAG, BY_NAME, HELP_FLAGS, OPTIONS, Group, Option, Takes, in_group

_ASSIGNMENT = re.compile(r"\s*(?P<name>[^\s<]+)\s*<<(?P<rest>.*)", re.DOTALL)
_PLACE = re.compile("\0(\\d+)\0")


@dataclass(frozen=True, slots=True)
class FirstLine:
    """A parsed first line: the variable that the answer goes to, and the options given, by their names in Python."""

    name: str | None = None
    options: dict[str, Any] = field(default_factory=dict)


class _Parser(argparse.ArgumentParser):
    """An argument parser that tells the user what is wrong, where argparse would end the process.

    IPython's own, behind its `@argument`, guesses abbreviated options and leaves quotes in the words.
    """

    def error(self, message: str) -> NoReturn:
        raise UsageError(misuse(_reworded(message)))


_NOTHING_FOLLOWS = re.compile(r"argument (?:-\w/)?(?P<flag>\S+): expected (?:at least )?one argument")


def _reworded(message: str) -> str:
    """What argparse says, in words that say what to do."""
    found = _NOTHING_FOLLOWS.fullmatch(message)
    if found is None:
        return message
    flag = found["flag"]
    shown = written_value(BY_FLAG[flag])
    return f"{flag} takes {shown} after it; a value that begins with a hyphen is written {flag}=-…"


def misuse(message: str) -> str:
    """The message as this magic words it."""
    said = message if message.endswith((".", "?", "…")) else f"{message}."
    return f"%%bedrock: {said} %%bedrock -h lists the options."


def parse_first_line(line: str, fill: Callable[[Expression], str]) -> FirstLine | None:
    """What the line says; None where it asks for help.

    Args:
        line: The line, without the magic's name.
        fill: Gives the value of an expression in double braces. It is called once for each, from left to right, when
            the line has been split into words, so that no value can become an option; with --raw not at all.

    Raises:
        UsageError: It says something that no cell understands.
        InvalidInput: An expression failed.
    """
    name, rest = _assignment(line)
    expressions: list[Expression] = []
    words = _words(rest, expressions)
    if not set(HELP_FLAGS).isdisjoint(words):
        return None
    said = _said(words)
    given = {name: value for name, value in said.items() if value is not None}
    raw = "raw" in given
    values = [f"{{{{{each.source}}}}}" if raw else fill(each) for each in expressions]
    return FirstLine(name, {name: _checked(name, _filled(value, values)) for name, value in given.items()})


def _assignment(line: str) -> tuple[str | None, str]:
    found = _ASSIGNMENT.fullmatch(line)
    if found is None:
        return None, line
    if not found["name"].isidentifier() or keyword.iskeyword(found["name"]):
        raise UsageError(misuse(f"{found['name']!r} is not a name that a variable can have"))
    return found["name"], found["rest"]


def _words(line: str, expressions: list[Expression]) -> list[str]:
    """The line's words as a shell splits them, with a numbered place for each expression, which go to the list."""
    if "\0" in line:
        raise UsageError(misuse("the first line cannot be read: it has a zero byte in it"))
    with_places = ""
    for piece in pieces(line):
        if isinstance(piece, Expression):
            with_places += f"\0{len(expressions)}\0"
            expressions.append(piece)
        else:
            with_places += piece
    try:
        return shlex.split(with_places)
    except ValueError as error:
        raise UsageError(misuse(f"the first line cannot be read: {error}")) from error


def _said(words: list[str]) -> dict[str, Any]:
    said, left_over = _parser().parse_known_args(words)
    if left_over:
        raise UsageError(misuse(_not_understood(left_over)))
    return vars(said)


def _not_understood(words: list[str]) -> str:
    flag = next((word.partition("=")[0] for word in words if word.startswith("-")), None)
    if flag is None and any(word.endswith("<<") for word in words):
        return "NAME << stands before all options, and is one name"
    if flag is None and any(set(word) & _TYPOGRAPHIC for word in words):
        return f"{' '.join(words)!r} is no option; only straight quotes, \" and ', hold words together"
    if flag is None and "=" in words:
        return "NAME << gives the answer a name, and stands before all options"
    if flag is None:
        said = " ".join(words)
        return f"{said!r} is no option; the prompt stands below the first line, and a value of several words in quotes"
    meant = nearest(flag, BY_FLAG)
    return f"there is no option {flag}" + (f"; did you mean {meant}?" if meant else "")


_TYPOGRAPHIC = frozenset("\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb")
"""Quotes as word processors write them."""


def _parser() -> _Parser:
    parser = _Parser(prog="%%bedrock", add_help=False, allow_abbrev=False)
    for option in OPTIONS:
        parser.add_argument(*option.flags, dest=option.name, **_ACTIONS[option.takes])
    return parser


_ACTIONS: dict[Takes, dict[str, Any]] = {
    Takes.NOTHING: {"action": "store_const", "const": True},
    Takes.ONE: {},
    Takes.ONE_OR_NOTHING: {"nargs": "?", "const": True},
    Takes.SEVERAL: {"nargs": "+", "action": "extend"},
}


def _filled(value: Any, values: list[str]) -> Any:
    if isinstance(value, list):
        return [_filled(each, values) for each in value]
    return _PLACE.sub(lambda place: values[int(place[1])], value) if isinstance(value, str) else value


def _checked(name: str, value: Any) -> Any:
    try:
        return BY_NAME[name].checked(value)
    except InvalidInput as error:
        raise UsageError(misuse(error.message)) from error


# The help, which is the magic's docstring as well.

_WIDTH = 100
_INDENT = 30


def help_text() -> str:
    """What `%%bedrock -h` and `%%bedrock?` show: every option, with one line or two for each."""
    return "\n".join(
        [
            "%%bedrock [NAME <<] [options]",
            "prompt",
            "",
            "Send the cell's text to a model on Amazon Bedrock and watch the answer come. The value of the cell is its",
            "Recording: in NAME, in _ and in Out[n]. {{expr}} is filled in from the notebook, in the prompt and in the",
            "options; all else is text.",
            *(line for group in Group for line in _help_of_group(group)),
            "",
            f"  {', '.join(HELP_FLAGS)}".ljust(_INDENT) + "show this help",
            "",
            "What a first line does not say comes from %config BedrockMagics, BEDROCK_NB_… in the environment, or",
            "[tool.bedrock-nb] in pyproject.toml, in this order; `%bedrock config` shows what holds.",
            "%bedrock help lists the commands.",
        ]
    )


def _help_of_group(group: Group) -> Iterator[str]:
    yield ""
    yield f"{group.value}:"
    for option in in_group(group):
        written = f"  {', '.join(option.flags)} {written_value(option)}".rstrip()
        if len(written) > _INDENT - 2:
            yield written
            written = ""
        yield from textwrap.wrap(
            option.help, _WIDTH, initial_indent=written.ljust(_INDENT), subsequent_indent=" " * _INDENT
        )


def written_value(option: Option) -> str:
    """What follows the option's flag, as the help shows it."""
    match option.takes:
        case Takes.ONE_OR_NOTHING:
            return f"[{option.shown}]"
        case Takes.SEVERAL:
            return f"{option.shown} …"
        case Takes.ONE:
            return option.shown
    return ""
