"""What IPython is told: the `%%bedrock` cell magic, the `%bedrock` line magic, their settings and their completion.

All that is not needed to register them is loaded by their first use, so that `%load_ext bedrock_nb` costs next to
nothing.
"""

from __future__ import annotations

from typing import Any

from IPython.core.completer import CompletionContext, context_matcher
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from traitlets import Any as AnyTrait
from traitlets import TraitError, TraitType, observe, validate

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.interrupted import Interrupted
from bedrock_nb.notebook.options import defaults
from bedrock_nb.notebook.options.defaults import OF_THE_NOTEBOOK
from bedrock_nb.notebook.options.first_line import help_text
from bedrock_nb.notebook.options.table import BY_NAME, SETTINGS
from bedrock_nb.notebook.running_cell import MAGIC, RunningCell

_SETTINGS = tuple(option.name for option in SETTINGS)


def _settings_as_traits() -> dict[str, TraitType[Any, Any]]:
    """A trait for each option that can be set for all cells; None leaves it to the environment and the project."""
    return {option.name: AnyTrait(None, help=option.help).tag(config=True) for option in SETTINGS}


class WrongSetting(TraitError):
    """A setting that its option does not take."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [str(self), "What was set before still holds."]


@magics_class
class BedrockMagics(Magics):
    """Amazon Bedrock in a cell. What is set here holds for every call that does not say otherwise itself."""

    locals().update(_settings_as_traits())  # in a class body these are the class's own names

    shell: InteractiveShell  # traitlets leaves room for None, where a magic never runs

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.running_cell = RunningCell(in_kernel=hasattr(shell, "kernel"))

    @validate(*_SETTINGS)
    def _checked(self, proposal: dict[str, Any]) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        try:
            return None if value is None else BY_NAME[name].checked(value, f"{OF_THE_NOTEBOOK}.{name}")
        except InvalidInput as error:
            raise WrongSetting(error.message) from error

    @observe(*_SETTINGS)
    def _keep(self, change: dict[str, Any]) -> None:
        if defaults.notebook_setting(change["name"]) != change["new"]:
            defaults.set_for_notebook(change["name"], change["new"])
            if defaults.is_overruled(change["name"]):
                print(f"`{change['name']}` waits until `%bedrock local off`: calls go to this machine.")

    @no_var_expand  # a prompt's dollars and braces are text; {{expr}} is the one thing that is filled in
    @line_cell_magic
    def bedrock(self, line: str, cell: str | None = None) -> Any:
        """See `help_text`: the help of the cell magic stands in this place."""
        try:
            return self._done(line, cell)
        except KeyboardInterrupt:  # a call that is under way is stopped where it is waited for: here there was none yet
            raise Interrupted("Stopped before anything was asked.", "Run the cell again to go on.") from None

    def _done(self, line: str, cell: str | None) -> Any:
        if cell is None:
            from bedrock_nb.notebook.commands import run

            return run(line)
        from bedrock_nb.notebook.cell import ask

        return ask(self.shell, self.running_cell, line, cell)

    bedrock.__doc__ = help_text()


def load(shell: InteractiveShell) -> None:
    """Register all of it with an IPython shell; a second time does nothing."""
    if "BedrockMagics" in shell.magics_manager.registry:
        return
    magics = BedrockMagics(shell)
    for name in _SETTINGS:
        setattr(magics, name, getattr(magics, name) or defaults.notebook_setting(name))
    shell.register_magics(magics)
    defaults.followers.append(magics.set_trait)
    shell.events.register("pre_run_cell", magics.running_cell.begin)
    shell.events.register("post_run_cell", magics.running_cell.end)
    _formatter(shell).for_type_by_name(*_RECORDING, magics.running_cell)
    for running in _RUNNING:
        _formatter(shell).for_type_by_name(*running, magics.running_cell.leave)
    shell.input_transformers_cleanup.insert(0, with_a_body)
    if shell.Completer is not None:
        shell.Completer.custom_matchers.append(_complete)


def unload(shell: InteractiveShell) -> None:
    """Take all of it back."""
    magics = shell.magics_manager.registry.pop("BedrockMagics", None)
    if magics is None:
        return
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("bedrock", None)
    shell.magics_manager.lazy_magics.pop("bedrock", None)
    shell.configurables.remove(magics)
    defaults.followers.remove(magics.set_trait)
    shell.events.unregister("pre_run_cell", magics.running_cell.begin)
    shell.events.unregister("post_run_cell", magics.running_cell.end)
    for name in (_RECORDING, *_RUNNING):
        _forget_how_to_show(name, _formatter(shell))
    shell.input_transformers_cleanup.remove(with_a_body)
    if _complete in shell.Completer.custom_matchers:
        shell.Completer.custom_matchers.remove(_complete)


def with_a_body(lines: list[str]) -> list[str]:
    """The lines of a cell, with an empty one below a `%%bedrock` that stands alone.

    IPython refuses a cell magic with no text before the magic sees it, also where the first line is `%%bedrock -h`.
    """
    written = [line for line in lines if line.strip()]
    alone = len(written) == 1 and written[0].split(None, 1)[0] == MAGIC
    return [written[0].rstrip() + "\n", "\n"] if alone and not written[0].rstrip().endswith("?") else lines


# Left out when IPython asks whether a cell is whole: a terminal would run the first line by itself.
vars(with_a_body)["has_side_effects"] = True


def _formatter(shell: InteractiveShell) -> Any:
    """What IPython asks first how to show a value."""
    display: Any = shell.display_formatter
    return display.ipython_display_formatter


_RECORDING = ("bedrock_nb.notebook.keeping.recording", "Recording")
_RUNNING = (("bedrock_nb.wire.stream", "Stream"), ("bedrock_nb.notebook.calling.exchange", "Exchange"))


def _forget_how_to_show(name: tuple[str, str], formatter: Any) -> None:
    if name in formatter.deferred_printers:
        del formatter.deferred_printers[name]
    for kind in [kind for kind in formatter.type_printers if (kind.__module__, kind.__name__) == name]:
        del formatter.type_printers[kind]


def _complete(context: CompletionContext) -> Any:
    from bedrock_nb.notebook.completion import complete

    return complete(context)


context_matcher()(_complete)  # marks it as one that is given the whole context
