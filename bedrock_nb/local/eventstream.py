"""The frames of `application/vnd.amazon.eventstream`, as a service writes them.

One frame is a prelude (total length, length of the headers, CRC of both), the headers, the payload and a
CRC of all before it; numbers are big-endian, CRCs are CRC-32. Source: the event stream encoding of the
Smithy specification, and the bytes of real Bedrock responses.
"""

import base64
import json
import struct
import zlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

HeaderValue = bool | int | bytes | str | datetime | UUID
"""What a frame's header may hold; an int is written as a signed 64-bit number."""

PADDING_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def encode_frame(headers: Mapping[str, HeaderValue], payload: bytes) -> bytes:
    """One frame with its checksums."""
    header_block = b"".join(_encode_header(name, value) for name, value in headers.items())
    prelude = struct.pack("!II", 16 + len(header_block) + len(payload), len(header_block))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + header_block + payload
    return message + struct.pack("!I", zlib.crc32(message))


def event_frame(wire_event: Mapping[str, object]) -> bytes:
    """The frame of one wire event: a dict with one key, the event type, over its payload.

    Bytes in the payload are written as base64 and a padding key `p` is added, as Bedrock does. The
    padding's length follows from the payload, so the same event always gives the same bytes.

    Raises:
        ValueError: if the dict has not exactly one key.
    """
    if len(wire_event) != 1:
        raise ValueError(f"a wire event has exactly one key, its type; this one has {sorted(wire_event)}")
    [(event_type, payload)] = wire_event.items()
    return encode_frame(_json_headers("event", ":event-type", event_type), padded_payload(payload))


def exception_frame(exception_type: str, members: Mapping[str, object]) -> bytes:
    """The frame of a modelled exception in mid-stream, such as `throttlingException`."""
    return encode_frame(_json_headers("exception", ":exception-type", exception_type), padded_payload(dict(members)))


def error_frame(code: str, message: str) -> bytes:
    """The frame of an unmodelled error: all it says is in its headers."""
    return encode_frame({":message-type": "error", ":error-code": code, ":error-message": message}, b"")


def padded_payload(payload: object) -> bytes:
    """The payload as Bedrock's JSON: sorted keys, no spaces, UTF-8, bytes as base64, padding under `p`."""
    if not isinstance(payload, Mapping):
        return to_json(payload)
    length = 1 + zlib.crc32(to_json(payload)) % len(PADDING_ALPHABET)
    return to_json({"p": PADDING_ALPHABET[:length], **payload})


def to_json(value: object) -> bytes:
    """JSON as the service writes it; a lone surrogate, which UTF-8 has no place for, becomes `?`."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_base64)
    return text.encode("utf-8", "replace")


def _json_headers(message_type: str, type_header: str, name: str) -> dict[str, HeaderValue]:
    return {type_header: name, ":content-type": "application/json", ":message-type": message_type}


def _base64(value: object) -> str:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"a wire event holds JSON values and bytes; {type(value).__name__} is neither")


def _encode_header(name: str, value: HeaderValue) -> bytes:
    encoded_name = name.encode()
    return struct.pack("!B", len(encoded_name)) + encoded_name + _encode_value(value)


def _encode_value(value: HeaderValue) -> bytes:
    match value:
        case bool():
            return b"\x00" if value else b"\x01"
        case int():
            return struct.pack("!Bq", 5, value)
        case bytes():
            return struct.pack("!BH", 6, len(value)) + value
        case str():
            encoded = value.encode()
            return struct.pack("!BH", 7, len(encoded)) + encoded
        case datetime():
            return struct.pack("!Bq", 8, round(value.timestamp() * 1000))
        case UUID():
            return b"\x09" + value.bytes
