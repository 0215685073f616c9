"""The first line of a `%%bedrock` cell: what it may say, and what it said."""

from __future__ import annotations

import argparse
import re
import shlex
from dataclasses import dataclass, field
from typing import Any, NoReturn

from IPython.core.error import UsageError

_ASSIGNMENT = re.compile(r"\s*(?P<name>[^\s<]+)\s*<<(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FirstLine:
    """A parsed first line. `request` and `connection` hold only what was given."""

    name: str | None = None
    raw: bool = False
    request: dict[str, Any] = field(default_factory=dict)
    connection: dict[str, Any] = field(default_factory=dict)


class Parser(argparse.ArgumentParser):
    """An argument parser that tells the user what is wrong, where argparse would end the process."""

    def error(self, message: str) -> NoReturn:
        """Raise the message as IPython's own error for misused magics."""
        raise UsageError(f"%%bedrock: {message}. %%bedrock -h lists the options.")


def parser() -> Parser:
    """The parser of the first line; its help is the magic's help."""
    declared = Parser(
        prog="%%bedrock",
        usage="%%bedrock [NAME <<] [options]",
        description="Send the cell's text to a model on Amazon Bedrock and watch the answer come.",
        epilog="NAME << keeps the recording in a variable; it is in _ too. {{expr}} in the text is filled in from the "
        "notebook.",
        add_help=False,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = declared.add_argument
    add("-h", "--help", action="store_true", help="show this help")
    request = declared.add_argument_group("the request")
    request.add_argument("-m", "--model", help="model id, inference profile or ARN")
    request.add_argument("-s", "--system", metavar="TEXT", help="system prompt; {{expr}} is filled in")
    request.add_argument("-t", "--temperature", type=float, metavar="T", help="0 is the most settled answer")
    request.add_argument("--max-tokens", type=int, metavar="N", help="the longest answer, in tokens")
    reach = declared.add_argument_group("how to reach Bedrock")
    reach.add_argument("--endpoint-url", metavar="URL", help="another endpoint than the region's own")
    reach.add_argument("--region", metavar="R", help="AWS region")
    reach.add_argument("--profile", metavar="P", help="profile of the AWS configuration")
    reach.add_argument("--read-timeout", type=float, metavar="SECONDS", help="silence that counts as a stall")
    notebook = declared.add_argument_group("the notebook")
    notebook.add_argument("--raw", action="store_true", help="send {{expr}} as it stands")
    return declared


_CONNECTION = ("endpoint_url", "region", "profile", "read_timeout")
_REQUEST = ("model", "system", "temperature", "max_tokens")


def parse_first_line(line: str) -> FirstLine | None:
    """What the line says; None where it asks for help.

    Raises:
        UsageError: It says something that no cell understands.
    """
    name, rest = _assignment(line)
    try:
        words = shlex.split(rest)
    except ValueError as error:
        raise UsageError(f"%%bedrock: the first line cannot be read: {error}.") from error
    said = vars(parser().parse_args(words))
    if said["help"]:
        return None
    return FirstLine(name, said["raw"], _given(said, _REQUEST), _given(said, _CONNECTION))


def _assignment(line: str) -> tuple[str | None, str]:
    found = _ASSIGNMENT.fullmatch(line)
    if found is None:
        return None, line
    if not found["name"].isidentifier():
        raise UsageError(f"%%bedrock: {found['name']!r} is not a name that a variable can have.")
    return found["name"], found["rest"]


def _given(said: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: said[name] for name in names if said[name] is not None}
