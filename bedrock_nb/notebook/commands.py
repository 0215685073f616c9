"""The `%bedrock` line magic: one function a command."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from IPython.core.error import UsageError

from bedrock_nb.core.nearest import nearest
from bedrock_nb.notebook import local_endpoint, reports
from bedrock_nb.notebook.chats import CHATS, USAGE, chat
from bedrock_nb.notebook.history_commands import HELP, list_history, pull_from, push_to, replay, show
from bedrock_nb.notebook.keeping.shown_table import Table
from bedrock_nb.notebook.options.aliases import resolved
from bedrock_nb.notebook.options.first_line import help_text
from bedrock_nb.notebook.options.table import HELP_FLAGS


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what it does with its words, and how it is explained."""

    run: Callable[..., Any]
    takes: str
    help: str
    fewest: int = 0
    most: int | None = 0
    completes: str = ""
    """What completion looks up, as of an option."""
    has_options: bool = False
    """Whether a word of it may begin with a hyphen."""
    details: Callable[[], str] | None = None
    """Its own help, where it has more to say than `help`."""


def run(line: str) -> Any:
    """Run the command that the line names.

    Raises:
        UsageError: There is no such command, or it does not take these words.
        BedrockError: It could not be done.
    """
    try:
        name, *words = shlex.split(line) or ["help"]
    except ValueError as error:
        raise UsageError(f"%bedrock: the line cannot be read: {error}.") from error
    name = "help" if name in HELP_FLAGS else name
    if name not in COMMANDS:
        meant = nearest(name, COMMANDS)
        hint = f" Did you mean {meant}?" if meant else ""
        raise UsageError(f"%bedrock: there is no command {name!r}.{hint} %bedrock help lists them.")
    command = COMMANDS[name]
    if not set(HELP_FLAGS).isdisjoint(words):
        print(help_of(name))
        return None
    option = next((word for word in words if word.startswith("-")), None)
    if option and not command.has_options:
        raise UsageError(f"%bedrock {name}: there is no option {option}. %bedrock {name} -h shows what it takes.")
    if len(words) < command.fewest or (command.most is not None and len(words) > command.most):
        raise UsageError(f"%bedrock {name} takes {command.takes or 'no words after it'}.")
    return command.run(*words)


def help_of(name: str) -> str:
    """What `%bedrock NAME -h` shows."""
    command = COMMANDS[name]
    return command.details() if command.details else f"{f'%bedrock {name} {command.takes}'.rstrip()}\n{command.help}"


def help_of_commands() -> str:
    """What `%bedrock help` shows."""
    written = {name: f"  {name} {command.takes}".rstrip() for name, command in COMMANDS.items()}
    width = max(map(len, written.values())) + 2
    lines = [f"{written[name]:<{width}}{command.help}" for name, command in COMMANDS.items()]
    more = "%bedrock COMMAND -h explains one of them."
    return "\n".join(["%bedrock COMMAND, with one of", *lines, more, "", "A cell asks a model:", "", help_text()])


def show_help() -> None:
    """Print the help."""
    print(help_of_commands())


def _models(*words: str) -> Table:
    return reports.models(*words)


def _use(model: str = "") -> None:
    if not model:
        raise UsageError("%bedrock use MODEL, or `%bedrock use default` for what the environment or the project names.")
    used = reports.use(None if model == "default" else model)
    print(f"Calls that name no model use {used} now." if used else "The notebook names no model any more.")
    if used and local_endpoint.is_running() and not local_endpoint.serves(resolved(used)):
        print("The endpoint on this machine does not have it: `%bedrock local off` leads back to Bedrock.")


def _alias(*words: str) -> Table:
    match words:
        case ("--remove", name):
            return reports.alias(name, None)
        case (name, model) if not name.startswith("-"):
            return reports.alias(name, model)
        case ():
            return reports.aliases()
    raise UsageError("%bedrock alias takes nothing, NAME MODEL, or --remove NAME.")


def _local(state: str = "on") -> None:
    print(reports.use_local(state))
    if local_endpoint.is_running():
        for model_id, summary in local_endpoint.models():
            print(f"  {model_id:<36} {summary}")


def _cost(name: str = "") -> Table:
    return reports.cost(CHATS[name] if name else None)


def _chat(*words: str) -> None:
    chat(list(words))


COMMANDS: dict[str, Command] = {
    "help": Command(show_help, "", "show this help"),
    "models": Command(
        _models, "[WORD …]", "the models and inference profiles of your account, by words in their rows", most=None
    ),
    "use": Command(_use, "MODEL", "use this model where a cell names none", most=1, completes="models"),
    "alias": Command(
        _alias,
        "[NAME MODEL]",
        "list short names of models, or make one; --remove NAME",
        most=2,
        completes="models",
        has_options=True,
    ),
    "chat": Command(
        _chat,
        "[show|fork|reset|save|load …]",
        "list the chats of --chat, or work with them",
        most=None,
        completes="chats",
        details=lambda: USAGE,
    ),
    "config": Command(reports.config, "", "what holds for cells that say nothing, and where it comes from"),
    "cost": Command(
        _cost, "[CHAT]", "what the calls of this notebook cost, or those of a chat", most=1, completes="chats"
    ),
    "history": Command(
        list_history,
        "[WORD …] [options]",
        "what the history keeps: --model, --since, --state, --delete, --pin",
        most=None,
        has_options=True,
        details=HELP["history"],
    ),
    "show": Command(show, "[ID]", "the panel of a recording, the last one where no id is given", most=1),
    "replay": Command(
        replay,
        "[ID] [--speed X]",
        "the panel live again, at the recorded pace",
        most=None,
        has_options=True,
        details=HELP["replay"],
    ),
    "push": Command(
        push_to,
        "s3://BUCKET/PREFIX",
        "copy complete recordings to S3",
        fewest=1,
        most=None,
        has_options=True,
        details=HELP["push"],
    ),
    "pull": Command(
        pull_from,
        "s3://BUCKET/PREFIX",
        "copy recordings that the history does not have from S3",
        fewest=1,
        most=None,
        has_options=True,
        details=HELP["pull"],
    ),
    "local": Command(_local, "[off]", "speak to scripted models on this machine, no account needed", most=1),
}
"""All commands, in the order of the help."""
