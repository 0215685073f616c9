"""JSON Schemas as the models on Bedrock take them: fewer features mean fewer models that refuse.

Each function gives a new schema. Values that are data (`enum`, `const`, `default`, `examples`) are never looked into.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

Schema = dict[str, Any]

_SCHEMAS_BY_NAME = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_SCHEMAS = (
    *("items", "prefixItems", "additionalItems", "contains", "unevaluatedItems"),
    *("additionalProperties", "propertyNames", "unevaluatedProperties"),
    *("allOf", "anyOf", "oneOf", "not", "if", "then", "else"),
)
"""Keywords whose value is a schema or a list of schemas (JSON Schema, draft 2020-12, and its forerunners)."""

_DEFINITIONS = ("$defs", "definitions")


def with_inner(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """The schema with `change` applied to each of the schemas directly within it."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(each) for each in value]
        return change(value) if isinstance(value, dict) else value

    result = dict(schema)
    for keyword, value in schema.items():
        if keyword in _SCHEMAS_BY_NAME and isinstance(value, dict):
            result[keyword] = {name: changed(each) for name, each in value.items()}
        elif keyword in _SCHEMAS:
            result[keyword] = changed(value)
    return result


def plain(schema: Schema) -> Schema:
    """The schema without what only readers of the code need (`title`) and what is not JSON Schema (`discriminator`)."""
    kept = {keyword: value for keyword, value in schema.items() if keyword not in {"title", "discriminator"}}
    return with_inner(kept, plain)


def inlined(schema: Schema) -> Schema:
    """The schema with what it defines put where it is referred to; only definitions that contain themselves stay."""
    definitions = dict(_definitions(schema))
    recursive = {reference for reference in definitions if reference in _reachable(definitions[reference], definitions)}

    def put_in(node: Schema) -> Schema:
        reference = node.get("$ref")
        if isinstance(reference, str) and reference in definitions and reference not in recursive:
            beside = {keyword: value for keyword, value in node.items() if keyword != "$ref"}
            return put_in({**definitions[reference], **beside})
        return with_inner(node, put_in)

    body = {keyword: value for keyword, value in schema.items() if keyword not in _DEFINITIONS}
    root = body.get("$ref")
    if isinstance(root, str) and root in recursive:  # the outermost schema has to say its type itself
        body = {**definitions[root], **{keyword: value for keyword, value in body.items() if keyword != "$ref"}}
    body = put_in(body)
    resolved = {reference: put_in(definition) for reference, definition in definitions.items()}
    for reference in sorted(_reachable(body, resolved)):
        _, place, name = reference.split("/", 2)
        body.setdefault(place, {})[_unescaped(name)] = resolved[reference]
    return body


def closed(schema: Schema) -> Schema:
    """The schema with no other properties than those it names, which structured output demands of every object."""
    result = with_inner(schema, closed)
    if result.get("type") == "object" or "properties" in result:
        result.setdefault("additionalProperties", False)
    return result


def opened(schema: Schema) -> Schema:
    """The schema without `additionalProperties: false`, which some models refuse in a tool (Mistral, Llama)."""
    kept = {key: value for key, value in schema.items() if key != "additionalProperties" or value is not False}
    return with_inner(kept, opened)


_LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "uniqueItems": "no item twice",
}
"""What structured output does not enforce, and refuses to be asked for ("Get validated JSON results from models" in the
Bedrock user guide), as a reader would say it."""


def with_limits_in_words(schema: Schema) -> Schema:
    """The schema with its limits on numbers, lengths and counts told in its descriptions, for the model to read."""
    said = [words.format(json.dumps(schema[key])) for key, words in _LIMITS.items() if key in schema]
    kept = {keyword: value for keyword, value in schema.items() if keyword not in _LIMITS}
    if said:
        described = f"{kept['description'].rstrip('.')}. " if kept.get("description") else ""
        kept["description"] = f"{described}Has to be: {', '.join(said)}."
    return with_inner(kept, with_limits_in_words)


def _definitions(schema: Schema) -> Iterator[tuple[str, Schema]]:
    for place in _DEFINITIONS:
        found = schema.get(place)
        for name, definition in found.items() if isinstance(found, dict) else ():
            if isinstance(definition, dict):
                yield f"#/{place}/{name.replace('~', '~0').replace('/', '~1')}", definition


def _unescaped(name: str) -> str:
    return name.replace("~1", "/").replace("~0", "~")


def _reachable(schema: Schema, definitions: dict[str, Schema]) -> set[str]:
    """The definitions that the schema refers to, by way of others too."""
    reached: set[str] = set()
    waiting = [schema]
    while waiting:
        new = {reference for reference in _references(waiting.pop()) if reference in definitions} - reached
        reached |= new
        waiting += [definitions[reference] for reference in new]
    return reached


def _references(schema: Schema) -> set[str]:
    found: set[str] = set()

    def look(node: Schema) -> Schema:
        reference = node.get("$ref")
        if isinstance(reference, str):
            found.add(reference)
        return with_inner(node, look)

    look(schema)
    return found
