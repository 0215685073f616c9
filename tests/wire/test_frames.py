"""What botocore drops is kept; botocore's own parser reads the bytes, with no socket between."""

import json
import struct
import zlib
from contextlib import suppress

import pytest
from botocore.eventstream import ChecksumMismatch, EventStream, InvalidHeadersLength, InvalidPayloadLength
from botocore.exceptions import EventStreamError
from botocore.parsers import create_parser
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

import wires
from bedrock_nb.core.deltas import as_wire
from bedrock_nb.core.encoding.jsonable import has_surrogates
from bedrock_nb.local import encode_frame, event_frame, exception_frame
from bedrock_nb.local.eventstream import error_frame
from bedrock_nb.wire.frames import arrivals
from wires import HELLO, captures, delta, redacted, start, text, thought, tool_input

SHAPE = Session().get_service_model("bedrock-runtime").operation_model("ConverseStream").output_shape.members["stream"]
CAPTURED = captures()
DELTA_HEADERS = {
    ":event-type": "contentBlockDelta",
    ":content-type": "application/json",
    ":message-type": "event",
}


class Body:
    """What urllib3 would hand on, in pieces of a size."""

    def __init__(self, data, size):
        self.data, self.size = data, size

    def stream(self):
        for position in range(0, len(self.data), self.size):
            yield self.data[position : position + self.size]


def event_stream(data, size=1 << 20):
    parser = create_parser("rest-json")._event_stream_parser
    return EventStream(Body(data, size), SHAPE, parser, "ConverseStream")


def wire_events(stream):
    return map(as_wire, arrivals(stream))


def read(*frames):
    return list(wire_events(event_stream(b"".join(frames))))


@pytest.mark.parametrize(
    "wire",
    [
        *HELLO,
        text(0, ""),
        thought(1, "Hm"),
        redacted(1, b"\xff\x00"),
        tool_input(2, '{"a"'),
        delta(0, toolResult=[{"text": "a"}, {"json": {"b": [1, None, True]}}]),
        start(0, image={"format": "png"}),
        delta(0, image={"source": {"bytes": b"p"}}),
        delta(0, citation={"title": "T", "location": {"web": {"url": "u"}}}),
    ],
)
def test_a_known_event_is_what_botocore_gives_without_the_padding(wire):
    assert read(event_frame(wire)) == list(event_stream(event_frame(wire))) == [wire]


