"""Running a `%%bedrock` cell: from its text to its value."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from bedrock_nb.core.errors import BedrockError, InvalidInput
from bedrock_nb.notebook import display
from bedrock_nb.notebook.calling import asking
from bedrock_nb.notebook.calling.composing import Call
from bedrock_nb.notebook.calling.dry_run import DryRun
from bedrock_nb.notebook.calling.exchange import Exchange
from bedrock_nb.notebook.calling.interpolation import interpolated
from bedrock_nb.notebook.calling.same_again import earlier_answer
from bedrock_nb.notebook.calling.turns import turns_of
from bedrock_nb.notebook.chats import CHATS, note_on_outdated
from bedrock_nb.notebook.keeping.recorder import settle
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.notebook.options.defaults import setting
from bedrock_nb.notebook.options.first_line import FirstLine, help_text, parse_first_line
from bedrock_nb.notebook.options.table import BY_NAME, Group
from bedrock_nb.notebook.running_cell import RunningCell
from bedrock_nb.notebook.tools.consent import Ask, Questions, ask_in_terminal
from bedrock_nb.notebook.tools.toolbox import Toolbox


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that runs: the shell, its first line, its text, and the notebook's id of it (empty in a terminal)."""

    shell: InteractiveShell
    first_line: FirstLine
    text: str
    id: str = ""

    def option(self, name: str) -> Any:
        """What the first line says, or what is set for all cells; None where neither does."""
        if name in self.first_line.options:
            return self.first_line.options[name]
        found = setting(BY_NAME[name]) if BY_NAME[name].is_setting else None
        return found.value if found else None

    @property
    def in_kernel(self) -> bool:
        """Whether a notebook shows what it displays."""
        return hasattr(self.shell, "kernel")

    def bind(self, value: Any) -> Any:
        """The value, which is in the variable that the first line names."""
        if self.first_line.name:
            self.shell.user_ns[self.first_line.name] = value
        return value


def ask(shell: InteractiveShell, running_cell: RunningCell, line: str, text: str) -> Any:
    """Ask what the cell asks; the cell's value: a Recording, with --bg the live Stream, with --dry-run a DryRun.

    Raises:
        UsageError: The first line cannot be understood.
        BedrockError: The call failed, or was not made; the recording of what came is bound before.
    """
    first_line = parse_first_line(line, lambda expression: expression.value(shell.user_ns))
    if first_line is None:
        print(help_text())
        return None
    cell = Cell(shell, first_line, running_cell.text(shell, line, text), running_cell.id)
    options = _options(cell)
    if cell.option("dry_run"):
        return cell.bind(_dry_run(cell, options))
    if (earlier := _earlier(cell, options)) is not None:
        if not cell.option("no_display"):
            display.show_earlier(earlier)
        _note_on_chat(cell)
        running_cell.remember(earlier)
        return cell.bind(earlier)
    exchange = _begun(cell, options)
    if cell.option("bg"):
        running = _left_running(cell, exchange)
        if first_line.name or not cell.option("no_display"):
            running_cell.remember(running)
        return cell.bind(running)
    recording = _watched(cell, exchange)
    running_cell.remember(recording)
    _bound_or_raised(cell, recording)
    _note_on_form(cell, recording)
    return recording


def _options(cell: Cell) -> dict[str, Any]:
    """The options of the exchange, the prompt among them."""
    if not cell.text.strip():
        raise InvalidInput("The cell has no prompt.", advice="Write it below the first line.")
    for name, (needed, why) in _NEEDS.items():
        if name in cell.first_line.options and not cell.option(needed):
            flag = BY_NAME[needed].flags[-1]
            raise InvalidInput(f"{BY_NAME[name].flags[-1]} {why}.", advice=f"Add {flag}; nothing was sent.")
    said = cell.first_line.options.items()
    options = {name: value for name, value in said if BY_NAME[name].group is not Group.NOTEBOOK}

    def filled(text: str) -> str:
        return text if cell.option("raw") else interpolated(text, cell.shell.user_ns)

    written = turns_of(cell.text, filled) if cell.option("turns") else {"prompt": filled(cell.text)}
    twice = written.keys() & options.keys()
    if twice:
        raise InvalidInput(
            f"`{min(twice)}` is given twice: on the first line and in the cell's turns.",
            advice="Leave one of them out; nothing was sent.",
        )
    return options | written | {"namespace": cell.shell.user_ns}


