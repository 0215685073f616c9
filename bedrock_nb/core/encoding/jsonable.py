"""Values of the wire as strict JSON and back, without loss.

What JSON cannot hold, or what a browser would spoil when it saves a notebook, stands as a dict of one member whose name
begins with `$`: bytes as `{"$bytes": base64}`, numbers beyond 2**53 as `{"$int": hex}`, NaN and infinities as
`{"$float": name}`, text with lone surrogates as `{"$text": base64}`, and a dict whose own names would be mistaken for
one of these, or are no names, as `{"$dict": [[name, value], ...]}`.
"""

from __future__ import annotations

import base64
from math import isfinite
from typing import Any

_EXACT_IN_JAVASCRIPT = 2**53


# Both functions go down one level a call, with no comprehension between, to get as deep as the json module itself does.


def to_jsonable(value: Any) -> Any:
    """The value as what `json.dumps(..., allow_nan=False, ensure_ascii=False)` takes and UTF-8 can hold."""
    match value:
        case str():
            return {"$text": _base64(value.encode("utf-8", "surrogatepass"))} if has_surrogates(value) else value
        case bytes() | bytearray() | memoryview():
            return {"$bytes": _base64(bytes(value))}
        case bool():
            return value
        case int() if abs(value) >= _EXACT_IN_JAVASCRIPT:
            return {"$int": hex(value)}
        case float() if not isfinite(value):
            return {"$float": repr(value)}
        case dict():
            return _dict_to_jsonable(value)
        case list() | tuple():
            members = []
            for member in value:
                members.append(to_jsonable(member))  # noqa: PERF401 - a comprehension is a level of its own
            return members
    return value


def from_jsonable(value: Any) -> Any:
    """The inverse of `to_jsonable`.

    Raises:
        ValueError: A `$` member does not hold what it should.
    """
    if isinstance(value, list):
        members = []
        for member in value:
            members.append(from_jsonable(member))  # noqa: PERF401 - a comprehension is a level of its own
        return members
    if not isinstance(value, dict):
        return value
    match value:
        case {"$bytes": str(encoded)}:
            return base64.b64decode(encoded, validate=True)
        case {"$text": str(encoded)}:
            return base64.b64decode(encoded, validate=True).decode("utf-8", "surrogatepass")
        case {"$int": str(digits)}:
            return int(digits, 16)
        case {"$float": str(name)}:
            return float(name)
        case {"$dict": [*pairs]}:
            return _from_pairs(pairs)
    return _from_pairs(value.items())


def has_surrogates(text: str) -> bool:
    """Whether the text has halves of characters, which UTF-8 cannot hold."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _dict_to_jsonable(value: dict[Any, Any]) -> dict[str, Any]:
    members = {}
    for name, member in value.items():
        members[name] = to_jsonable(member)
    if all(isinstance(name, str) and not name.startswith("$") and not has_surrogates(name) for name in members):
        return members
    return {"$dict": [[to_jsonable(name), member] for name, member in members.items()]}


def _from_pairs(pairs: Any) -> dict[Any, Any]:
    members = {}
    for name, member in pairs:
        members[from_jsonable(name)] = from_jsonable(member)
    return members


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