@pytest.mark.parametrize(
    "wire",
    [
        {"novelEvent": {"note": "kept", "contentBlockIndex": 0}},
        {"novelEvent": {}},
        delta(0, novelDelta={"note": ["kept", 1]}),
        start(0, novelStart={"note": "kept"}),
        {"messageStart": {"role": "assistant", "novelMember": 1}},
        {"metadata": {"usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2, "serverToolUsage": {"n": 1}}}},
        delta(0, citation={"title": "T", "location": {"novelPlace": {"x": 1}}}),
        delta(0, reasoningContent={"novelReasoning": "kept"}),
    ],
)
def test_what_botocore_drops_is_kept(wire):
    assert list(event_stream(event_frame(wire))) != [wire]
    assert read(event_frame(wire)) == [wire]


def test_an_exception_frame_is_an_event_with_all_its_members():
    members = {"message": "m", "originalStatusCode": 424, "originalMessage": "o"}
    assert read(exception_frame("modelStreamErrorException", members)) == [{"modelStreamErrorException": members}]
    assert read(exception_frame("novel", {"message": "m"})) == [{"novelException": {"message": "m"}}]


def test_an_error_frame_is_an_event_with_its_code_and_message():
    assert read(error_frame("InternalError", "Broken.")) == [{"InternalErrorException": {"message": "Broken."}}]


@pytest.mark.parametrize("payload", [b"", b"[]", b"7", b"null"])
def test_a_payload_that_is_no_object_stops_nothing(payload):
    frame = encode_frame({":event-type": "novelEvent", ":message-type": "event"}, payload)
    ((name, _),) = read(frame)[0].items()
    assert name == "novelEvent"


@pytest.mark.parametrize(
    "payload", [b' {"delta":{"text":"a"},"contentBlockIndex":0}', b'{"delta":{"text":"a"},"contentBlockIndex":0}\n ']
)
def test_spaces_around_a_payload_make_no_difference(payload):
    assert read(encode_frame({":event-type": "contentBlockDelta", ":message-type": "event"}, payload)) == [text(0, "a")]


@pytest.mark.parametrize("payload", [b'{"delta":', b'{"delta":{"text":"a"},"contentBlockIndex":0}{}'])
def test_a_payload_that_is_no_json_raises(payload):
    with pytest.raises(ValueError, match="line 1"):
        read(encode_frame({":event-type": "contentBlockDelta", ":message-type": "event"}, payload))


def test_a_null_member_is_no_member():
    payload = b'{"delta":{"text":"a","novel":null},"contentBlockIndex":0,"p":"ab"}'
    frame = encode_frame({":event-type": "contentBlockDelta", ":message-type": "event"}, payload)
    assert read(frame) == [text(0, "a")]


def test_a_corrupt_frame_raises_and_keeps_those_before():
    frame = event_frame(text(0, "a"))
    events = wire_events(event_stream(frame + frame[:-1] + bytes([frame[-1] ^ 1])))
    assert next(events) == text(0, "a")
    with pytest.raises(ChecksumMismatch):
        next(events)


@given(
    st.lists(st.sampled_from([*HELLO, {"novelEvent": {"a": 1}}, redacted(1, b"\xff")]), max_size=5), st.integers(1, 90)
)
def test_where_the_bytes_are_cut_makes_no_difference(events, size):
    data = b"".join(map(event_frame, events))
    assert list(wire_events(event_stream(data, size))) == events


def plainly(name, payload):
    """What is read of a payload where botocore decodes its frame, as it does of headers in another order."""
    return read(encode_frame({":message-type": "event", ":event-type": name}, payload))


@given(
    st.sampled_from([text, thought, tool_input]),
    st.integers(0, 2**31),
    wires.any_text.filter(lambda piece: not has_surrogates(piece)),
    st.booleans(),
)
def test_a_delta_that_is_read_in_one_look_is_what_botocore_makes_of_it(make, index, piece, as_ascii):
    wire = make(index, piece)
    payload = json.dumps(
        wire["contentBlockDelta"], sort_keys=True, separators=(",", ":"), ensure_ascii=as_ascii
    ).encode()
    frame = encode_frame(DELTA_HEADERS, payload)
    (arrival,) = arrivals(event_stream(frame))
    assert isinstance(arrival, tuple) == (index < 10**9)
    assert [as_wire(arrival)] == plainly("contentBlockDelta", payload) == [wire]


@given(st.data())
def test_a_frame_with_any_byte_changed_is_read_in_one_look_nowhere(data):
    frame = bytearray(event_frame(text(0, "a")))
    frame[data.draw(st.integers(0, len(frame) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(ChecksumMismatch, InvalidHeadersLength, InvalidPayloadLength):
        assert read(bytes(frame)) == []  # a frame that says to be longer than what came


def test_a_frame_that_says_to_be_longer_than_any_is_refused_at_once():
    prelude = struct.pack("!II", 2**30, 0)
    events = wire_events(event_stream(prelude + struct.pack("!I", zlib.crc32(prelude)) + b"data"))
    with pytest.raises(InvalidPayloadLength):
        next(events)


@pytest.mark.parametrize("size", [12, 15, 16, 40])
def test_what_is_no_frame_after_the_last_one_is_refused_as_botocore_does(size):
    events = wire_events(event_stream(event_frame(text(0, "a")) + b"x" * size))
    assert next(events) == text(0, "a")
    with pytest.raises(ChecksumMismatch):
        next(events)


def test_a_response_that_somebody_began_to_read_is_read_on():
    stream = event_stream(b"".join(map(event_frame, HELLO)))
    assert next(iter(stream)) == HELLO[0]
    assert list(wire_events(stream)) == HELLO[1:]


class Hidden:
    """An event stream of a botocore that keeps its frames under other names."""

    def __init__(self, stream):
        self.stream = stream

    def __iter__(self):
        return iter(self.stream)


def test_without_botocores_private_names_its_own_iteration_is_used():
    novel = delta(0, novelDelta=1)
    frames = [event_frame(text(0, "a")), event_frame(novel), exception_frame("throttlingException", {"message": "m"})]
    stream = event_stream(b"".join(frames))
    known, unknown, exception = wire_events(Hidden(stream))
    assert known == text(0, "a")
    assert unknown["contentBlockDelta"]["delta"] == {"SDK_UNKNOWN_MEMBER": {"name": "novelDelta"}}
    assert exception["throttlingException"]["message"].endswith("m")


def test_an_event_stream_that_lost_its_private_names_still_works():
    stream = event_stream(event_frame(text(0, "a")))
    frames, stream._event_generator = stream._event_generator, None

    class Renamed(EventStream):
        def __iter__(self):
            return (stream._parse_event(frame) for frame in frames)

    renamed = Renamed.__new__(Renamed)
    assert list(wire_events(renamed)) == [text(0, "a")]


def test_an_event_stream_that_lost_its_parser_is_iterated_over():
    class Renamed(EventStream):
        _parse_event = None

        def __iter__(self):
            return (super(Renamed, self)._parse_event(frame) for frame in self._event_generator)

    stream = event_stream(event_frame(text(0, "a")))
    stream.__class__ = Renamed
    assert list(wire_events(stream)) == [text(0, "a")]


def test_any_iterable_of_wire_events_will_do():
    assert list(wire_events(HELLO)) == HELLO
    assert list(wire_events(iter(HELLO))) == HELLO


def test_an_error_that_a_stand_in_raises_is_an_event_too():
    def stand_in():
        yield text(0, "a")
        raise EventStreamError({"Error": {"Code": "throttlingException", "Message": "m"}}, "ConverseStream")

    assert list(wire_events(stand_in())) == [text(0, "a"), {"throttlingException": {"message": "m"}}]


@pytest.mark.parametrize(("body", "events"), [(b, e) for _, b, e in CAPTURED], ids=[name for name, *_ in CAPTURED])
def test_a_captured_body_gives_what_botocore_gives_and_more_but_never_the_padding(body, events):
    read_events = list(wire_events(event_stream(body)))
    assert len(read_events) == len(events)
    for wire, event in zip(read_events, events, strict=True):
        assert holds(wire, event)
        assert "p" not in next(iter(wire.values()))


def holds(more, less):
    """Whether the one value has all that the other has."""
    match more, less:
        case dict(), dict():
            return all(name in more and holds(more[name], member) for name, member in less.items())
        case list(), list():
            return len(more) == len(less) and all(map(holds, more, less))
    return more == less
