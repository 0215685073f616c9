"""What arrives on the wire, without loss: botocore's parsed events, and beside them what botocore drops.

botocore (1.44) drops unknown event types in silence, the content of unknown union members, and members that its
service model does not list: `usage.serverToolUsage`, the `originalMessage` of an exception. They are all in the raw
frames, which its EventStream keeps under private names. Where those names are missing, its own iteration is used.

A response is little but deltas of text whose frames are alike to the byte, save their text. Those are read in one look,
which takes a sixth of the time of botocore's decoding and parsing; a property test holds that both give the same.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Generator, Iterable, Iterator
from inspect import GEN_CREATED, getgeneratorstate
from typing import Any, TypeAlias
from zlib import crc32

from bedrock_nb.core.deltas import INPUT, REASONING, TEXT, Arrival, PlainDelta
from bedrock_nb.core.events import Wire

_PADDING = "p"  # the service pads each payload to hide its length; it is no part of the event
_Parser: TypeAlias = Callable[[Any], Any]
_UNKNOWN_MEMBER = "SDK_UNKNOWN_MEMBER"


def arrivals(event_stream: Iterable[Any]) -> Iterator[Arrival]:
    """The wire events of a response's stream, each with all members that were on the wire, plain deltas in short.

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
        yield frame if isinstance(frame, tuple) else _wire_event(frame, parse)


def _frames_and_parser(event_stream: Any) -> tuple[Iterator[Any] | None, _Parser | None]:
    """What botocore's EventStream keeps to itself; nothing of it where this is none, or another botocore's."""
    from botocore.eventstream import EventStream

    if not isinstance(event_stream, EventStream):
        return None, None
    names = ("_event_generator", "_raw_stream", "_parse_event")
    frames, body, parse = [getattr(event_stream, name, None) for name in names]
    if not callable(parse):
        return None, None
    if body is not None and isinstance(frames, Generator) and getgeneratorstate(frames) == GEN_CREATED:
        # Nobody has read of it yet. While it waits, it and the stream hold each other, and with that the connection.
        frames.close()
        frames = _decoded(_frames(body.stream()))
    return frames, parse


_PRELUDE = struct.Struct("!III")
"""Of a frame: its length, that of its headers, and the checksum of both."""
_SHORTEST, _LONGEST = _PRELUDE.size + 4, 2**25
"""Bytes. What is said to be longer is broken: botocore takes 24 MB at most."""
_HEADERS = (
    b"\x0b:event-type\x07\x00\x11contentBlockDelta"
    b"\r:content-type\x07\x00\x10application/json"
    b"\r:message-type\x07\x00\x05event"
)
"""As the service writes those of each delta. Should it write others, botocore reads them."""
_STRING = rb'"([^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*)"'
_PLAIN_DELTA = re.compile(
    rb"(?s:....)%b(?s:....)%b" % (re.escape(struct.pack("!I", len(_HEADERS))), re.escape(_HEADERS))
    + rb'\{"contentBlockIndex":(0|[1-9][0-9]{0,8}),"delta":\{(?:'
    + rb'"text":%b|"reasoningContent":\{"text":%b\}|"toolUse":\{"input":%b\}' % (_STRING, _STRING, _STRING)
    + rb')\}(?:,"p":"[0-9A-Za-z]*")?\}(?s:....)'
)
_KINDS = {2: TEXT, 3: REASONING, 4: INPUT}
"""By the group that the piece is in."""


def _frames(body: Iterable[bytes]) -> Iterator[bytes]:
    """Each frame for itself. From where one is broken on, all that came is given: whoever decodes it says why."""
    rest = b""
    for data in body:
        rest, begin = rest + data, 0
        while len(rest) - begin >= _PRELUDE.size:
            length, _, checksum = _PRELUDE.unpack_from(rest, begin)
            if not _SHORTEST <= length <= _LONGEST or crc32(rest[begin : begin + 8]) != checksum:
                length = len(rest) - begin
            if begin + length > len(rest):
                break
            yield rest[begin : begin + length]
            begin += length
        rest = rest[begin:]


def _decoded(frames: Iterable[bytes]) -> Iterator[Any]:
    """Plain deltas, and as botocore decodes them the frames that are none."""
    from botocore.eventstream import EventStreamBuffer

    buffer = EventStreamBuffer()
    for frame in frames:
        delta = _plain_delta(frame)
        if delta is not None:
            yield delta
        else:
            buffer.add_data(frame)
            yield from buffer


def _plain_delta(frame: bytes) -> PlainDelta | None:
    """The delta that this frame is; None where it is something else, or damaged."""
    found = _PLAIN_DELTA.fullmatch(frame)
    if found is None or crc32(frame[:-4]) != int.from_bytes(frame[-4:]):
        return None
    group = found.lastindex or 0
    piece = found[group].decode()
    return _KINDS[group], int(found[1]), json.loads(f'"{piece}"') if "\\" in piece else piece


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
    payload = json.loads(frame.payload.decode()) if frame.payload else {}
    message_type = headers.get(":message-type")
    if message_type == "event":
        name = headers.get(":event-type") or "unnamed"
        return _restored(parse(frame) or {name: {}}, {name: payload})
    if message_type == "exception":
        return {_exception_name(headers.get(":exception-type")): _without_padding(payload)}
    return {_exception_name(headers.get(":error-code")): {"message": headers.get(":error-message", "")}}


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
