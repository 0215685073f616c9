"""A function as a tool of a model: its name, what the model is told of it, and the check of what it is given."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.tools.arguments import Arguments
from bedrock_nb.notebook.tools.docstrings import told_by
from bedrock_nb.notebook.tools.marking import checked_name, is_tool_name, mark_of


@dataclass(frozen=True)
class Tool:
    """A tool. `spec` is the member of the request's `toolConfig.tools`."""

    name: str
    description: str
    function: Callable[..., Any]
    arguments: Arguments

    @classmethod
    def of(cls, function: Callable[..., Any], called: str = "") -> Tool:
        """The tool that this function is.

        Args:
            function: Any callable: a function, method, partial or object with `__call__`, sync or async.
            called: What the notebook calls it, for those that have no name of their own.

        Raises:
            InvalidInput: It cannot be one; the message says why.
            MissingExtra: What the extra `tools` installs is not there.
        """
        if isinstance(function, type):
            raise InvalidInput(
                f"`{function.__name__}` is a class; a tool is a function.", advice="Write a function that returns one."
            )
        mark = mark_of(function)
        name = checked_name(mark.name or _own_name(function, called))
        description, parameters = told_by(_documented(function))
        return cls(name, mark.description or description, function, Arguments(function, name, parameters))

    @cached_property
    def spec(self) -> dict[str, Any]:
        """`{"toolSpec": {...}}`."""
        told = {"description": self.description} if self.description.strip() else {}
        return {"toolSpec": {"name": self.name, **told, "inputSchema": {"json": self.arguments.schema}}}

    def __call__(self, given: Mapping[str, Any]) -> Any:
        """Call the function with what the model gave; an async one gives its coroutine.

        Raises:
            WrongArguments: It does not fit, and nothing was called.
            Exception: Whatever the function raises.
        """
        positional, named = self.arguments.bound(given)
        return self.function(*positional, **named)


def _own_name(function: Any, called: str) -> str:
    name = getattr(_innermost(function), "__name__", "")
    if isinstance(function, partial) or not is_tool_name(name):
        return called or name or type(function).__name__
    return str(name)


def _documented(function: Any) -> Any:
    """Where the docstring stands: within a partial; of an object, with its `__call__` if that has one."""
    innermost = _innermost(function)
    if inspect.isroutine(innermost):
        return innermost
    call = type(innermost).__call__
    return call if call.__doc__ else innermost


def _innermost(function: Any) -> Any:
    while isinstance(function, partial):
        function = function.func
    return function
