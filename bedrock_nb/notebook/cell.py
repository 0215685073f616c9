"""Running a `%%bedrock` cell: from its text to its value."""

from __future__ import annotations

from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook import background, display
from bedrock_nb.notebook.composing import Call, compose
from bedrock_nb.notebook.defaults import setting
from bedrock_nb.notebook.dry_run import DryRun
from bedrock_nb.notebook.first_line import FirstLine, help_text, parse_first_line
from bedrock_nb.notebook.interpolation import interpolated
from bedrock_nb.notebook.options import BY_NAME, Group
from bedrock_nb.notebook.recording import Recording
from bedrock_nb.notebook.shown_once import ShownOnce


def ask(shell: InteractiveShell, shown_once: ShownOnce, line: str, cell: str) -> Any:
    """Ask what the cell asks; the cell's value: a Recording, with --bg the live Stream, with --dry-run a DryRun.

    Raises:
        UsageError: The first line cannot be understood.
        BedrockError: The call failed, or was not made; the recording of what came is bound before.
    """
    first_line = parse_first_line(line, lambda expression: expression.value(shell.user_ns))
    if first_line is None:
        print(help_text())  # noqa: T201 - it is what the user asked for
        return None
    call = _call(shell, first_line, cell.removesuffix("\n"))
    if _is_on("dry_run", first_line):
        return _bound(shell, first_line, DryRun.of(call))
    stream = call.start()
    if _is_on("bg", first_line):
        background.watch(stream, in_kernel=_in_kernel(shell) and not _is_on("no_display", first_line))
        return _bound(shell, first_line, stream)
    if _is_on("no_display", first_line):
        recording = display.wait(stream)
    else:
        recording = display.watch(stream, in_kernel=_in_kernel(shell))
    shown_once.remember(recording)
    return _bound_or_raised(shell, first_line, recording)


def _call(shell: InteractiveShell, first_line: FirstLine, prompt: str) -> Call:
    if not prompt.strip():
        raise InvalidInput("The cell has no prompt.", advice="Write it below the first line.")
    if not _is_on("raw", first_line):
        prompt = interpolated(prompt, shell.user_ns)
    options = first_line.options.items()
    return compose(prompt, {name: value for name, value in options if BY_NAME[name].group is not Group.NOTEBOOK})


def _is_on(name: str, first_line: FirstLine) -> bool:
    option = BY_NAME[name]
    found = setting(option) if option.is_setting else None
    return bool(first_line.options.get(name, found.value if found else False))


def _in_kernel(shell: InteractiveShell) -> bool:
    return hasattr(shell, "kernel")


def _bound(shell: InteractiveShell, first_line: FirstLine, value: Any) -> Any:
    if first_line.name:
        shell.user_ns[first_line.name] = value
    return value


def _bound_or_raised(shell: InteractiveShell, first_line: FirstLine, recording: Recording) -> Recording:
    """The recording as the cell's value. After a failure it is bound all the same, and the error ends the cell."""
    _bound(shell, first_line, recording)
    if recording.error is not None and not recording.stopped:
        if shell.displayhook.__class__.__name__ != "CapturingDisplayHook":
            shell.displayhook.update_user_ns(recording)
        raise recording.error
    return recording
