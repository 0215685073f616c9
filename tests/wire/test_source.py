import pytest

from bedrock_nb.core.deltas import as_wire
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.wire.interrupt import Interrupt
from bedrock_nb.wire.source import converse_stream, obtained
from wires import END_TURN, HELLO, START


def test_the_response_tells_its_request_id_status_retries_and_region(local):
    model = local.endpoint.play(HELLO)
    request = {"modelId": model, "messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
    response = converse_stream(local.connection, request)(Interrupt())
    assert list(map(as_wire, response.arrivals)) == HELLO
    response.close()
    assert response.info.keys() == {"request_id", "http_status", "retry_attempts", "region"}
    assert (response.info["http_status"], response.info["region"]) == (200, "us-east-1")


def test_a_response_with_no_metadata_tells_nothing():
    response = obtained({"stream": HELLO})(Interrupt())
    assert (response.info, list(response.arrivals)) == ({}, HELLO)
    response.close()


def test_a_stubbed_response_has_its_stream_as_one_dict():
    response = obtained({"stream": {"messageStart": {"role": "assistant"}, "messageStop": {"stopReason": "end_turn"}}})
    assert list(response(Interrupt()).arrivals) == [START, END_TURN]


def test_what_is_no_event_ends_the_stream():
    response = obtained({"stream": [START, "x"], "ResponseMetadata": None})(Interrupt())
    assert next(response.arrivals) == START
    with pytest.raises(TypeError, match="is no dict: 'x'"):
        next(response.arrivals)


@pytest.mark.parametrize("strange", [{}, None, 5, "stream", {"body": b""}, {"stream": None}, {"output": 5}])
def test_what_is_no_response_is_refused_at_once(strange):
    with pytest.raises(InvalidInput, match="no `stream` and no `output`") as caught:
        obtained(strange)
    assert "what client.converse_stream(…)" in caught.value.advice


def test_the_request_is_sent_as_it_was_checked(local_http):
    model = local_http.endpoint.play(HELLO)
    request = {"modelId": model, "messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
    source = converse_stream(local_http.connection, request)
    request["messages"][0]["content"][0]["text"] = "something else"
    source(Interrupt()).close()
    assert local_http.endpoint.requests[-1].body["messages"] == [{"role": "user", "content": [{"text": "Hi"}]}]
