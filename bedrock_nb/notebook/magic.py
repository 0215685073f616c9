"""The `%%bedrock` cell magic and the `%bedrock` line magic."""

from __future__ import annotations

from typing import Any

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from traitlets import Float, Int, Unicode

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook import calls, commands
from bedrock_nb.notebook.display import ShownOnce, watch
from bedrock_nb.notebook.interpolation import interpolated
from bedrock_nb.notebook.options import FirstLine, parse_first_line, parser
from bedrock_nb.notebook.recording import Recording


@magics_class
class BedrockMagics(Magics):
    """Amazon Bedrock in a cell. What a cell's first line does not say is taken from here, then from the environment."""

    model = Unicode(None, allow_none=True, help="Model id, inference profile or ARN.").tag(config=True)
    profile = Unicode(None, allow_none=True, help="Profile of the AWS configuration.").tag(config=True)
    region = Unicode(None, allow_none=True, help="AWS region.").tag(config=True)
    endpoint_url = Unicode(None, allow_none=True, help="Another endpoint than the region's own.").tag(config=True)
    read_timeout = Float(None, allow_none=True, help="Seconds of silence that count as a stall.").tag(config=True)
    system = Unicode(None, allow_none=True, help="System prompt.").tag(config=True)
    temperature = Float(None, allow_none=True, help="0 is the most settled answer.").tag(config=True)
    max_tokens = Int(None, allow_none=True, help="The longest answer, in tokens.").tag(config=True)

    shell: InteractiveShell  # traitlets leaves room for None, where a magic never runs

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.shown_once = ShownOnce()

    @no_var_expand  # a prompt's dollars and braces are text; {{expr}} is the one thing that is filled in
    @line_cell_magic
    def bedrock(self, line: str, cell: str | None = None) -> Any:
        """Ask a model on Amazon Bedrock, in a cell: `%%bedrock -h`; all else, in a line: `%bedrock help`."""
        if cell is None:
            return commands.run(line)
        first_line = parse_first_line(line)
        if first_line is None:
            print(parser().format_help())  # noqa: T201 - it is what the user asked for
            return None
        return self._ask(first_line, cell)

    def _ask(self, first_line: FirstLine, cell: str) -> Recording:
        prompt, request = self._filled_in(first_line, cell.removesuffix("\n"))
        options = self._defaults() | request | first_line.connection
        stream = calls.stream(prompt, **options)
        recording = watch(stream, in_kernel=hasattr(self.shell, "kernel"))
        return self._bound(recording, first_line.name)

    def _filled_in(self, first_line: FirstLine, prompt: str) -> tuple[str, dict[str, Any]]:
        if not prompt.strip():
            raise InvalidInput("The cell has no prompt.", advice="Write it below the first line.")
        request = dict(first_line.request)
        if not first_line.raw:
            prompt = interpolated(prompt, self.shell.user_ns)
            if "system" in request:
                request["system"] = interpolated(request["system"], self.shell.user_ns)
        return prompt, request

    def _defaults(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.trait_names(config=True)}
        return {name: value for name, value in values.items() if value is not None}

    def _bound(self, recording: Recording, name: str | None) -> Recording:
        """The recording as the cell's value. After a failure it is bound all the same, and the error ends the cell."""
        self.shown_once.remember(recording)
        if name:
            self.shell.user_ns[name] = recording
        if recording.error is not None and not recording.stopped:
            if self.shell.displayhook.__class__.__name__ != "CapturingDisplayHook":
                self.shell.displayhook.update_user_ns(recording)
            raise recording.error
        return recording


def load(shell: InteractiveShell) -> None:
    """Register the magics with an IPython shell; a second time does nothing."""
    if "BedrockMagics" in shell.magics_manager.registry:
        return
    magics = BedrockMagics(shell)
    shell.register_magics(magics)
    shell.events.register("pre_run_cell", magics.shown_once.forget)
    shell.display_formatter.ipython_display_formatter.for_type(Recording, magics.shown_once)


__all__ = ["BedrockMagics", "UsageError", "load"]
