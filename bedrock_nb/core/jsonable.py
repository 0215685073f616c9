"""Values of the wire as JSON and back: bytes become `{"$bytes": base64}`."""

from __future__ import annotations

import base64
from typing import Any


def to_jsonable(value: Any) -> Any:
    """The value with its bytes as base64. A dict of one member whose name begins with `$` gets another `$`."""
    match value:
        case bytes() | bytearray():
            return {"$bytes": base64.b64encode(value).decode("ascii")}
        case dict() if len(value) == 1:
            ((name, member),) = value.items()
            return {f"${name}" if str(name).startswith("$") else name: to_jsonable(member)}
        case dict():
            return {name: to_jsonable(member) for name, member in value.items()}
        case list() | tuple():
            return [to_jsonable(member) for member in value]
    return value


def from_jsonable(value: Any) -> Any:
    """The inverse of `to_jsonable`."""
    match value:
        case {"$bytes": str(encoded)} if len(value) == 1:
            return base64.b64decode(encoded)
        case dict() if len(value) == 1:
            ((name, member),) = value.items()
            return {name.removeprefix("$"): from_jsonable(member)}
        case dict():
            return {name: from_jsonable(member) for name, member in value.items()}
        case list():
            return [from_jsonable(member) for member in value]
    return value
