"""The chats of a notebook: conversations by their names, for `--chat NAME` and `%bedrock chat`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from IPython.core.error import UsageError

from bedrock_nb.core.counted import counted
from bedrock_nb.core.errors import InvalidInput, MissingExtra
from bedrock_nb.core.nearest import did_you_mean
from bedrock_nb.core.request.past_exchange import PastExchange
from bedrock_nb.notebook.conversation import Conversation
from bedrock_nb.notebook.keeping.cost import bill
from bedrock_nb.views.text import harmless

USAGE = """\
%bedrock chat                      list the chats
%bedrock chat show NAME            what was said
%bedrock chat fork NAME NEW [N]    begin NEW with the exchanges of NAME, or with its first N
%bedrock chat reset NAME           forget what was said; model, system text and tools stay
%bedrock chat save NAME FILE       write it to a JSON file
%bedrock chat load FILE [NAME]     read it again, under the file's name or another one"""

_WIDTH = 72


class Chats:
    """Conversations by their names, in the order they began."""

    def __init__(self) -> None:
        self._by_name: dict[str, Conversation] = {}

    def __getitem__(self, name: str) -> Conversation:
        """The chat of this name.

        Raises:
            InvalidInput: There is none; the message offers the nearest name.
        """
        if name not in self._by_name:
            hint = did_you_mean(name, self._by_name) if self._by_name else "Begin one with %%bedrock --chat NAME."
            raise InvalidInput(f"There is no chat `{name}`.", advice=hint)
        return self._by_name[name]

    def begun(self, name: str) -> Conversation:
        """The chat of this name, which begins where there is none."""
        if name not in self._by_name:
            self._by_name[name] = Conversation()
        return self._by_name[name]

    def keep(self, name: str, conversation: Conversation) -> None:
        """Give this conversation a name.

        Raises:
            InvalidInput: Another one has it.
        """
        if name in self._by_name:
            raise InvalidInput(f"There is a chat `{name}` already.", advice="Choose another name, or reset that one.")
        self._by_name[name] = conversation

    @property
    def names(self) -> list[str]:
        """The names of all chats."""
        return list(self._by_name)


CHATS = Chats()
"""The chats of this process."""


def chat(words: list[str]) -> None:
    """List, show, fork, reset, save and load the chats of this notebook.

    Args:
        words: What follows `%bedrock chat`; see `USAGE`.

    Raises:
        UsageError: It is no command.
        InvalidInput: It names a chat that is not there, or a file that cannot be written.
        UnreadableRecording: It names a file that is no chat.
    """
    name, *rest = words or ["list"]
    command, fewest, most = _COMMANDS.get(name, (None, 0, 0))
    if command is None:
        raise UsageError(f"%bedrock chat: there is no command {name!r}.\n{USAGE}")
    if not fewest <= len(rest) <= most:
        amount = "few" if len(rest) < fewest else "many"
        raise UsageError(f"%bedrock chat {name}: too {amount} words; a name of several stands in quotes.\n{USAGE}")
    print(harmless(command(*rest)))


def note_on_outdated(conversation: Conversation, cell: str = "") -> str:
    """What to say after a cell of a chat has run again: which later exchanges no longer follow; empty where all do.

    Args:
        conversation: The chat.
        cell: The notebook's id of the cell that has run.
    """
    numbers = conversation.outdated
    if not numbers:
        return ""
    own = next((n for n, each in enumerate(conversation.exchanges, 1) if cell and each.cell == cell), None)
    which = f"Exchange {numbers[0]}" if len(numbers) == 1 else f"Exchanges {', '.join(map(str, numbers))}"
    verb = "follows" if len(numbers) == 1 else "follow"
    since = f", now that exchange {own} is another one" if own and own < numbers[0] else ""
    again = "its cell" if len(numbers) == 1 else "their cells"
    return f"{which} of this chat no longer {verb} from what stands before{since}. Run {again} again to mend that."


def _list() -> str:
    if not CHATS.names:
        return "There are no chats. %%bedrock --chat NAME begins one."
    width = max(map(len, CHATS.names))
    return "\n".join(f"{name:<{width}}  {_summary(CHATS[name])}" for name in CHATS.names)


def _summary(conversation: Conversation) -> str:
    said = counted(len(conversation), "exchange")
    if not conversation.exchanges:
        return said
    last = conversation.exchanges[-1]
    return f"{said}{_cost(conversation)}; last{_noted(_notes(last))}: {_short(last.prompt)}"


def _cost(conversation: Conversation) -> str:
    """What its calls in this process cost; empty where it has made none, or there are no prices."""
    try:
        return f"; cost: {bill(conversation.charges)}" if conversation.charges else ""
    except MissingExtra:  # `%bedrock cost` says why, and what to do
        return ""


def _notes(exchange: PastExchange) -> list[str]:
    return [f"not carried on: {exchange.problem}"] if exchange.problem else []


def _noted(notes: Sequence[str]) -> str:
    return f" ({'; '.join(notes)})" if notes else ""


def _show(name: str) -> str:
    conversation = CHATS[name]
    outdated = set(conversation.outdated)
    shown = [
        _told(number, exchange, is_outdated=number in outdated)
        for number, exchange in enumerate(conversation.exchanges, 1)
    ]
    return "\n\n".join(shown) or f"Nothing has been said in `{name}` yet."


def _told(number: int, exchange: PastExchange, *, is_outdated: bool) -> str:
    notes = [*_notes(exchange), *(["no longer follows from what stands before"] if is_outdated else [])]
    head = f"── {number}{_noted(notes)} "
    said = [f"{speaker}: {words}" for speaker, words in exchange.told]
    unanswered = [] if exchange.answer else ["assistant: (nothing)"]
    return f"{head:─<{_WIDTH}}\n" + "\n\n".join([*said, *unanswered])


def _fork(name: str, new: str, upto: str = "") -> str:
    if upto and not upto.isdecimal():
        raise UsageError(f"%bedrock chat fork takes the number of an exchange, not {upto!r}.")
    forked = CHATS[name].fork(int(upto) if upto else None)
    CHATS.keep(new, forked)
    return f"{new} begins with {_summary(forked)}"


def _reset(name: str) -> str:
    CHATS[name].reset()
    return f"{name} begins anew."


def _save(name: str, path: str) -> str:
    return f"{name} is saved in {CHATS[name].save(path)}."


def _load(path: str, name: str = "") -> str:
    name = name or Path(path).stem
    CHATS.keep(name, Conversation.load(path))
    return f"{name}: {_summary(CHATS[name])}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"


_COMMANDS: dict[str, tuple[Callable[..., str], int, int]] = {
    "list": (_list, 0, 0),
    "show": (_show, 1, 1),
    "fork": (_fork, 2, 3),
    "reset": (_reset, 1, 1),
    "save": (_save, 2, 2),
    "load": (_load, 1, 2),
}
"""For each command what it does, and how few and how many words follow it."""
