"""What of a call is not written down: who made it.

A history is read, copied and shared. What the user and the model said stays as it is; around it, account ids and the
caller's identity are masked. They come with ARNs of the caller's own resources, with bucket owners, and with the
service's messages: "User: arn:aws:sts::123456789012:assumed-role/… is not authorized to perform …".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bedrock_nb.core.events import Wire

MASK = "*" * 12
"""Stands in the place of the twelve digits of an account id."""

_IDENTITY = re.compile(r"(arn:aws[\w-]*:(?:iam|sts):[\w-]*:)\d{12}:[^\s\"']+")
_ARN = re.compile(r"(arn:aws[\w-]*:[\w-]*:[\w-]*:)\d{12}(?=:)")
_BARE = re.compile(r"(?<![\w.-])\d{12}(?![\w-])")
_CONTENT = frozenset({"messages", "system"})
_RESPONSE = ("request_id", "http_status", "retry_attempts", "region", "failed_attempts")
_SPOKEN = frozenset({"contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStart", "messageStop"})


def masked_text(text: str, *, bare: bool = False) -> str:
    """The text without identities and the account ids in ARNs; `bare`: without any other account id, too."""
    text = _ARN.sub(rf"\g<1>{MASK}", _IDENTITY.sub(rf"\g<1>{MASK}:{MASK}", text))
    return _BARE.sub(MASK, text) if bare else text


def masked_request(request: Mapping[str, Any]) -> Wire:
    """The arguments of a call; what was said in them stays as it is, but for the owners of buckets."""
    return {name: _without_owners(value) if name in _CONTENT else _masked(value) for name, value in request.items()}


def masked_response(response: Mapping[str, Any]) -> Wire:
    """What is kept of a response besides its events; headers are not."""
    return {name: _masked(response[name], bare=True) for name in _RESPONSE if name in response}


def masked_wire(wire: Wire) -> Wire:
    """A wire event. What the model said is not touched; traces and errors, which name resources, are masked."""
    return wire if _SPOKEN.issuperset(wire) else {name: _masked(value) for name, value in wire.items()}


def masked_failure(failure: Mapping[str, Any]) -> Wire:
    """An error as data."""
    return {name: _masked(value, bare=name == "message") for name, value in failure.items()}


def masked_endpoint(endpoint: str | None) -> str | None:
    """An address without a user's name, a password or a query."""
    if not endpoint or "://" not in endpoint:
        return endpoint
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _masked(value: Any, *, bare: bool = False) -> Any:
    if isinstance(value, str):
        return masked_text(value, bare=bare)
    if isinstance(value, Mapping):
        return {name: MASK if name == "bucketOwner" else _masked(member, bare=bare) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(member, bare=bare) for member in value]
    return value


def _without_owners(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: MASK if name == "bucketOwner" else _without_owners(member) for name, member in value.items()}
    return [_without_owners(member) for member in value] if isinstance(value, list | tuple) else value
