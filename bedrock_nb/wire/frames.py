"""Wire events without loss: botocore's parsed events, and beside them what botocore drops.

botocore (1.44) drops unknown event types in silence, the content of unknown union members, and members that its
service model does not list: `usage.serverToolUsage`, the `originalMessage` of an exception. They are all in the raw
frames, which its EventStream keeps under private names. Where those names are missing, its own iteration is used.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bedrock_nb.core.events import Wire

_PADDING = "p"  # the service pads each payload to hide its length; it is no part of the event
_UNKNOWN_MEMBER = "SDK_UNKNOWN_MEMBER"


def wire_events(event_stream: Iterable[Any]) -> Iterator[Wire]:
    """The wire events of a response's stream, each with all members that were on the wire.

    Exceptions that the service sends come as events, such as `{"throttlingException": {"message": ...}}`; failures of
    the connection are raised as botocore and urllib3 raise them.
    """
    frames = getattr(event_stream, "_event_generator", None)
    parse = getattr(event_stream, "_parse_event", None)
    if frames is None or not callable(parse):
        yield from _parsed_events(event_stream)
        return
    for frame in frames:
        yield _wire_event(frame, parse)


def _parsed_events(event_stream: Iterable[Any]) -> Iterator[Wire]:
    from botocore.exceptions import EventStreamError  # noqa: PLC0415 - boto3 is loaded by its first use

    try:
        yield from event_stream
    except EventStreamError as error:
        said = error.response.get("Error", {})
        yield {_exception_name(said.get("Code")): {"message": said.get("Message", "")}}


def _wire_event(frame: Any, parse: Callable[[Any], Any]) -> Wire:
    headers = frame.headers
    payload = json.loads(frame.payload) if frame.payload else {}
    if headers.get(":message-type") == "event":
        name = headers[":event-type"]
        if name == "contentBlockDelta" and _is_plain_text(payload):
            return {name: {"delta": payload["delta"], "contentBlockIndex": payload["contentBlockIndex"]}}
        return _restored(parse(frame) or {name: {}}, {name: payload})
    if headers.get(":message-type") == "exception":
        return {_exception_name(headers.get(":exception-type")): _without_padding(payload)}
    return {_exception_name(headers.get(":error-code")): {"message": headers.get(":error-message", "")}}


def _is_plain_text(payload: Wire) -> bool:
    """Whether botocore's parser would give this delta back unchanged: true for nearly every event of a response."""
    delta = payload.get("delta")
    return (
        payload.keys() == {"contentBlockIndex", "delta", _PADDING}
        and isinstance(delta, dict)
        and delta.keys() == {"text"}
        and isinstance(delta["text"], str)
    )


def _exception_name(name: str | None) -> str:
    name = name or "unnamed"
    return name if name.endswith("Exception") else f"{name}Exception"


def _without_padding(payload: Any) -> Any:
    return {name: value for name, value in payload.items() if name != _PADDING}


def _restored(parsed: Wire, raw: Wire) -> Wire:
    """The parsed event, with the members that only the raw payload has."""
    ((name, body),) = raw.items()
    return {name: _with_dropped(parsed.get(name, {}), _without_padding(body))}


def _with_dropped(parsed: Any, raw: Any) -> Any:
    if isinstance(parsed, dict) and isinstance(raw, dict):
        kept = {name: value for name, value in parsed.items() if name != _UNKNOWN_MEMBER}
        for name, value in raw.items():
            if name in kept:
                kept[name] = _with_dropped(kept[name], value)
            elif value is not None:  # JSON's null means that the member is not there
                kept[name] = value
        return kept
    if isinstance(parsed, list) and isinstance(raw, list) and len(parsed) == len(raw):
        return [_with_dropped(one, other) for one, other in zip(parsed, raw, strict=True)]
    return parsed
