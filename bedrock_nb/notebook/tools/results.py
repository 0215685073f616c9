"""What a function gave back, as the parts of a toolResult: text, JSON, pictures, tables."""

from __future__ import annotations

import base64
import io
import json
import math
from collections.abc import Iterator
from dataclasses import is_dataclass
from types import GeneratorType
from typing import Any, TypeAlias

from bedrock_nb.core.request.formats import FORMATS, format_of_bytes
from bedrock_nb.extras import load_extra
from bedrock_nb.notebook.tools.tables import is_table, table_parts

Part: TypeAlias = dict[str, Any]

LARGEST_PICTURE = int(3.75 * 1024 * 1024)
"""Bytes; the Bedrock user guide states it for Converse ("ImageBlock")."""
MOST_ITEMS = 10_000
"""Of a generator, which may have no end."""


def parts_of(value: Any) -> list[Part]:
    """The parts that tell a model of this value.

    Text goes as text; dicts, lists and whatever else JSON can say as JSON; pandas and polars tables as CSV, up to a
    number of rows that the text names; pictures (PNG, JPEG, GIF or WebP bytes, IPython's, PIL's, matplotlib's) as
    images. A list that holds pictures or tables gives the parts of each. Anything else goes as `str` gives it.
    """
    if isinstance(value, GeneratorType | map | filter | zip):
        value = _items(value)
    if value is None:
        return [{"text": "It ran, and returned nothing."}]
    if isinstance(value, str):
        return [{"text": value if value.strip() else f"(a blank text: {value!r})"}]
    if is_table(value):
        return table_parts(value)
    picture = _picture(value)
    if picture is not None:
        return [_picture_part(picture)]
    if isinstance(value, list | tuple) and any(is_table(each) or _picture(each) is not None for each in value):
        return [part for each in value for part in parts_of(each)]
    return [_json_or_text(value)]


def _items(values: Iterator[Any]) -> list[Any]:
    items = [item for item, _ in zip(values, range(MOST_ITEMS), strict=False)]
    return [*items, f"(only the first {MOST_ITEMS} items are shown)"] if len(items) == MOST_ITEMS else items


def _picture(value: Any) -> bytes | None:
    """The bytes of a picture; None where the value is none."""
    if isinstance(value, bytes | bytearray | memoryview):
        data = bytes(value)
    elif hasattr(value, "savefig"):  # a matplotlib Figure
        buffer = io.BytesIO()
        value.savefig(buffer, format="png", bbox_inches="tight")
        data = buffer.getvalue()
    elif hasattr(getattr(value, "figure", None), "savefig"):  # matplotlib Axes, and what else is drawn in a Figure
        return _picture(value.figure)
    else:
        data = _drawn(value)
    return data if format_of_bytes(data[:5000]) in FORMATS["image"] else None


def _drawn(value: Any) -> bytes:
    """What the value draws of itself for a notebook, as IPython's Image and PIL's images do."""
    for method in ("_repr_png_", "_repr_jpeg_"):
        draw = getattr(type(value), method, None)
        drawn = draw(value) if callable(draw) else None
        data = drawn[0] if isinstance(drawn, tuple) else drawn  # IPython allows (data, metadata)
        if isinstance(data, str):  # and base64
            data = base64.b64decode(data)
        if isinstance(data, bytes):
            return data
    return b""


def _picture_part(data: bytes) -> Part:
    if len(data) > LARGEST_PICTURE:
        size = f"{len(data) / 1024 / 1024:.1f} MB"
        return {"text": f"(a picture of {size}; the largest that can be shown to you has 3.75 MB)"}
    return {"image": {"format": format_of_bytes(data[:5000]), "source": {"bytes": data}}}


def _json_or_text(value: Any) -> Part:
    if not (_is_plain(value) or is_dataclass(value) or hasattr(value, "model_dump") or hasattr(value, "tolist")):
        return {"text": _text(value)}
    try:
        safe = _jsonable(value)
    except (ValueError, RecursionError):  # it contains itself, say: its text is better than nothing
        return {"text": _text(value)}
    return {"text": safe} if isinstance(safe, str) else {"json": safe if isinstance(safe, dict) else {"result": safe}}


def _is_plain(value: Any) -> bool:
    return isinstance(value, dict | list | tuple | set | frozenset | bool | int | float)


def _jsonable(value: Any) -> Any:
    core = load_extra("pydantic_core", extra="tools", purpose="Tools")
    safe = core.to_jsonable_python(value, fallback=_plainer, bytes_mode="base64", serialize_unknown=False)
    return _finite(json.loads(json.dumps(safe)))


def _plainer(value: Any) -> Any:
    """What stands for a value that pydantic does not know, within a larger one."""
    if is_table(value):
        return "\n".join(part["text"] for part in table_parts(value))
    to_list = getattr(value, "tolist", None)  # numpy's arrays and scalars
    return to_list() if callable(to_list) else _text(value)


def _finite(value: Any) -> Any:
    """The value with NaN and the infinities, which JSON has not, as words."""
    match value:
        case dict():
            return {name: _finite(member) for name, member in value.items()}
        case list():
            return [_finite(member) for member in value]
        case float() if not math.isfinite(value):
            return str(value)
    return value


def _text(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        data = bytes(value)
        try:
            return data.decode() or "(no bytes)"
        except UnicodeDecodeError:
            return f"({len(data)} bytes that are neither text nor a picture)"
    text = str(value)
    return text if text.strip() else f"({type(value).__name__} with no text)"
