"""Answers of a given form: `--schema` and `schema=`.

The schema goes to the service in one of two ways. *Native* is `outputConfig.textFormat`: the model cannot write
anything else, and the answer streams as text; newer models have it. *Tool* declares a tool with an input of that form
and forces the model to call it; every model that can be made to call a tool has that. Which model has which changes
from month to month, so the choice is the caller's. The service refuses native, the default, for a model without it.

What was asked for stands in the request, and so in every recording: `parsed` needs nothing else. Where the schema came
from a Python type that still exists, it gives a value of that type; elsewhere, plain JSON.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args
from weakref import WeakValueDictionary

from bedrock_nb.core.errors import BedrockError, InvalidInput
from bedrock_nb.core.nearest import nearest
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.request import json_schema
from bedrock_nb.extras import load_extra

Mode: TypeAlias = Literal["native", "tool"]
MODES: tuple[Mode, ...] = get_args(Mode)

_PURPOSE = "Answers of a given form"
_types: WeakValueDictionary[str, type] = WeakValueDictionary()
"""The Python types that schemas were made from, by name and schema, for as long as the types exist."""


@dataclass(frozen=True)
class Schema:
    """The form of an answer. `json` is its JSON Schema, as it is sent."""

    json: Mapping[str, Any]
    name: str = "answer"
    description: str = ""
    mode: Mode = "native"

    @classmethod
    def of(cls, source: Any, *, mode: Mode = "native", namespace: Mapping[str, Any] | None = None) -> Schema:
        """The schema that this stands for.

        Args:
            source: A JSON Schema as a dict, the path of a file with one, a pydantic model, a dataclass or a TypedDict;
                or the name of any of these in the notebook.
            mode: How it is sent. A dict or file is sent as it is; a Python type's schema is made to fit what the
                service takes, with limits that it does not enforce told in words.
            namespace: Where names are looked up: the notebook's.

        Raises:
            InvalidInput: It is none of these, or no JSON Schema, or describes something else than an object.
            MissingExtra: The library that checks it is not installed.
        """
        if mode not in MODES:
            raise InvalidInput(f"{mode!r} is no way to ask for a form.", advice=f"Choose one of {', '.join(MODES)}.")
        if isinstance(source, str):
            source = _named(source, namespace or {})
        if isinstance(source, type):
            return _of_type(source, mode)
        if isinstance(source, Path):
            source = _read(source)
        if not isinstance(source, Mapping):
            raise InvalidInput(
                f"{source!r} is no schema.", advice="Give a JSON Schema as a dict or a file, or a pydantic model."
            )
        return _of_dict(source, mode)


def with_schema(request: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """The request, asking for an answer of this form.

    Raises:
        InvalidInput: The request asks for another form already, or has tools that forcing this one would shut out.
    """
    changed = dict(request)
    if schema.mode == "native":
        output = dict(changed.get("outputConfig") or {})
        if "textFormat" in output:
            raise InvalidInput("Two forms of the answer are asked for: a schema, and outputConfig.textFormat.")
        changed["outputConfig"] = output | {"textFormat": _text_format(schema)}
        return changed
    if changed.get("toolConfig"):
        raise InvalidInput(
            "A forced tool gives the answer its form, so no other tool can be used in the same call.",
            advice="Leave the tools out, or ask a model that has the native way.",
        )
    told = {"description": schema.description or "Give your answer by calling this."}
    spec = {"name": schema.name, **told, "inputSchema": {"json": dict(schema.json)}}
    changed["toolConfig"] = {"tools": [{"toolSpec": spec}], "toolChoice": {"tool": {"name": schema.name}}}
    return changed


def _text_format(schema: Schema) -> dict[str, Any]:
    told = {"description": schema.description} if schema.description else {}
    definition = {"schema": json.dumps(schema.json, ensure_ascii=False), "name": schema.name, **told}
    return {"type": "json_schema", "structure": {"jsonSchema": definition}}


@dataclass(frozen=True)
class _Asked:
    """What a request asks for: the schema with its name, and whether a forced tool carries it."""

    name: str
    schema: Mapping[str, Any]
    by_tool: bool


def parsed(recording: Recording) -> Any:
    """The answer as a checked value: of the Python type that was asked for, or plain JSON.

    Raises:
        InvalidInput: The call asked for no form.
        BedrockError: There is no whole answer, or it does not have the form; the message says where.
        MissingExtra: The library that checks it is not installed.
    """
    asked = _asked(recording.request)
    if asked is None:
        raise InvalidInput(
            "This call did not ask for an answer of a given form.", advice="Ask with --schema, or schema= in Python."
        )
    text = _answer(recording, asked)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unfit(recording, f"it is not whole JSON ({error})") from error
    made = _types.get(_key(asked.name, asked.schema))
    return _checked_by_type(recording, made, text) if made else _checked_by_schema(recording, asked.schema, value)


def _asked(request: Mapping[str, Any]) -> _Asked | None:
    match request:
        case {"outputConfig": {"textFormat": {"structure": {"jsonSchema": {"schema": str(text), **told}}}}}:
            return _Asked(str(told.get("name", "")), json.loads(text), by_tool=False)
        case {"toolConfig": {"toolChoice": {"tool": {"name": str(name)}}, "tools": [*tools]}}:
            specs = [tool["toolSpec"] for tool in tools if "toolSpec" in tool]
            schemas = [spec["inputSchema"]["json"] for spec in specs if spec["name"] == name]
            return _Asked(name, schemas[0], by_tool=True) if schemas else None
    return None


def _answer(recording: Recording, asked: _Asked) -> str:
    if recording.error is not None:
        raise recording.error
    if not asked.by_tool:
        return recording.text
    inputs = [call.input_json or "{}" for call in recording.tool_calls if call.name == asked.name]
    if not inputs:
        raise _unfit(recording, f"the model did not call `{asked.name}`")
    return inputs[0]


def _checked_by_type(recording: Recording, made: type, text: str) -> Any:
    pydantic = load_extra("pydantic", extra="tools", purpose=_PURPOSE)
    try:
        return pydantic.TypeAdapter(made).validate_json(text)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _unfit(recording, f"{_place(first['loc'])}{first['msg']}") from error


def _checked_by_schema(recording: Recording, schema: Mapping[str, Any], value: Any) -> Any:
    jsonschema = load_extra("jsonschema", extra="tools", purpose=_PURPOSE)
    validator = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)(schema)
    error = jsonschema.exceptions.best_match(validator.iter_errors(value))
    if error is not None:
        raise _unfit(recording, f"{_place(error.absolute_path)}{error.message}") from error
    return value


def _place(path: Any) -> str:
    where = ".".join(str(step) for step in path)
    return f"`{where}`: " if where else ""


def _unfit(recording: Recording, why: str) -> BedrockError:
    cut = recording.stop_reason == "max_tokens"
    error = BedrockError(
        f"The answer does not have the form that was asked for: {why[:500]}.",
        code="UnfitAnswer",
        request_id=recording.request_id,
        advice="It was cut off: raise --max-tokens (max_tokens= in Python)."
        if cut
        else "Its text is in the recording; ask again.",
    )
    error.recording = recording
    return error


def _named(name: str, namespace: Mapping[str, Any]) -> Any:
    if name in namespace:
        return namespace[name]
    path = Path(name).expanduser()
    if path.suffix == ".json" or path.exists():
        return path
    near = nearest(name, [each for each, value in namespace.items() if isinstance(value, type | dict)])
    hint = f"Did you mean `{near}`?" if near else "Give a JSON file, a dict or a pydantic model."
    raise InvalidInput(f"There is no schema `{name}`: no such file, and nothing of that name here.", advice=hint)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.expanduser().read_text(encoding="utf-8"))
    except OSError as error:
        advice = f"Nothing was sent. The working folder is {Path.cwd()}."
        raise InvalidInput(f"The schema {path} cannot be read: {error.strerror}.", advice=advice) from error
    except ValueError as error:
        raise InvalidInput(f"The schema {path} is not JSON: {error}.", advice="Nothing was sent.") from error


def _of_dict(source: Mapping[str, Any], mode: Mode) -> Schema:
    jsonschema = load_extra("jsonschema", extra="tools", purpose=_PURPOSE)
    validator = jsonschema.validators.validator_for(source, default=jsonschema.Draft202012Validator)
    try:
        validator.check_schema(source)
    except jsonschema.SchemaError as error:
        raise InvalidInput(f"This is no JSON Schema: {_place(error.absolute_path)}{error.message}.") from error
    return _of_object(dict(source), str(source.get("title", "")), str(source.get("description", "")), mode)


def _of_type(source: type, mode: Mode) -> Schema:
    pydantic = load_extra("pydantic", extra="tools", purpose=_PURPOSE)
    try:
        found = pydantic.TypeAdapter(source).json_schema()
    except pydantic.PydanticUserError as error:
        raise InvalidInput(f"`{source.__name__}` has no JSON Schema: {str(error).splitlines()[0]}") from error
    schema = json_schema.plain(json_schema.inlined(found))
    if mode == "native":
        schema = json_schema.closed(json_schema.with_limits_in_words(schema))
    made = _of_object(schema, source.__name__, _own_doc(source), mode)
    _types[_key(made.name, made.json)] = source
    return made


def _of_object(schema: dict[str, Any], title: str, description: str, mode: Mode) -> Schema:
    if schema.get("type") != "object":
        raise InvalidInput(
            "The form of an answer has to be that of an object (`type: object`).",
            advice="Put it in one: a model, dataclass or schema with one field.",
        )
    name = re.sub(r"[^a-zA-Z0-9_-]+", "_", title).strip("_")[:64] or "answer"
    return Schema(schema, name, description, mode)


def _own_doc(source: type) -> str:
    """The docstring, unless it is the signature that dataclasses put there."""
    doc = inspect.cleandoc(source.__dict__.get("__doc__") or "")
    return "" if is_dataclass(source) and doc.startswith(f"{source.__name__}(") else doc


def _key(name: str, schema: Mapping[str, Any]) -> str:
    return json.dumps([name, schema], sort_keys=True)
