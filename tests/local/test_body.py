import json

import pytest

from bedrock_nb.local.body import ConverseBody, Delivery, EventStreamBody
from bedrock_nb.local.eventstream import event_frame
from bedrock_nb.local.steps import ServiceError, StreamException


class Wire:
    """Keeps what it is given: the status and headers, then each piece."""

    def __init__(self):
        self.begun = []
        self.sent = []

    def begin(self, status, headers):
        self.begun.append((status, headers))

    def send(self, data):
        self.sent.append(data)


EVENTS = [{"messageStart": {"role": "assistant"}}, {"messageStop": {"stopReason": "end_turn"}}]
FRAMES = [event_frame(event) for event in EVENTS]


def unchunked(pieces):
    body = b"".join(pieces)
    data = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        data, body = data + rest[:length], rest[length + 2 :]
    return data


@pytest.mark.parametrize("delivery", Delivery)
def test_every_delivery_has_the_same_bytes(delivery):
    wire = Wire()
    body = EventStreamBody(wire, delivery)
    for event in EVENTS:
        body.add(event)
    body.finish()
    assert unchunked(wire.sent) == b"".join(FRAMES)
    assert [status for status, _ in wire.begun] == [200]


def test_each_frame_is_one_piece_sent_at_once():
    wire = Wire()
    EventStreamBody(wire, Delivery.FRAMES).add(EVENTS[0])
    assert wire.sent == [b"%x\r\n%b\r\n" % (len(FRAMES[0]), FRAMES[0])]


def test_byte_by_byte_means_one_piece_a_byte():
    wire = Wire()
    EventStreamBody(wire, Delivery.BYTES).add(EVENTS[0])
    assert len(wire.sent) == len(FRAMES[0])
    assert set(map(len, wire.sent)) == {6}


def test_the_whole_body_waits_for_its_end():
    wire = Wire()
    body = EventStreamBody(wire, Delivery.WHOLE)
    body.add(EVENTS[0])
    body.add(EVENTS[1])
    assert wire.sent == []
    body.finish()
    assert len(wire.sent) == 2


def test_what_was_put_by_is_sent_before_the_script_falls_silent():
    wire = Wire()
    body = EventStreamBody(wire, Delivery.WHOLE)
    body.add(EVENTS[0])
    body.flush()
    assert unchunked(wire.sent) == FRAMES[0]


def test_empty_bytes_do_not_end_the_body():
    wire = Wire()
    body = EventStreamBody(wire, Delivery.FRAMES)
    body.add(b"")
    assert wire.sent == []
    body.finish()
    assert wire.sent == [b"0\r\n\r\n"]


def test_converse_answers_once_with_everything():
    wire = Wire()
    body = ConverseBody(wire)
    body.add(FRAMES[0][:20])
    body.add(FRAMES[0][20:])
    body.add(EVENTS[1])
    body.flush()
    assert wire.sent == []
    body.finish()
    [answer] = wire.sent
    assert json.loads(answer) == {
        "output": {"message": {"role": "assistant", "content": []}},
        "stopReason": "end_turn",
    }


def test_an_exception_in_mid_stream_is_an_http_error_of_converse():
    with pytest.raises(ServiceError) as caught:
        ConverseBody(Wire()).add(StreamException("throttlingException", "slow down"))
    assert (caught.value.code, caught.value.status) == ("ThrottlingException", 429)


def test_an_exception_in_raw_frames_is_one_too():
    body = ConverseBody(Wire())
    body.add(StreamException("modelStreamErrorException", "oh", {"originalStatusCode": 500}).frame)
    with pytest.raises(ServiceError) as caught:
        body.finish()
    assert (caught.value.code, caught.value.status) == ("ModelErrorException", 424)
