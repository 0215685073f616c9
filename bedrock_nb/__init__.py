"""Amazon Bedrock in a notebook: a `%%bedrock` cell, a live widget, and every event kept.

Importing this loads neither boto3 nor pandas nor anywidget; each comes with the first use of what needs it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from bedrock_nb import content
    from bedrock_nb.core.errors import BedrockError
    from bedrock_nb.notebook.calling.calls import converse, converse_async, dry_run, exchange, stream, wrap
    from bedrock_nb.notebook.calling.exchange import Exchange
    from bedrock_nb.notebook.conversation import Conversation
    from bedrock_nb.notebook.keeping.history import get, history, last, read_notebook
    from bedrock_nb.notebook.keeping.recording import Recording
    from bedrock_nb.notebook.reports import alias, aliases, config, cost, models, use, use_local
    from bedrock_nb.notebook.tools.marking import tool
    from bedrock_nb.views.live.widget import StreamWidget
    from bedrock_nb.wire.stream import Stream

__version__ = "0.1.0"

__all__ = [
    "BedrockError",
    "Conversation",
    "Exchange",
    "Recording",
    "Stream",
    "StreamWidget",
    "alias",
    "aliases",
    "config",
    "content",
    "converse",
    "converse_async",
    "cost",
    "dry_run",
    "exchange",
    "get",
    "history",
    "last",
    "load_ipython_extension",
    "models",
    "read_notebook",
    "stream",
    "tool",
    "unload_ipython_extension",
    "use",
    "use_local",
    "wrap",
]

_HOMES = {
    "core.errors": ("BedrockError",),
    "notebook.calling.calls": ("converse", "converse_async", "dry_run", "exchange", "stream", "wrap"),
    "notebook.conversation": ("Conversation",),
    "notebook.calling.exchange": ("Exchange",),
    "notebook.keeping.history": ("get", "history", "last", "read_notebook"),
    "notebook.keeping.recording": ("Recording",),
    "notebook.reports": ("alias", "aliases", "config", "cost", "models", "use", "use_local"),
    "notebook.tools.marking": ("tool",),
    "views.live.widget": ("StreamWidget",),
    "wire.stream": ("Stream",),
}
"""The module that each public name is loaded from, by its first use."""


def __getattr__(name: str) -> Any:
    if name == "content":  # a module: its names are too plain to stand beside the others
        return import_module(f"{__name__}.content")
    home = next((home for home, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext bedrock_nb`: register `%%bedrock` and `%bedrock`."""
    from bedrock_nb.notebook.magic import load  # a script that imports this needs no IPython

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """`%unload_ext bedrock_nb`: take all of it back."""
    from bedrock_nb.notebook.magic import unload

    unload(shell)
