"""The commands about the history: `%bedrock history`, `show`, `replay`, `push` and `pull`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from IPython.core.error import UsageError

from bedrock_nb.core.summary import RunState
from bedrock_nb.notebook.keeping.history import History, counted, current_store, get, history, last
from bedrock_nb.notebook.keeping.sharing import Shared, pull, push
from bedrock_nb.wire.s3 import SharedFolder

if TYPE_CHECKING:
    from bedrock_nb.views.live.widget import StreamWidget


def list_history(*words: str) -> History | str:
    """`%bedrock history`: what the history has, or with --delete, --pin and --unpin a change to it."""
    said = _read(_history_parser(), words)
    found = _found(said)
    if said.delete:
        text = " ".join(said.words).strip()
        if not any((text, said.model, said.since, said.until, said.state, said.id, said.all)):
            raise UsageError("%bedrock history --delete: say which ones, or --all for the whole history.")
        return f"{counted(found.delete())} deleted."
    if said.pin or said.unpin:
        found.pin(pinned=said.pin)
        return f"{counted(len(found))} {'pinned' if said.pin else 'no longer pinned'}."
    return found


def show(run_id: str = "") -> None:
    """`%bedrock show [ID]`: the panel of a recording, the last one where no id is given."""
    (get(run_id) if run_id else last()).show()


def replay(*words: str) -> StreamWidget:
    """`%bedrock replay [ID] [--speed X]`: the panel live again, at the recorded pace."""
    parser = _Parser(prog="%bedrock replay", add_help=False)
    parser.add_argument("id", nargs="?", default="")
    parser.add_argument("--speed", type=float, default=1.0)
    said = _read(parser, words)
    return (get(said.id) if said.id else last()).replay(said.speed)


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
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message}.")


def _read(parser: _Parser, words: tuple[str, ...]) -> argparse.Namespace:
    if {"-h", "--help"}.intersection(words):
        raise UsageError(" ".join(parser.format_usage().split()).removeprefix("usage: "))
    return parser.parse_intermixed_args(list(words))


def _history_parser() -> _Parser:
    parser = _Parser(prog="%bedrock history", add_help=False)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--id")
    parser.add_argument("-m", "--model")
    parser.add_argument("--since")
    parser.add_argument("--until")
    parser.add_argument("--state", choices=[state.value for state in RunState])
    parser.add_argument("-n", "--limit", type=int)
    parser.add_argument("--all", action="store_true")
    change = parser.add_mutually_exclusive_group()
    for flag in ("--delete", "--pin", "--unpin"):
        change.add_argument(flag, action="store_true")
    return parser


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
    parser = _Parser(prog=f"%bedrock {command}", add_help=False)
    parser.add_argument("url")
    parser.add_argument("--profile")
    parser.add_argument("--region")
    parser.add_argument("--endpoint-url")
    said = vars(_read(parser, words))
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
