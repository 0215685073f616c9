"""Beginning an exchange from the options of a cell: the request, the tools and the way to reach the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from bedrock_nb.notebook.calling.composing import Call, compose
from bedrock_nb.notebook.calling.exchange import MOST_ROUNDS, Exchange
from bedrock_nb.notebook.calling.structured import Mode, Schema, with_schema
from bedrock_nb.notebook.options.table import BY_NAME
from bedrock_nb.notebook.tools.consent import Ask
from bedrock_nb.notebook.tools.toolbox import Toolbox, ToolLike


def exchange(prompt: Any = None, *, ask: Ask | None = None, max_rounds: int | None = None, **options: Any) -> Exchange:
    """Ask a model, and run the tools that it calls. It starts at once, in the background.

    Args:
        prompt: The user's message; `messages=` takes what was said before.
        ask: Whom to ask before each call of a tool.
        max_rounds: How often the model may ask for tools.
        options: Those of `prepared`.

    Raises:
        InvalidInput: An option is wrong; nothing was sent.
        MissingExtra: A tool or a schema needs a library that is not installed.
    """
    return begun(*prepared(prompt, **options), ask=ask, max_rounds=max_rounds)


def prepared(
    prompt: Any = None,
    *,
    tools: Iterable[ToolLike] | ToolLike | None = None,
    schema: Any = None,
    schema_mode: Mode = "native",
    namespace: Mapping[str, Any] | None = None,
    **options: Any,
) -> tuple[Call, Toolbox]:
    """The call that an exchange begins with, and its tools; nothing is sent.

    Args:
        prompt: The user's message.
        tools: Python functions, names of functions in the notebook, or specs as Bedrock has them.
        schema: The form that the answer has to have: whatever `bedrock_nb.notebook.calling.structured.Schema.of` takes.
        schema_mode: How the model is made to keep to it.
        namespace: The notebook's variables, or what takes their place.
        options: The rest: see `bedrock_nb.notebook.calling.composing.compose`.

    Raises:
        InvalidInput: An option is wrong.
        MissingExtra: A tool or a schema needs a library that is not installed.
    """
    wanted = _several(tools)
    namespace = notebook_namespace() if namespace is None else namespace
    toolbox = Toolbox.of(wanted, namespace)
    call = compose(prompt, options | ({"tools": list(toolbox.specs)} if toolbox.specs else {}))
    if schema is not None:
        form = schema if isinstance(schema, Schema) else Schema.of(schema, mode=schema_mode, namespace=namespace)
        call = replace(call, request=with_schema(call.request, form))
    return call, toolbox


def _several(tools: Any) -> list[Any]:
    if tools is None:
        return []
    is_one = isinstance(tools, str | Mapping) or callable(tools) or not isinstance(tools, Iterable)
    return [tools] if is_one else list(tools)


def begun(
    call: Call,
    toolbox: Toolbox,
    *,
    ask: Ask | None = None,
    max_rounds: int | None = None,
    on_end: Callable[[Exchange], object] | None = None,
) -> Exchange:
    """The exchange that this call begins; arguments as of `Exchange`.

    Raises:
        InvalidInput: The number of rounds is none.
    """
    most = MOST_ROUNDS if max_rounds is None else BY_NAME["max_rounds"].checked(max_rounds, "`max_rounds`")
    return Exchange(
        call.request,
        start=lambda request: replace(call, request=dict(request)).start(),
        toolbox=toolbox,
        max_rounds=most,
        ask=ask,
        on_end=on_end,
    )


def notebook_namespace() -> Mapping[str, Any]:
    """The notebook's variables; none outside of IPython."""
    from IPython import get_ipython  # a script that imports this may have no need of it

    shell = get_ipython()
    return {} if shell is None else dict(shell.user_ns)
