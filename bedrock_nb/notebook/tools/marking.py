"""`bnb.tool`: what a function wants to be called, and how it wants to be described, where its code does not say it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from bedrock_nb.core.errors import InvalidInput

F = TypeVar("F", bound=Callable[..., Any])

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""`ToolName` in botocore's bedrock-runtime service model."""
_ATTRIBUTE = "__bedrock_tool__"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the decorator said; None for what it left to the function."""

    name: str | None = None
    description: str | None = None


@overload
def tool(function: F, /) -> F: ...


@overload
def tool(function: F, /, *, name: str | None = ..., description: str | None = ...) -> F: ...


@overload
def tool(*, name: str | None = ..., description: str | None = ...) -> Callable[[F], F]: ...


def tool(function: Any = None, /, *, name: str | None = None, description: str | None = None) -> Any:
    """Mark a function as a tool. It stays the function it was, and can be called as before.

    ```python
    @bnb.tool(description="The weather of a city, today.")
    def weather(city: str) -> str: ...
    ```

    Args:
        function: The function, where the decorator is used without arguments.
        name: What the model calls it; the function's own name where it is None.
        description: What the model is told of it; the function's docstring where it is None.

    Raises:
        InvalidInput: The name is none that the service takes, or the object cannot be marked.
    """
    if name is not None:
        checked_name(name)
    mark = Mark(name, description)
    return _marked(function, mark) if function is not None else lambda decorated: _marked(decorated, mark)


def mark_of(function: Any) -> Mark:
    """What `tool` said of this function."""
    mark = getattr(function, _ATTRIBUTE, None)
    return mark if isinstance(mark, Mark) else Mark()


def is_tool_name(name: str) -> bool:
    """Whether the service takes this as a tool's name."""
    return _NAME.fullmatch(name) is not None


def checked_name(name: str) -> str:
    """The name.

    Raises:
        InvalidInput: It is none that the service takes.
    """
    if not is_tool_name(name):
        raise InvalidInput(
            f"{name!r} cannot be a tool's name: the service takes 1 to 64 letters (a-z, A-Z), digits, _ and -.",
            advice='Give it another one: @bnb.tool(name="…").',
        )
    return name


def _marked(function: Any, mark: Mark) -> Any:
    if not callable(function):
        raise InvalidInput(f"{function!r} is not a function, so it cannot be a tool.")
    try:
        setattr(function, _ATTRIBUTE, mark)
    except (AttributeError, TypeError) as error:
        raise InvalidInput(
            f"{function!r} cannot be marked as a tool.", advice="Wrap it in a function of your own."
        ) from error
    return function
