"""What a function takes from a model: the JSON Schema of its arguments, and the check of what comes."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, NotRequired, get_type_hints

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.request.json_schema import Schema, inlined, opened, plain
from bedrock_nb.extras import load_extra

_VARIADIC = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}


class WrongArguments(Exception):
    """The model gave arguments that do not fit; the message is for the model to read."""


class Arguments:
    """The arguments of one function.

    Not shown to the model, so that it cannot set them: what a `functools.partial` has bound, and what has a default and
    a name that begins with an underscore.

    Args:
        function: Any callable: a function, method, partial or object with `__call__`, sync or async.
        name: What it is called in messages.
        descriptions: What the docstring says of its parameters.

    Raises:
        InvalidInput: The function's parameters cannot be told to a model; the message says which, and why.
        MissingExtra: pydantic is not installed.
    """

    def __init__(self, function: Callable[..., Any], name: str, descriptions: Mapping[str, str]) -> None:
        self._pydantic = load_extra("pydantic", extra="tools", purpose="Tools")
        self._field_type = load_extra("pydantic.fields", extra="tools", purpose="Tools").FieldInfo
        self._parameters = _parameters(function, name)
        hints = _hints(function, name)
        types = {each: self._type(parameter, hints.get(each, Any)) for each, parameter in self._parameters.items()}
        self._adapter, found = self._checked(types, name)
        self.schema: Schema = self._told(found, descriptions)

    def bound(self, given: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """What to call the function with: positional and named arguments, of the types that it asks for.

        Raises:
            WrongArguments: They do not fit.
        """
        try:
            values = dict(self._adapter.validate_json(json.dumps(given)))
        except self._pydantic.ValidationError as error:
            raise WrongArguments(_in_words(error)) from error
        for name, parameter in self._parameters.items():
            if name not in values and (only_positional(parameter) or self._is_field(parameter.default)):
                values[name] = self._default(parameter)
        positional = [values.pop(name) for name, each in self._parameters.items() if only_positional(each)]
        return positional, values

    def _type(self, parameter: inspect.Parameter, hint: Any) -> Any:
        if self._is_field(parameter.default):
            hint = Annotated[hint, parameter.default]
        return hint if self._is_required(parameter) else NotRequired[hint]

    def _checked(self, types: dict[str, Any], name: str) -> tuple[Any, Schema]:
        try:
            return self._adapted(types)
        except Exception as error:
            # pydantic has many errors for types that it cannot check, and some for wrong annotations are Python's own.
            guilty = next((each for each in types if not self._is_adaptable({each: types[each]})), None)
            which = f"the parameter `{guilty}` of " if guilty else ""
            raise InvalidInput(
                f"{which[:1].upper()}{which[1:]}`{name}` cannot be told to a model: {str(error).splitlines()[0]}",
                advice="Annotate it with a type that JSON can hold, such as str, int, list[str], a dataclass or a "
                "pydantic model, or give it a default and a name that begins with an underscore.",
            ) from error

    def _is_adaptable(self, types: dict[str, Any]) -> bool:
        try:
            self._adapted(types)
        except Exception:  # noqa: BLE001 - the same errors; the caller tells of them
            return False
        return True

    def _adapted(self, types: dict[str, Any]) -> tuple[Any, Schema]:
        # A TypedDict and no model, because its members may have any name, `copy` and `_x` included. The standard
        # library's own is taken by pydantic from Python 3.12 on only.
        members = load_extra("typing_extensions", extra="tools", purpose="Tools").TypedDict("Arguments", types)
        members.__pydantic_config__ = {"extra": "forbid"}
        adapter = self._pydantic.TypeAdapter(members)
        return adapter, adapter.json_schema()

    def _told(self, found: Schema, descriptions: Mapping[str, str]) -> Schema:
        schema = opened(plain(inlined(found)))
        schema.pop("description", None)
        properties: dict[str, Schema] = schema.setdefault("properties", {})
        for name, told in properties.items():
            parameter = self._parameters[name]
            if name in descriptions:
                told.setdefault("description", descriptions[name])
            if not self._is_required(parameter) and isinstance(self._default(parameter), str | int | float | None):
                told.setdefault("default", self._default(parameter))
        return schema

    def _is_field(self, default: Any) -> bool:
        return isinstance(default, self._field_type)

    def _is_required(self, parameter: inspect.Parameter) -> bool:
        if self._is_field(parameter.default):
            return bool(parameter.default.is_required())
        return parameter.default is parameter.empty

    def _default(self, parameter: inspect.Parameter) -> Any:
        if self._is_field(parameter.default):
            return parameter.default.get_default(call_default_factory=True)
        return parameter.default


def only_positional(parameter: inspect.Parameter) -> bool:
    """Whether the parameter cannot be given by its name."""
    return parameter.kind is parameter.POSITIONAL_ONLY


def _parameters(function: Callable[..., Any], name: str) -> dict[str, inspect.Parameter]:
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError) as error:
        raise InvalidInput(
            f"`{name}` does not tell its parameters.", advice="Wrap it in a function of your own, with annotations."
        ) from error
    bound = function.keywords if isinstance(function, partial) else {}
    for parameter in signature.parameters.values():
        if parameter.kind in _VARIADIC:
            raise InvalidInput(
                f"`{name}` takes {_VARIADIC[parameter.kind]}{parameter.name}, and a model has to be told each "
                "argument by its name.",
                advice="Write its parameters out, or wrap it in a function that does.",
            )
    return {
        each: parameter
        for each, parameter in signature.parameters.items()
        if each not in bound and not (each.startswith("_") and parameter.default is not parameter.empty)
    }


def _hints(function: Any, name: str) -> dict[str, Any]:
    while isinstance(function, partial):
        function = function.func
    if not inspect.isroutine(function):
        function = type(function).__call__
    try:
        return get_type_hints(function, include_extras=True)
    except (NameError, TypeError, SyntaxError, AttributeError) as error:
        raise InvalidInput(
            f"The annotations of `{name}` cannot be read: {error}.",
            advice="Every name in them has to be defined in the notebook, or in the function's own module.",
        ) from error


def _in_words(error: Any) -> str:
    problems = [_problem(each) for each in error.errors(include_url=False, include_context=False)]
    return "The arguments do not fit, so nothing was called. " + " ".join(problems)


def _problem(detail: Mapping[str, Any]) -> str:
    where = ".".join(str(step) for step in detail["loc"]) or "the arguments"
    if detail["type"] == "missing":
        return f"`{where}` is missing."
    if detail["type"] == "extra_forbidden":
        return f"`{where}` is not a parameter."
    return f"`{where}`: {detail['msg']}; it was {json.dumps(detail['input'], ensure_ascii=False, default=str)[:200]}."
