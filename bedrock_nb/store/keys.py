"""The key under which an answer is found again: a hash of the request as it is serialised, and of where it went."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from bedrock_nb.core.encoding.jsonable import to_jsonable
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.store.privacy import address_of

LABELS = frozenset({"requestMetadata"})
"""Members that label a call and change nothing of the answer."""


def cache_key(request: Mapping[str, Any], endpoint: str | None) -> str:
    """The key of a request: 64 hexadecimal digits.

    Two requests have the same key where their JSON is the same: the order of members does not count, nor whether a
    number is written 0 or 0.0, nor `requestMetadata`. Bytes and the endpoint (its address, which names the region) do.

    Raises:
        InvalidInput: The request holds something that is no value of JSON, nor bytes.
    """
    told = {name: value for name, value in request.items() if name not in LABELS}
    try:
        canonical = json.dumps(
            [address_of(endpoint), to_jsonable(_settled(told))], sort_keys=True, separators=(",", ":")
        )
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            f"The request cannot be compared with earlier ones: {error}.",
            advice="Give bytes rather than open files, or leave out --cache.",
        ) from error
    return hashlib.sha256(canonical.encode()).hexdigest()


def _settled(value: Any) -> Any:
    """The value with every whole number as an int."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        return {name: _settled(value[name]) for name in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [_settled(member) for member in value]
    return value
