"""The tools of one exchange, found in the notebook by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.nearest import nearest
from bedrock_nb.notebook.tools.tool import Tool

ToolLike: TypeAlias = str | Callable[..., Any] | Mapping[str, Any]
"""A name in the notebook (dots allowed), a function, or a member of `toolConfig.tools` as Bedrock has it."""


@dataclass(frozen=True)
class Toolbox:
    """Tools by their names, and `specs`, the members of the request's `toolConfig.tools` that declare them.

    A spec that was given as Bedrock has it is declared too, but there is nothing here to run: the service runs it, or
    the caller does.
    """

    tools: Mapping[str, Tool] = field(default_factory=dict)
    specs: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, wanted: Iterable[ToolLike], namespace: Mapping[str, Any] | None = None) -> Toolbox:
        """The tools that are wanted.

        Args:
            wanted: Names, functions and specs; see `ToolLike`.
            namespace: Where names are looked up: the notebook's.

        Raises:
            InvalidInput: A name is unknown (the message offers the nearest), names something that cannot be called or
                told to a model, or stands for two tools.
            MissingExtra: What the extra `tools` installs is not there.
        """
        tools: dict[str, Tool] = {}
        specs: list[Mapping[str, Any]] = []
        for each in wanted:
            if isinstance(each, Mapping):
                specs.append(each)
                continue
            found = _found(each, namespace or {})
            if found.name in tools:
                raise InvalidInput(
                    f"Two tools are called `{found.name}`.", advice='Rename one of them: @bnb.tool(name="…").'
                )
            tools[found.name] = found
            specs.append(found.spec)
        return cls(tools, tuple(specs))

    @property
    def declared_only(self) -> frozenset[str]:
        """The names of the tools that are declared and cannot be run here."""
        names = {spec["toolSpec"].get("name", "") for spec in self.specs if "toolSpec" in spec}
        return frozenset(names - self.tools.keys())


def tool_names(namespace: Mapping[str, Any]) -> list[str]:
    """The names of the user's own that can be tools, for completion."""
    names = (name for name, value in namespace.items() if callable(value) and not isinstance(value, type))
    return sorted(name for name in names if not name.startswith("_") and name not in _OF_IPYTHON)


_OF_IPYTHON = {"exit", "get_ipython", "open", "quit"}


def _found(wanted: str | Callable[..., Any], namespace: Mapping[str, Any]) -> Tool:
    if callable(wanted):
        return Tool.of(wanted)
    if not isinstance(wanted, str):
        raise InvalidInput(f"{wanted!r} is not a function, so it cannot be a tool.")
    value = _looked_up(wanted, namespace)
    if not callable(value):
        raise InvalidInput(f"`{wanted}` is of type {type(value).__name__}, not a function, so it cannot be a tool.")
    return Tool.of(value, called=wanted.rpartition(".")[2])


def _looked_up(name: str, namespace: Mapping[str, Any]) -> Any:
    first, *attributes = name.split(".")
    if first not in namespace:
        near = nearest(first, tool_names(namespace))
        hint = f"Did you mean `{near}`?" if near else "Run the cell that defines it first."
        raise InvalidInput(f"There is no function `{name}` in this notebook; nothing was sent.", advice=hint)
    value = namespace[first]
    for attribute in attributes:
        if not hasattr(value, attribute):
            raise InvalidInput(f"There is no `{attribute}` in `{name}`; nothing was sent.")
        value = getattr(value, attribute)
    return value
