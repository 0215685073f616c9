import json
import struct
import uuid
from datetime import UTC, datetime

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.local.eventstream import encode_frame, error_frame, event_frame, exception_frame, padded_payload

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
values = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.binary(max_size=300),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def decode(data, piece=None):
    buffer = EventStreamBuffer()
    messages = []
    for start in range(0, len(data), piece or len(data) or 1):
        buffer.add_data(data[start : start + (piece or len(data))])
        messages.extend(buffer)
    return messages


@given(st.dictionaries(names, values, max_size=5), st.binary(max_size=2000))
def test_botocore_reads_what_was_written(headers, payload):
    [message] = decode(encode_frame(headers, payload))
    assert message.headers == headers
    assert message.payload == payload


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4), st.integers(1, 50))
def test_frames_can_be_split_anywhere(payloads, piece):
    body = b"".join(encode_frame({":event-type": "x"}, payload) for payload in payloads)
    assert [message.payload for message in decode(body, piece)] == payloads


def test_timestamps_and_uuids_have_types_of_their_own():
    moment = datetime(2026, 11, 1, 12, tzinfo=UTC)
    identifier = uuid.UUID(int=7)
    [message] = decode(encode_frame({"at": moment, "id": identifier}, b""))
    assert message.headers == {"at": round(moment.timestamp() * 1000), "id": identifier.bytes}


@given(names, json_values)
def test_an_event_is_its_payload_and_padding(event_type, value):
    [message] = decode(event_frame({event_type: {"value": value}}))
    payload = json.loads(message.payload)
    assert message.headers == {
        ":event-type": event_type,
        ":content-type": "application/json",
        ":message-type": "event",
    }
    assert payload["value"] == json.loads(json.dumps(value).encode().decode("utf-8", "replace")) or "\\ud" in repr(
        value
    )
    assert "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".startswith(payload["p"])


def test_padding_varies_with_the_payload_and_only_with_it():
    lengths = {len(json.loads(padded_payload({"n": number}))["p"]) for number in range(200)}
    assert len(lengths) > 30
    assert padded_payload({"n": 1}) == padded_payload({"n": 1})


def test_keys_are_sorted_text_is_utf8_and_bytes_are_base64():
    [message] = decode(event_frame({"x": {"z": "30°C", "a": b"\xff\x00"}}))
    payload = message.payload.decode()
    assert payload.startswith('{"a":"/wA=","p":"')
    assert payload.endswith('","z":"30°C"}')


def test_a_lone_surrogate_does_not_break_the_stream():
    [message] = decode(event_frame({"x": {"text": "a\ud800b"}}))
    assert json.loads(message.payload)["text"] == "a?b"


def test_a_wire_event_has_one_key():
    with pytest.raises(ValueError, match=r"exactly one key.*\['a', 'b'\]"):
        event_frame({"a": {}, "b": {}})


def test_what_is_not_json_is_named():
    with pytest.raises(TypeError, match="set is neither"):
        event_frame({"a": {"b": {1}}})


def test_exceptions_and_errors_are_frames_that_botocore_takes_for_such():
    [exception, error] = decode(
        exception_frame("throttlingException", {"message": "slow"}) + error_frame("Code", "Why")
    )
    assert exception.to_response_dict()["status_code"] == 400
    assert exception.headers[":exception-type"] == "throttlingException"
    assert json.loads(exception.payload)["message"] == "slow"
    assert error.headers == {":message-type": "error", ":error-code": "Code", ":error-message": "Why"}


def test_real_frames_are_written_byte_for_byte(capture, decoded):
    body = capture.read_bytes()
    assert b"".join(encode_frame(message.headers, message.payload) for message in decoded(body)) == body


def test_the_total_length_is_the_first_number():
    frame = encode_frame({"a": "b"}, b"payload")
    assert struct.unpack("!I", frame[:4]) == (len(frame),)
