"""Completing words on the first line of a `%%bedrock` cell, and on a `%bedrock` line. It never waits for a network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedrock_nb.core.errors import BedrockError
from bedrock_nb.notebook.options.table import BY_FLAG, HELP_FLAGS, OPTIONS, Option, Takes

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext

_CELL = re.compile(r"\s*%%bedrock(?P<said>\s.*)", re.DOTALL)
_LINE = re.compile(r"\s*(?:[\w, ]+=\s*)?%bedrock(?P<said>\s.*)", re.DOTALL)
_LAST_WORD = re.compile(r"(?P<quote>['\"])?(?P<word>(?(quote)(?!(?P=quote)).|\S)*)\Z", re.DOTALL)
_MOST = 500
"""Candidates. A menu of more helps nobody, and is slow to send."""


def complete(context: CompletionContext) -> Any:
    """The matches at the cursor, in the form of IPython's matchers; none where the cursor is anywhere else."""
    line = context.line_with_cursor[: context.cursor_position]
    cell_line = _CELL.fullmatch(line) if context.cursor_line == _first_line_of(context.full_text) else None
    command_line = None if cell_line else _LINE.fullmatch(line)
    found = cell_line or command_line
    if found is None:
        return _result([], "")
    words, word = _split(found["said"])
    candidates = _on_cell_line(words, word) if cell_line else _on_command_line(words, word)
    return _result(_matching(candidates, word), word)


def _first_line_of(text: str) -> int:
    """The number of the first line that is not blank: the one that a cell magic stands on."""
    return next((number for number, line in enumerate(text.splitlines()) if line.strip()), 0)


def _result(words: list[str], word: str) -> Any:
    from IPython.core.completer import SimpleCompletion  # IPython has it loaded when it completes

    completions = [SimpleCompletion(text=each, type="magic") for each in words]
    return {"completions": completions, "matched_fragment": word, "suppress": bool(words), "ordered": True}


def _split(said: str) -> tuple[list[str], str]:
    """The words before the one that the cursor stands in, and that one as far as it is written."""
    word = _LAST_WORD.search(said)
    last = word["word"] if word else ""
    return said[: len(said) - len(last)].split(), last


def _matching(candidates: Iterable[str], word: str) -> list[str]:
    found = dict.fromkeys(each for each in candidates if each.startswith(word) and each != word)
    return list(found)[:_MOST]


def _on_cell_line(words: list[str], word: str) -> Iterator[str]:
    option = _open_option(words)
    if word.startswith("-") or option is None:
        yield from _flags(words)
        return
    yield from option.choices
    yield from LOOK_UP.get(option.completes, _nothing)(word)
    if option.takes in {Takes.SEVERAL, Takes.ONE_OR_NOTHING} and not word:
        yield from _flags(words)


def _open_option(words: list[str]) -> Option | None:
    """The option whose value comes next, if one does."""
    for place, word in enumerate(reversed(words)):
        if word in BY_FLAG:
            option = BY_FLAG[word]
            takes_more = option.takes is Takes.SEVERAL or (place == 0 and option.takes is not Takes.NOTHING)
            return option if takes_more else None
    return None


def _flags(words: list[str]) -> Iterator[str]:
    """The long names of the options that are not there yet."""
    yield from (option.flags[-1] for option in OPTIONS if not set(option.flags) & set(words))
    yield HELP_FLAGS[-1]


def _on_command_line(words: list[str], word: str) -> Iterable[str]:
    from bedrock_nb.notebook.commands import COMMANDS  # the commands need much more than the options

    if not words:
        return list(COMMANDS)
    command = COMMANDS.get(words[0])
    return LOOK_UP.get(command.completes, _nothing)(word) if command else []


def _nothing(_word: str) -> Iterable[str]:
    return ()


def _models(_word: str) -> Iterable[str]:
    from bedrock_nb.notebook.reports import known_model_ids

    try:
        return known_model_ids()
    except BedrockError:  # a default is wrong: the call will say so, a menu cannot
        return ()


def _files(word: str) -> Iterator[str]:
    sign = "@" if word.startswith("@") else ""
    typed = word.removeprefix("@")
    folder, slash, begin = typed.rpartition("/")
    try:
        found = sorted(Path(folder + slash or ".").expanduser().iterdir())
    except (OSError, RuntimeError):  # there is no such folder, or nobody whose home it would be: nothing to offer
        return
    for path in found:
        if path.name.startswith(begin) and (begin or not path.name.startswith(".")):
            yield f"{sign}{folder}{slash}{path.name}{'/' if path.is_dir() else ''}"


def _profiles(_word: str) -> Iterable[str]:
    from bedrock_nb.wire.places import profiles

    return profiles()


def _regions(_word: str) -> Iterable[str]:
    from bedrock_nb.wire.places import regions

    return regions()


def _chats(_word: str) -> Iterable[str]:
    from bedrock_nb.notebook.chats import CHATS

    return CHATS.names


def _functions(_word: str) -> Iterable[str]:
    return (name for name, value in _own_variables() if callable(value) and not isinstance(value, type))


def _schemas(word: str) -> Iterator[str]:
    yield from (name for name, value in _own_variables() if isinstance(value, type | dict))
    yield from (name for name in _files(word) if name.endswith((".json", "/")))


def _own_variables() -> Iterator[tuple[str, Any]]:
    """The notebook's variables, without those that IPython has put there."""
    from IPython.core.getipython import get_ipython  # it is what asks

    shell: Any = get_ipython()
    yield from (
        (name, value)
        for name, value in shell.user_ns.copy().items()
        if name not in shell.user_ns_hidden and not name.startswith("_")
    )


LOOK_UP: dict[str, Callable[[str], Iterable[str]]] = {
    "models": _models,
    "files": _files,
    "chats": _chats,
    "functions": _functions,
    "schemas": _schemas,
    "profiles": _profiles,
    "regions": _regions,
}
"""What an option's `completes` stands for: from the word so far to what it may become."""