_NEEDS = {
    "new": ("chat", "begins a chat anew, and no chat is named"),
    "refresh": ("cache", "asks the model in spite of the history, and the history was not asked for"),
    "schema_mode": ("schema", "says how the form of an answer is asked for, and no form is given"),
}
"""Options that mean nothing without another one, and why."""


def _begun(cell: Cell, options: dict[str, Any]) -> Exchange:
    options = options | {"max_rounds": cell.option("max_rounds")}
    if cell.option("confirm"):
        options["ask"] = _ask_of(cell)
    if name := cell.option("chat"):
        return CHATS.begun(name).start(cell=cell.id, anew=bool(cell.option("new")), **options)
    return asking.exchange(**options)


def _ask_of(cell: Cell) -> Ask:
    """Who asks before a tool is called: what shows the answer, where something does, and somebody can answer there."""
    if cell.option("no_display") or (cell.option("bg") and not cell.in_kernel):
        return ask_in_terminal
    if not cell.in_kernel:
        return Questions()
    shell: Any = cell.shell
    can_answer = shell.get_parent().get("content", {}).get("allow_stdin", True)
    return Questions(otherwise=ask_in_terminal) if can_answer else ask_in_terminal


def _earlier(cell: Cell, options: dict[str, Any]) -> Recording | None:
    """The answer that the history has, where the cell wants it."""
    if not cell.option("cache") or cell.option("refresh"):
        return None
    if name := cell.option("chat"):
        return CHATS.begun(name).answered_before(_look_up, cell=cell.id, anew=bool(cell.option("new")), **options)
    return _look_up(*asking.prepared(**options))


def _look_up(call: Call, toolbox: Toolbox) -> Recording | None:
    if toolbox.specs:
        raise InvalidInput(
            "An answer with tools is not taken from the history: what they gave then may not hold now.",
            advice="Leave out --cache or --tools; nothing was sent.",
        )
    return earlier_answer(call.request, call.connection)


def _dry_run(cell: Cell, options: dict[str, Any]) -> DryRun:
    name = cell.option("chat")
    if name in CHATS.names:
        call, _ = CHATS[name].prepared(cell=cell.id, anew=bool(cell.option("new")), **options)
    else:
        call, _ = asking.prepared(**options)
    return DryRun.of(call)


def _left_running(cell: Cell, exchange: Exchange) -> Any:
    """Show the exchange while the notebook goes on; it, or the one Stream that it is where it has no tools."""
    if cell.in_kernel and not cell.option("no_display"):
        display.watch_in_background(exchange, events=not cell.option("no_events"))
    return exchange if "toolConfig" in exchange.request else exchange.calls[0].stream


def _watched(cell: Cell, exchange: Exchange) -> Recording:
    try:
        if cell.option("no_display"):
            display.wait(exchange)
        else:
            display.watch(exchange, in_kernel=cell.in_kernel, events=not cell.option("no_events"))
    except KeyboardInterrupt:  # before the panel was there: the call is under way all the same
        exchange.cancel()
        display.show(exchange.recordings)
    _note_on_chat(cell)
    settle()
    return exchange.recording


def _note_on_chat(cell: Cell) -> None:
    """Say what of the cell's chat no longer follows, now that the cell has run again."""
    if (name := cell.option("chat")) and (note := note_on_outdated(CHATS[name], cell.id)):
        print(note)


def _note_on_form(cell: Cell, recording: Recording) -> None:
    """Say where the answer does not have the form that the cell asked for, before somebody counts on it."""
    if cell.option("schema") is None or recording.error is not None:
        return
    from bedrock_nb.notebook.calling.structured import parsed
    from bedrock_nb.views.text import harmless

    try:
        parsed(recording)
    except BedrockError as error:
        print(harmless(f"{error.message} {error.advice}"))


def _bound_or_raised(cell: Cell, recording: Recording) -> None:
    """The recording as the cell's value. After a failure it is bound all the same, and the error ends the cell."""
    cell.bind(recording)
    if recording.error is not None and not recording.stopped:
        hook: Any = cell.shell.displayhook
        if type(hook).__name__ != "CapturingDisplayHook":
            hook.update_user_ns(recording)
        is_read = not cell.in_kernel and not cell.option("no_display")  # a terminal has just written it
        raise _with_advice_read(recording.error) if is_read else recording.error


def _with_advice_read(error: BedrockError) -> BedrockError:
    """The same error, for a reader who has its advice on the screen: IPython does not show that once more."""
    read = copy(error)
    read.__cause__ = error.__cause__
    vars(read)["_render_traceback_"] = lambda: [error.headline]  # what IPython asks of this one alone
    return read
