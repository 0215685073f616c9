"""What of a call is not written down: who made it.

A history is read, copied and shared. What the user said and what the model said stay word for word; around them,
account ids and the caller's identity are masked. They come with ARNs of the caller's own resources, with buckets and
their owners, with requestMetadata (which the service's model marks as sensitive), and with the service's messages:
"User: arn:aws:sts::123456789012:assumed-role/… is not authorized to perform …".

Nobody can tell whose a number of twelve digits is, so each counts as an account id, but for what the model is told of:
in tools, schemas and variables it does where an ARN, its text or a name above it speaks of accounts or of AWS. The
number of an order in an enum stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from bedrock_nb.core.events import Wire
from bedrock_nb.core.request.masked import MASK, SAID, TOLD

_IDENTITY = re.compile(r"(arn:aws[\w-]*:(?:iam|sts):[\w-]*:)\d{12}:[^\s\"']+")
_ARN = re.compile(r"(arn:aws[\w-]*:[\w-]*:[\w-]*:)\d{12}(?=:)")
_ACCESS_KEY = re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{12,}\b")
"""Its account can be computed from it."""
_NUMBER = re.compile(
    r"""
    \d+\.\d+                                                                 # a decimal,
    | [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}           # a UUID,
    | [0-9a-f]{16,}                                                          # and the id of a trace are no account ids
    | (?<!\d)(?P<account>\d{12}|\d{4}-\d{4}-\d{4})(?!\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OF_ACCOUNTS = re.compile(r"acc(?:oun)?t|owner|aws|sagemaker|s3:", re.IGNORECASE)
"""What speaks of accounts: where it stands, a bare number of twelve digits is one."""
_RESPONSE = ("request_id", "http_status", "retry_attempts", "region", "failed_attempts")
_SPOKEN = frozenset({"contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStart", "messageStop"})


def masked_text(text: str) -> str:
    """The text without identities and account ids."""
    text = _ACCESS_KEY.sub(MASK, _masked_arns(text))
    return _NUMBER.sub(lambda found: MASK if found["account"] else found[0], text)


def masked_request(request: Mapping[str, Any]) -> Wire:
    """The arguments of a call; what was said in them stays as it is, but for the places of files in S3."""
    masks = dict.fromkeys(TOLD, _masked_if_of_accounts)
    return {
        name: _masked_places(value) if name in SAID else _masked(value, masks.get(name, masked_text))
        for name, value in request.items()
    }


def masked_response(response: Mapping[str, Any]) -> Wire:
    """What is kept of a response besides its events; headers are not."""
    return {name: _masked(response[name]) for name in _RESPONSE if name in response}


def masked_wire(wire: Wire) -> Wire:
    """A wire event. What the model said is not touched; errors and traces, which name resources, are masked."""
    if _SPOKEN.issuperset(wire):
        return wire
    # A guardrail's trace quotes what was said, numbers included: there it is ARNs that tell.
    return {name: _masked(value, _masked_arns if name == "metadata" else masked_text) for name, value in wire.items()}


def masked_failure(failure: Mapping[str, Any]) -> Wire:
    """An error as data."""
    return {name: _masked(value) for name, value in failure.items()}


def address_of(endpoint: str | None) -> str | None:
    """An address without a user's name, a password or a query."""
    if not endpoint or "://" not in endpoint:
        return endpoint
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def masked_endpoint(endpoint: str | None) -> str | None:
    """An address without its secrets, and without account ids."""
    return masked_text(address_of(endpoint) or "") or None


def _masked_if_of_accounts(text: str) -> str:
    return masked_text(text) if _OF_ACCOUNTS.search(text) else _ACCESS_KEY.sub(MASK, text)


def _masked_arns(text: str) -> str:
    return _ARN.sub(rf"\g<1>{MASK}", _IDENTITY.sub(rf"\g<1>{MASK}:{MASK}", text))


def _masked(value: Any, mask: Callable[[str], str] = masked_text) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {_masked(name, mask): _masked_member(name, member, mask) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(member, mask) for member in value]
    return value


def _masked_member(name: Any, member: Any, mask: Callable[[str], str]) -> Any:
    as_a_number = isinstance(member, int) and "account" in str(name).lower() and len(str(member)) == len(MASK)
    if name == "bucketOwner" or as_a_number:
        return MASK
    if mask is _masked_if_of_accounts and _OF_ACCOUNTS.search(str(name)):
        mask = masked_text
    is_json = name == "schema" and isinstance(member, str)
    return _masked_json(member, mask) if is_json else _masked(member, mask)


def _masked_json(text: str, mask: Callable[[str], str]) -> str:
    """The text of a JSON Schema, which is one afterwards too: a number in it stays a number, as in every parameter."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # no JSON
        return mask(text)
    masked = _masked(value, mask)
    return text if masked == value else json.dumps(masked, ensure_ascii=False)


def _masked_places(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: _masked(member) if name == "s3Location" else _masked_places(member) for name, member in value.items()
        }
    return [_masked_places(member) for member in value] if isinstance(value, list | tuple) else value
