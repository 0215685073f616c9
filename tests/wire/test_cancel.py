"""cancel() returns at once wherever the call stands, over http and over TLS, and leaves no thread and no socket."""

import socket
import time
from contextlib import ExitStack

import pytest

from bedrock_nb.core.recording import Recording
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.source import converse_stream, obtained
from bedrock_nb.wire.stream import Stream
from waiting import connections, eventually, gone, nothing_left_behind

AT_ONCE = 0.1
"""Seconds. It takes about 0.2 ms; the machine that tests may be busy."""
REQUEST = {"modelId": "a.b", "messages": [{"role": "user", "content": [{"text": "Hi"}]}]}


def cancel_at_once(stream):
    start = time.perf_counter()
    stream.cancel()
    recording = stream.result()
    assert time.perf_counter() - start < AT_ONCE
    assert recording.stopped
    assert gone(stream)
    return recording


def streaming(connection):
    return Stream(converse_stream(connection, REQUEST), REQUEST, recording_type=Recording)


@pytest.fixture
def deaf():
    """A port that takes no more connections: who connects waits."""
    with ExitStack() as opened:
        listener = opened.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):
            waiting = opened.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@pytest.fixture
def mute():
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(5)
        yield listener.getsockname()[1]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_while_it_connects(deaf, scheme):
    with nothing_left_behind():
        before = connections()
        stream = streaming(Connection(region="us-east-1", endpoint_url=f"{scheme}://127.0.0.1:{deaf}"))
        eventually(lambda: connections() - before)
        cancel_at_once(stream)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_while_it_shakes_hands_or_waits_for_headers(mute, scheme):
    with nothing_left_behind():
        stream = streaming(Connection(region="us-east-1", endpoint_url=f"{scheme}://127.0.0.1:{mute}"))
        eventually(lambda: stream._interrupt._handle is not None)
        cancel_at_once(stream)


def test_while_it_waits_for_headers(local):
    with nothing_left_behind():
        stream = local.fault("silent")
        eventually(lambda: stream._interrupt._handle is not None)
        assert cancel_at_once(stream).events == ()


def test_while_it_reads(local):
    with nothing_left_behind():
        stream = local.fault("stall")
        eventually(lambda: stream.text)
        assert cancel_at_once(stream).text


def test_while_it_waits_for_the_first_byte_and_retries_are_allowed(local):
    stream = local.fault("silent", retries=3, max_attempts=5)
    eventually(lambda: stream._interrupt._handle is not None)
    cancel_at_once(stream)


def test_while_it_pauses_before_another_attempt(local, monkeypatch):
    monkeypatch.setattr("bedrock_nb.wire.attempts.PAUSE", 60)
    stream = local.fault("flaky-twice", retries=2, text="pausing")
    eventually(lambda: stream._interrupt._handle is not None)
    cancel_at_once(stream)


def test_on_a_connection_that_an_earlier_call_used(local):
    assert local.fault("slow-start").result().complete
    with nothing_left_behind():
        stream = local.fault("stall")
        eventually(lambda: stream.text)
        cancel_at_once(stream)


def test_before_anything_has_happened(local):
    stream = local.fault("stall")
    cancel_at_once(stream)


def test_a_response_of_somebody_elses_client(local, trusted):
    client = local.endpoint.client(verify=trusted)
    with nothing_left_behind():
        response = client.converse_stream(**(REQUEST | {"modelId": "local.fault-stall-v1:0"}))
        stream = Stream(obtained(response), REQUEST, recording_type=Recording)
        eventually(lambda: stream.text)
        assert cancel_at_once(stream).text
        del response


def test_a_client_whose_private_names_have_changed_is_used_all_the_same(local_http):
    class Client:
        """Has no `_endpoint`."""

        def __init__(self, client):
            self.meta, self.converse_stream = client.meta, client.converse_stream

        def client(self):
            return self

    stream = streaming(Client(local_http.endpoint.client()))
    assert stream.result().error is not None  # there is no such model; what counts is that it was asked
