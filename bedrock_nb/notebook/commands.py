"""The `%bedrock` line magic: one function a command."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Callable
from typing import Any

from IPython.core.error import UsageError

from bedrock_nb.notebook import local_endpoint
from bedrock_nb.notebook.options import parser


def run(line: str) -> Any:
    """Run the command that the line names.

    Raises:
        UsageError: There is no such command, or it does not take these words.
    """
    try:
        name, *words = shlex.split(line) or ["help"]
    except ValueError as error:
        raise UsageError(f"%bedrock: the line cannot be read: {error}.") from error
    name = "help" if name in {"-h", "--help"} else name
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(f"%bedrock: there is no command {name!r}.{hint} %bedrock help lists them.")
    return COMMANDS[name](words)


def show_help(words: list[str]) -> None:
    """Show this help."""
    del words
    lines = [f"  {name:<8} {command.__doc__}" for name, command in COMMANDS.items()]
    print("%bedrock COMMAND, with one of", *lines, "", parser().format_help(), sep="\n")  # noqa: T201 - asked for


def local(words: list[str]) -> None:
    """Speak to scripted models on this machine, no account needed; `local off` goes back."""
    if words == ["off"]:
        local_endpoint.stop()
        print("Cells speak to Amazon Bedrock again.")  # noqa: T201 - the answer to a command
        return
    if words:
        raise UsageError(f"%bedrock local takes nothing, or `off`; it was given {' '.join(words)!r}.")
    endpoint = local_endpoint.start()
    models = "\n".join(f"  {model_id:<36} {summary}" for model_id, summary in local_endpoint.models())
    print(f"Cells now speak to {endpoint.url}, on this machine. Its models are scripts, and say so:\n{models}")  # noqa: T201


COMMANDS: dict[str, Callable[[list[str]], Any]] = {"help": show_help, "local": local}
