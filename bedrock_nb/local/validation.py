"""A request held against botocore's own model of the service, and refused in the service's words.

botocore checks types, minima, unknown members and unions before it sends; the service checks maxima,
enums and patterns too, and so does this.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

from bedrock_nb.local.steps import invalid

PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "blob": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
}
LONGEST_QUOTE = 100


def check_request(operation: str, params: dict[str, Any]) -> None:
    """Refuse a request that does not fit the operation's input shape.

    Args:
        operation: the name of an operation of `bedrock-runtime`, such as `ConverseStream`.
        params: the request's members as on the wire: JSON values, blobs in base64.

    Raises:
        ServiceError: a ValidationException that lists all that is wrong.
    """
    shape = _service_model().operation_model(operation).input_shape
    problems = list(_problems(params, shape, "")) if shape else []
    if problems:
        found = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected: "
        raise invalid(found + "; ".join(problems))


@cache
def _service_model() -> ServiceModel:
    description = Loader().load_service_model("bedrock-runtime", "service-2")
    return ServiceModel(description, "bedrock-runtime")


def _problems(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """What is wrong with one value and all within it."""
    if isinstance(shape, StructureShape) and shape.is_document_type:
        return
    wanted = PYTHON_TYPES[shape.type_name]
    if value is None:
        yield _failed(value, path, "Member must not be null")
    elif not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        yield _failed(value, path, f"Member must be a {shape.type_name}")
    else:
        yield from _own_problems(value, shape, path)
        yield from _inner_problems(value, shape, path)


def _inner_problems(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """What is wrong with the members of a structure, a list or a map."""
    match shape:
        case StructureShape():
            yield from _structure_problems(value, shape, f"{path}." if path else "")
        case ListShape():
            for number, item in enumerate(value, start=1):
                yield from _problems(item, shape.member, f"{path}.{number}.member")
        case MapShape():
            for key, item in value.items():
                yield from _problems(key, shape.key, f"{path}.key")
                yield from _problems(item, shape.value, f"{path}.{key}")


def _structure_problems(value: dict[str, Any], shape: StructureShape, prefix: str) -> Iterator[str]:
    if shape.is_tagged_union and len(value) != 1:
        members = ", ".join(shape.members)
        yield _failed(value, prefix.rstrip("."), f"Member must set exactly one of: {members}")
    for name in shape.required_members:
        if name not in value:
            yield _failed(None, prefix + name, "Member must not be null")
    for name, item in value.items():
        if name in shape.members:
            yield from _problems(item, shape.members[name], prefix + name)
        else:
            known = ", ".join(shape.members)
            yield _failed(item, prefix + name, f"Member is not known; the known ones are: {known}")


def _own_problems(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """What the shape's own constraints say: range or length, enum, pattern, base64."""
    limits = shape.metadata
    if shape.type_name == "blob" and not _is_base64(value):
        yield _failed(value, path, "Member must be base64")
        return
    noun, size = ("value", value) if isinstance(value, (int, float)) else ("length", _length(value, shape))
    if "min" in limits and size < limits["min"]:
        yield _failed(value, path, f"Member must have {noun} greater than or equal to {limits['min']}")
    if "max" in limits and size > limits["max"]:
        yield _failed(value, path, f"Member must have {noun} less than or equal to {limits['max']}")
    if "enum" in limits and value not in limits["enum"]:
        yield _failed(value, path, f"Member must satisfy enum value set: [{', '.join(limits['enum'])}]")
    if "pattern" in limits and not _pattern(limits["pattern"]).fullmatch(value):
        yield _failed(value, path, f"Member must satisfy regular expression pattern: {limits['pattern']}")


def _length(value: Any, shape: Shape) -> int:
    return len(base64.b64decode(value)) if shape.type_name == "blob" else len(value)


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _failed(value: Any, path: str, constraint: str) -> str:
    quoted = "null" if value is None else f"'{str(value)[:LONGEST_QUOTE]}'"
    return f"Value {quoted} at '{path}' failed to satisfy constraint: {constraint}"
