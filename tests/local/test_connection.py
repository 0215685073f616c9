import http.client
import json
import logging
import socket
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from urllib3.exceptions import ProtocolError

from bedrock_nb.local import LocalBedrock, ServiceError
from bedrock_nb.local.faults import PARTIAL_TEXT

PATH = "/model/local.scripted-echo-v1%3A0/converse-stream"
BODY = json.dumps({"messages": [{"role": "user", "content": [{"text": "hello"}]}]})


@pytest.fixture
def plain(shared_endpoint):
    """A connection that knows HTTP and nothing of boto3."""
    connection = http.client.HTTPConnection(urlsplit(shared_endpoint.url).netloc, timeout=5)
    yield connection
    connection.close()


def send_raw(endpoint, data):
    """Everything that comes back until the endpoint closes the connection."""
    url = urlsplit(endpoint.url)
    with socket.create_connection((url.hostname, url.port), timeout=5) as connection:
        connection.sendall(data)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_stream_is_chunked_and_its_connection_is_used_again(plain):
    ids = set()
    for _ in range(3):
        plain.request("POST", PATH, BODY)
        response = plain.getresponse()
        assert response.status == 200
        assert response.getheader("Content-Type") == "application/vnd.amazon.eventstream"
        assert response.getheader("Transfer-Encoding") == "chunked"
        ids.add(response.getheader("x-amzn-RequestId"))
        response.read()
        socket_now = plain.sock
    assert plain.sock is socket_now
    assert len(ids) == 3


def test_an_error_leaves_the_connection_in_good_order(plain):
    plain.request("POST", PATH, "{}")
    refused = plain.getresponse()
    assert refused.status == 400
    assert refused.getheader("x-amzn-ErrorType").startswith("ValidationException:")
    assert refused.getheader("x-amzn-RequestId")
    assert "at least one message" in json.loads(refused.read())["message"]
    used = plain.sock
    plain.request("POST", PATH, BODY)
    assert plain.getresponse().read()
    assert plain.sock is used


def test_credentials_are_never_kept(shared_endpoint, plain):
    secrets = {"Authorization": "AWS4 s3cret", "X-Amz-Security-Token": "s3cret", "Cookie": "s3cret", "X-Other": "kept"}
    plain.request("POST", PATH, BODY, secrets)
    plain.getresponse().read()
    assert "s3cret" not in repr(shared_endpoint.requests[-1])
    assert shared_endpoint.requests[-1].headers["x-other"] == "kept"


def test_what_is_no_http_is_refused_and_the_connection_closed(shared_endpoint):
    answer = send_raw(shared_endpoint, b"nonsense\r\n\r\n")
    assert b"Bad request syntax" in answer


def test_other_methods_are_refused(shared_endpoint):
    answer = send_raw(shared_endpoint, b"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 501")
    assert b"UnknownOperationException" in answer


@pytest.mark.parametrize("header", [b"Transfer-Encoding: chunked", b"Content-Length: -1", b"Content-Length: x"])
def test_a_body_without_a_length_is_refused(shared_endpoint, header):
    answer = send_raw(shared_endpoint, b"POST / HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 411")
    assert b"Connection: close" in answer


@pytest.mark.parametrize("length", [b"100000001", b"9" * 20, b"9" * 5000])
def test_a_body_that_is_too_large_is_refused_before_it_comes(shared_endpoint, length):
    answer = send_raw(shared_endpoint, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"Connection: close" in answer


def test_a_body_that_ends_too_soon_is_no_request():
    with LocalBedrock() as endpoint:
        url = urlsplit(endpoint.url)
        with socket.create_connection((url.hostname, url.port), timeout=5) as connection:
            connection.sendall(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{BODY}".encode())
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(1) == b""
        assert endpoint.requests == ()


def test_a_script_that_fails_is_told_in_the_log_and_to_the_client(shared_endpoint, client, ask, caplog):
    def failing(_request):
        raise KeyError("in my script")

    shared_endpoint.add("local.failing", failing)
    with (
        caplog.at_level(logging.ERROR, "bedrock_nb.local"),
        pytest.raises(ClientError, match="KeyError: 'in my script'"),
    ):
        client.converse_stream(**ask("local.failing"))
    assert "a script of the local endpoint failed" in caplog.text


@pytest.mark.parametrize("error", [KeyError("late"), ServiceError(400, "ValidationException", "late")])
def test_a_script_that_fails_in_mid_stream_drops_the_connection(shared_endpoint, client, ask, received, caplog, error):
    def failing(_request):
        yield {"messageStart": {"role": "assistant"}}
        raise error

    shared_endpoint.add("local.failing-late", failing)
    with caplog.at_level(logging.ERROR, "bedrock_nb.local"):
        events, ended_by = received(client.converse_stream(**ask("local.failing-late")))
    assert len(events) == 1
    assert type(ended_by).__name__ == "ProtocolError"
    assert "late" in caplog.text


def test_a_client_that_goes_away_is_nothing_to_report(caplog):
    with LocalBedrock() as endpoint, caplog.at_level(logging.DEBUG, "bedrock_nb.local"):
        model = endpoint.play([{"contentBlockDelta": {"delta": {"text": "x" * 10_000}, "contentBlockIndex": 0}}] * 2000)
        url = urlsplit(endpoint.url)
        request = (
            f"POST /model/{model}/converse-stream HTTP/1.1\r\nHost: x\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}"
        )
        with socket.create_connection((url.hostname, url.port)) as connection:
            connection.sendall(request.encode())
            connection.recv(100)
    assert not [record for record in caplog.records if record.levelno > logging.DEBUG]


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_a_reset_throws_nothing_away_that_was_sent_before(ask, text_of, tls, trusted, secure):
    with LocalBedrock(tls=tls if secure else None, delivery="bytes") as endpoint:
        client = endpoint.client(verify=trusted if secure else None)
        for _ in range(10):
            said = []
            with pytest.raises(ProtocolError):
                said.extend(client.converse_stream(**ask("local.fault-reset-v1:0"))["stream"])
            assert text_of(said) == PARTIAL_TEXT
