"""Wire events without loss: botocore's parsed events, and beside them what botocore drops.

botocore (1.44) drops unknown event types in silence, the content of unknown union members, and members that its
service model does not list: `usage.serverToolUsage`, the `originalMessage` of an exception. They are all in the raw
frames, which its EventStream keeps under private names. Where those names are missing, its own iteration is used.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from bedrock_nb.core.events import Wire

_PADDING = "p"  # the service pads each payload to hide its length; it is no part of the event
_OF_A_DELTA = {"contentBlockIndex", "delta", _PADDING}
_PLAIN_WITHIN = {"reasoningContent": "text", "toolUse": "input"}
_Parser: TypeAlias = Callable[[Any], Any]
_UNKNOWN_MEMBER = "SDK_UNKNOWN_MEMBER"


def wire_events(event_stream: Iterable[Any]) -> Iterator[Wire]:
    """The wire events of a response's stream, each with all members that were on the wire.

    Exceptions that the service sends come as events, such as `{"throttlingException": {"message": ...}}`; failures of
    the connection are raised as botocore and urllib3 raise them.

    Args:
        event_stream: What boto3's converse_stream gives as `stream`, or any iterable of wire events in its place.
    """
    frames, parse = _frames_and_parser(event_stream)
    if frames is None or parse is None:
        yield from _parsed_events(event_stream)
        return
    for frame in frames:
        yield _wire_event(frame, parse)


def _frames_and_parser(event_stream: Any) -> tuple[Iterator[Any] | None, _Parser | None]:
    """What botocore's EventStream keeps to itself; nothing of it where this is none, or another botocore's."""
    from botocore.eventstream import EventStream

    if not isinstance(event_stream, EventStream):
        return None, None
    parse = getattr(event_stream, "_parse_event", None)
    return getattr(event_stream, "_event_generator", None), parse if callable(parse) else None


def _parsed_events(event_stream: Iterable[Any]) -> Iterator[Wire]:
    from botocore.exceptions import EventStreamError

    # botocore's Stubber has a whole stream as one dict of its events.
    events = [{name: body} for name, body in event_stream.items()] if isinstance(event_stream, dict) else event_stream
    try:
        for event in events:
            if not isinstance(event, dict):
                raise TypeError(f"an event of the stream is no dict: {event!r:.200}")
            yield event
    except EventStreamError as error:
        said = error.response.get("Error", {})
        yield {_exception_name(said.get("Code")): {"message": said.get("Message", "")}}


def _wire_event(frame: Any, parse: _Parser) -> Wire:
    headers = frame.headers
    payload = _json_of(frame.payload.decode()) if frame.payload else {}
    message_type = headers.get(":message-type")
    if message_type == "event":
        name = headers.get(":event-type") or "unnamed"
        if name == "contentBlockDelta" and _is_plain_delta(payload):
            return {name: {"delta": payload["delta"], "contentBlockIndex": payload["contentBlockIndex"]}}
        return _restored(parse(frame) or {name: {}}, {name: payload})
    if message_type == "exception":
        return {_exception_name(headers.get(":exception-type")): _without_padding(payload)}
    return {_exception_name(headers.get(":error-code")): {"message": headers.get(":error-message", "")}}


def _json_of(text: str) -> Any:
    """What `json.loads` gives, which spends more on looking for spaces around a short text than on reading it."""
    value, end = _decode(text) if text.startswith("{") else (None, -1)
    return value if end == len(text) else json.loads(text)


_decode = json.JSONDecoder().raw_decode


def _is_plain_delta(payload: Any) -> bool:
    """Whether botocore's parser would give this delta back unchanged: true for nearly every event of a response."""
    if not isinstance(payload, dict) or payload.keys() != _OF_A_DELTA:
        return False
    name, value = _only_member(payload["delta"])
    if name in _PLAIN_WITHIN:
        inner, value = _only_member(value)
        return inner == _PLAIN_WITHIN[name] and isinstance(value, str)
    return name == "text" and isinstance(value, str)


def _only_member(union: Any) -> tuple[str, Any]:
    if not isinstance(union, dict) or len(union) != 1:
        return "", None
    (member,) = union.items()
    return member


def _exception_name(name: str | None) -> str:
    name = name or "unnamed"
    return name if name.endswith("Exception") else f"{name}Exception"


def _without_padding(payload: Any) -> Any:
    return {k: v for k, v in payload.items() if k != _PADDING} if isinstance(payload, dict) else payload


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
