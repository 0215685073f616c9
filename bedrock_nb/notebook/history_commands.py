"""The commands about the history: `%bedrock history`, `show`, `replay`, `push` and `pull`."""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn

from IPython.core.error import UsageError
from IPython.core.getipython import get_ipython

from bedrock_nb.core.counted import counted
from bedrock_nb.core.summary import RunState
from bedrock_nb.notebook.keeping.history import History, current_store, get, history, last
from bedrock_nb.notebook.keeping.sharing import Shared, pull, push
from bedrock_nb.wire.s3 import SharedFolder

if TYPE_CHECKING:
    from bedrock_nb.notebook.keeping.recording import Recording
    from bedrock_nb.views.live.widget import StreamWidget


def list_history(*words: str) -> History | str:
    """`%bedrock history`: what the history has, or with --delete, --pin and --unpin a change to it."""
    said = _read(_history_parser(), words)
    found = _found(said)
    if said.delete:
        text = " ".join(said.words).strip()
        if not any((text, said.model, said.since, said.until, said.state, said.id, said.all)):
            raise UsageError("%bedrock history --delete: say which ones, or --all for the whole history.")
        return f"{counted(found.delete(), 'recording')} deleted."
    if said.pin or said.unpin:
        found.pin(pinned=said.pin)
        return f"{counted(len(found), 'recording')} {'pinned' if said.pin else 'no longer pinned'}."
    return found


def show(run_id: str = "") -> None:
    """`%bedrock show [ID]`: the panel of a recording, the last one where no id is given."""
    (get(run_id) if run_id else last()).show()


def replay(*words: str) -> StreamWidget | None:
    """`%bedrock replay [ID] [--speed X]`: the panel live again, at the recorded pace; in a terminal, its text."""
    said = _read(_replay_parser(), words)
    recording = get(said.id) if said.id else last()
    if _is_notebook():
        return recording.replay(said.speed)
    _replay_in_terminal(recording, said.speed)
    return None


def _is_notebook() -> bool:
    shell = get_ipython()
    return shell is None or hasattr(shell, "kernel")


def _replay_in_terminal(recording: Recording, speed: float) -> None:
    from bedrock_nb.views.live.replay import replays
    from bedrock_nb.views.terminal import watch_in_terminal

    with suppress(KeyboardInterrupt):  # whoever stops a replay has seen enough
        for call in replays(recording.rounds, speed=speed):
            watch_in_terminal(call)


def push_to(*words: str) -> str:
    """`%bedrock push s3://bucket/prefix`: copy complete recordings to S3."""
    with _folder("push", words) as folder:
        done = push(current_store(), folder, _Bar("Copying to S3"))
    return _told(done, f"to {folder.url}")


def pull_from(*words: str) -> str:
    """`%bedrock pull s3://bucket/prefix`: copy recordings that the history does not have from S3."""
    with _folder("pull", words) as folder:
        done = pull(current_store(), folder, _Bar("Copying from S3"))
    return _told(done, f"from {folder.url}")


class _Parser(argparse.ArgumentParser):
    def __init__(self, command: str, takes: str) -> None:
        formatter = functools.partial(argparse.HelpFormatter, width=100)
        super().__init__(f"%bedrock {command}", f"%(prog)s {takes}", add_help=False, formatter_class=formatter)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message}. {self.prog} -h shows what it takes.")


def _read(parser: _Parser, words: tuple[str, ...]) -> argparse.Namespace:
    return parser.parse_intermixed_args(list(words))


def _history_parser() -> _Parser:
    parser = _Parser("history", "[WORD …] [options]")
    add = parser.add_argument
    add("words", nargs="*", metavar="WORD", help="words of prompts and answers; those in quotes stand together")
    add("--id", metavar="ID", help="an id, or the beginning of one")
    add("-m", "--model", metavar="MODEL", help="a model's id, or a part of it")
    add("--since", metavar="TIME", help="from then on: a date such as 2026-11-03, or an age such as 90m, 12h or 7d")
    add("--until", metavar="TIME", help="before this time")
    states = [state.value for state in RunState]
    add("--state", choices=states, metavar="STATE", help=f"how it ended: {', '.join(states)}")
    add("-n", "--limit", type=int, metavar="N", help="so many, the newest ones")
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--delete", action="store_true", help="delete what is found")
    change.add_argument("--pin", action="store_true", help="keep what is found, however old it gets")
    change.add_argument("--unpin", action="store_true", help="let what is found grow old again")
    add("--all", action="store_true", help="with --delete: the whole history")
    return parser


def _replay_parser() -> _Parser:
    parser = _Parser("replay", "[ID] [--speed X]")
    parser.add_argument("id", nargs="?", default="", metavar="ID", help="a recording, the last one where none is given")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="so many times as fast")
    return parser


def _folder_parser(command: str) -> _Parser:
    parser = _Parser(command, "s3://BUCKET/PREFIX [options]")
    parser.add_argument("url", metavar="s3://BUCKET/PREFIX", help="the folder")
    parser.add_argument("--profile", metavar="NAME", help="profile of the AWS configuration")
    parser.add_argument("--region", metavar="REGION", help="AWS region")
    parser.add_argument("--endpoint-url", metavar="URL", help="another endpoint than S3's own")
    return parser


def _help_of(make: Callable[..., _Parser], *command: str) -> Callable[[], str]:
    return lambda: make(*command).format_help().removeprefix("usage: ").rstrip()


HELP = {
    "history": _help_of(_history_parser),
    "replay": _help_of(_replay_parser),
    "push": _help_of(_folder_parser, "push"),
    "pull": _help_of(_folder_parser, "pull"),
}
"""For each command with options, what makes its help."""


def _found(said: argparse.Namespace) -> History:
    return history(
        " ".join(f'"{word}"' if " " in word else word for word in said.words) or None,
        model=said.model,
        since=said.since,
        until=said.until,
        state=said.state,
        limit=said.limit,
        id=said.id,
    )


@contextmanager
def _folder(command: str, words: tuple[str, ...]) -> Iterator[SharedFolder]:
    said = vars(_read(_folder_parser(command), words))
    folder = SharedFolder(said.pop("url"), **said)
    try:
        yield folder
    finally:
        folder.close()


class _Bar:
    """A progress bar: HTML in a notebook, text in a terminal."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.done = self.of = 0
        self._handle: Any = None

    def __call__(self, done: int, of: int) -> None:
        from IPython import display  # only these two commands show one

        self.done, self.of = done, of
        if self._handle is not None:
            self._handle.update(self)
        elif of:
            self._handle = display.display(self, display_id=True)  # type: ignore[no-untyped-call]  # IPython has none

    def __repr__(self) -> str:
        return f"{self.label}: {self.done} of {self.of}"

    def _repr_html_(self) -> str:
        bar = f'<progress value="{self.done}" max="{self.of}"></progress>'
        return f"<label>{self.label} {bar} {self.done} of {self.of}</label>"


def _told(done: Shared, where: str) -> str:
    return f"Recordings {where}: {done}."
