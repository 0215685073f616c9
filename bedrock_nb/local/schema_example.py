"""A value that fits a JSON schema, always the same one: the arguments of a scripted tool call."""

import json
from collections.abc import Mapping
from typing import Any

DEEPEST = 6
"""Below this depth only required properties are filled in, so that a recursive schema comes to an end."""

FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "PT1H",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def example(schema: Any, words: str = "scripted") -> Any:
    """A value that fits the schema, as far as a few lines can tell.

    It knows types, const, enum, default, examples, the bounds of numbers, strings and arrays, formats,
    required and optional properties, allOf, anyOf, oneOf and local `$ref`. It cannot make up a string for
    a `pattern`. Strings without further demands are `words`.
    """
    return _Examples(schema if isinstance(schema, Mapping) else {}, words).of(schema, depth=0)


class _Examples:
    def __init__(self, root: Mapping[str, Any], words: str) -> None:
        self._root = root
        self._words = words

    def of(self, schema: Any, depth: int, position: int = 0) -> Any:
        schema = self._resolved(schema)
        for key in ("const", "default"):
            if key in schema:
                return schema[key]
        choices = schema.get("enum") or schema.get("examples")
        if choices:
            return choices[position % len(choices)]
        match _type(schema):
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, depth)
            case "string":
                return self._string(schema, position)
            case "integer" | "number" as kind:
                return _number(schema, position, whole=kind == "integer")
            case "boolean":
                return True
            case _:
                return None

    def _resolved(self, schema: Any) -> dict[str, Any]:
        """The schema with its references followed and its alternatives decided: the first of them."""
        merged: dict[str, Any] = dict(schema) if isinstance(schema, Mapping) else {}
        for _ in range(2 * DEEPEST):
            parts: list[Any] = [self._referenced(merged.pop("$ref"))] if "$ref" in merged else []
            parts += merged.pop("allOf", [])
            parts += [merged.pop(key)[0] for key in ("anyOf", "oneOf") if merged.get(key)]
            if not parts:
                break
            for part in parts:
                merged = _merged(merged, part if isinstance(part, Mapping) else {})
        return merged

    def _referenced(self, reference: str) -> Mapping[str, Any]:
        node: Any = self._root
        for step in reference.removeprefix("#").strip("/").split("/"):
            node = node.get(step.replace("~1", "/").replace("~0", "~"), {}) if step else node
        return node if isinstance(node, Mapping) else {}

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        required = schema.get("required", [])
        names = [name for name in properties if depth < DEEPEST or name in required]
        names += [name for name in required if name not in properties]
        return {name: self.of(properties.get(name, {"type": "string"}), depth + 1) for name in names}

    def _array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        first = schema.get("prefixItems", [])
        wanted = max(schema.get("minItems", 0), 1 if depth < DEEPEST else 0, len(first))
        wanted = min(wanted, schema.get("maxItems", wanted))
        rest = schema.get("items", {"type": "string"})
        return [
            self.of(first[position] if position < len(first) else rest, depth + 1, position)
            for position in range(wanted)
        ]

    def _string(self, schema: dict[str, Any], position: int) -> str:
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        text = self._words if position == 0 else f"{self._words} {position + 1}"
        text = text.ljust(schema.get("minLength", 0), ".")
        return text[: schema.get("maxLength", len(text))]


def _merged(one: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two schemas that both hold: properties and requirements are joined, the first has the last word."""
    merged = {**other, **one}
    if "properties" in one and "properties" in other:
        merged["properties"] = {**other["properties"], **one["properties"]}
    if "required" in one and "required" in other:
        merged["required"] = list(dict.fromkeys([*one["required"], *other["required"]]))
    return merged


def _type(schema: dict[str, Any]) -> str:
    """The schema's type; of several the first that is not null, of none what its keywords suggest."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if kind:
        return str(kind)
    if "properties" in schema or "required" in schema:
        return "object"
    if "items" in schema or "prefixItems" in schema:
        return "array"
    return "integer" if {"minimum", "maximum", "multipleOf"} & schema.keys() else "string"


def _number(schema: dict[str, Any], position: int, *, whole: bool) -> int | float:
    """A number within its bounds, a multiple of what it must be a multiple of."""
    step = schema.get("multipleOf", 1 if whole else 0.5)
    lowest = schema.get("minimum", schema.get("exclusiveMinimum"))
    highest = schema.get("maximum", schema.get("exclusiveMaximum"))
    if lowest is None:
        lowest = 0 if highest is None else min(0, highest - 10 * step)
    number = -(-lowest // step) * step + position * step
    if number == schema.get("exclusiveMinimum"):
        number += step
    if highest is not None and (number > highest or number == schema.get("exclusiveMaximum")):
        number = (lowest + highest) / 2
    return int(number) if whole else float(number)


def as_json(value: object) -> str:
    """The value as a model writes a tool's input: one line of JSON."""
    return json.dumps(value, ensure_ascii=False)
