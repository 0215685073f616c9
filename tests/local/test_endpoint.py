import base64
import json
import socket
import ssl
import subprocess
import sys
import threading
from contextlib import closing
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError
from hypothesis import given, settings
from hypothesis import strategies as st

from bedrock_nb.local import LocalBedrock, Pause, Stall, event_frame
from bedrock_nb.local.connection import Connection

ONE_TRY = Config(retries={"total_max_attempts": 1}, read_timeout=5)
START = {"messageStart": {"role": "assistant"}}
STOP = {"messageStop": {"stopReason": "end_turn"}}


def without_bytes(value):
    """The value with bytes in the form that the captures' JSON has."""
    if isinstance(value, bytes):
        return {"__b64__": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: without_bytes(item) for key, item in value.items()}
    return [without_bytes(item) for item in value] if isinstance(value, list) else value


def test_it_listens_on_loopback_and_says_where():
    with LocalBedrock() as endpoint:
        assert endpoint.url.startswith("http://127.0.0.1:")
        assert endpoint.start() is endpoint


def test_it_must_be_started():
    with pytest.raises(RuntimeError, match="with LocalBedrock"):
        _ = LocalBedrock().url


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.1", "example.com", "::", ""])
def test_it_serves_this_machine_only(host):
    with pytest.raises(ValueError, match="this machine only"):
        LocalBedrock(host=host)


def test_it_can_listen_on_ipv6():
    with LocalBedrock(host="::1") as endpoint:
        assert endpoint.url.startswith("http://[::1]:")
        assert endpoint.client("bedrock").list_foundation_models()["modelSummaries"]


@pytest.mark.parametrize("options", [{"pace": -1}, {"delivery": "pigeon"}])
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(ValueError, match=r"pace|pigeon"):
        LocalBedrock(**options)


def test_it_can_be_started_again():
    endpoint = LocalBedrock()
    for _ in range(2):
        with endpoint:
            assert endpoint.client("bedrock").list_foundation_models()["modelSummaries"]
    endpoint.close()


def test_requests_are_kept_as_they_came(ask):
    with LocalBedrock() as endpoint:
        endpoint.client().converse(**ask("local.scripted-echo-v1:0", "Grüße {{x}} $HOME"))
        [request] = endpoint.requests
    assert (request.method, request.path) == ("POST", "/model/local.scripted-echo-v1%3A0/converse")
    assert request.model_id == "local.scripted-echo-v1:0"
    assert request.body == {"messages": [{"role": "user", "content": [{"text": "Grüße {{x}} $HOME"}]}]}
    assert json.loads(request.raw_body) == request.body
    assert "authorization" not in request.headers


@settings(max_examples=30)
@given(st.text(min_size=1).filter(str.strip))
def test_any_prompt_arrives_and_comes_back_as_it_was(shared_endpoint, client, text):
    text = text.encode("utf-8", "replace").decode()
    request = {"modelId": "local.scripted-echo-v1:0", "messages": [{"role": "user", "content": [{"text": text}]}]}
    answer = client.converse(**request)["output"]["message"]["content"]
    assert shared_endpoint.requests[-1].body["messages"] == request["messages"]
    assert answer == [{"text": text}]


def test_the_environment_points_boto3_at_it(monkeypatch, ask):
    with LocalBedrock() as endpoint:
        for name, value in endpoint.environment.items():
            monkeypatch.setenv(name, value)
        client = boto3.client("bedrock-runtime")
        assert client.converse(**ask("local.scripted-echo-v1:0"))["stopReason"] == "end_turn"
        assert boto3.client("bedrock").list_foundation_models()["modelSummaries"]
        client.close()


def test_its_client_minds_no_setting_of_the_machine(monkeypatch, ask):
    monkeypatch.setenv("AWS_PROFILE", "missing")
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "token")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://127.0.0.1:9")
    with LocalBedrock() as endpoint:
        assert endpoint.client().converse(**ask("local.scripted-echo-v1:0"))["stopReason"] == "end_turn"


def test_models_are_listed_page_by_page():
    with LocalBedrock() as endpoint:
        pages = (
            endpoint.client("bedrock")
            .get_paginator("list_inference_profiles")
            .paginate(PaginationConfig={"PageSize": 9})
        )
        profiles = [profile for page in pages for profile in page["inferenceProfileSummaries"]]
        assert len(profiles) > 9
        assert profiles[0]["createdAt"].year == 2026
        assert len(endpoint.requests) > 1


def test_tokens_are_counted(client, ask):
    request = ask("local.scripted-echo-v1:0", "x" * 400)
    counted = client.count_tokens(modelId=request["modelId"], input={"converse": {"messages": request["messages"]}})
    assert counted["inputTokens"] == client.converse(**request)["usage"]["inputTokens"] == 100


def test_an_unknown_model_gets_the_error_of_the_service(client, ask):
    with pytest.raises(ClientError, match="The provided model identifier is invalid"):
        client.converse_stream(**ask("us.anthropic.claude-sonnet-4-20250514-v1:0"))


def test_whatever_is_given_can_be_played(client, shared_endpoint, ask, received):
    first = shared_endpoint.play([START, event_frame({"messageStop": {"stopReason": "end_turn"}})])
    second = shared_endpoint.play([START], "my.model")
    assert received(client.converse_stream(**ask(first)))[0] == [START, STOP]
    assert received(client.converse_stream(**ask(second)))[0] == [START]
    assert second == "my.model"


@pytest.mark.parametrize("delivery", ["frames", "bytes", "whole"])
def test_captured_responses_are_served_as_they_were(capture, delivery, ask, received):
    with LocalBedrock(delivery=delivery) as endpoint:
        model = endpoint.play([capture.read_bytes()])
        events, error = received(endpoint.client(config=ONE_TRY).converse_stream(**ask(model)))
    assert error is None
    assert without_bytes(events) == json.loads(capture.with_suffix(".json").read_text())


def test_captured_responses_can_be_had_in_one_answer(capture, client, shared_endpoint, ask):
    stop = json.loads(capture.with_suffix(".json").read_text())[-2]["messageStop"]
    answer = client.converse(**ask(shared_endpoint.play([capture.read_bytes()])))
    assert answer["stopReason"] == stop["stopReason"]
    assert answer["output"]["message"]["content"]


@pytest.mark.parametrize("delivery", ["frames", "bytes", "whole"])
def test_every_delivery_gives_the_same_events(delivery, ask, received):
    with LocalBedrock(delivery=delivery) as endpoint:
        events, error = received(endpoint.client().converse_stream(**ask("local.scripted-quickstart-v1:0")))
    assert error is None
    assert [next(iter(event)) for event in events[-2:]] == ["messageStop", "metadata"]


def test_an_event_is_sent_before_the_next_is_made(ask):
    """The script goes on only after its reader has had what it said before."""
    may_go_on = threading.Event()

    def script(_request):
        yield START
        assert may_go_on.wait(5)
        yield STOP

    with LocalBedrock() as endpoint:
        endpoint.add("local.waiting", script)
        response = endpoint.client(config=ONE_TRY).converse_stream(**ask("local.waiting"))
        with closing(response["stream"]) as stream:
            events = iter(stream)
            assert next(events) == START
            may_go_on.set()
            assert next(events) == STOP


def test_the_pace_lies_between_two_events_and_not_before_the_first(monkeypatch, ask, received):
    waits = []
    monkeypatch.setattr(Connection, "_wait", lambda _self, seconds: waits.append(seconds))
    with LocalBedrock(pace=0.25) as endpoint:
        model = endpoint.play([Pause(3), START, STOP, STOP])
        received(endpoint.client().converse_stream(**ask(model)))
    assert waits == [3, 0, 0.25, 0.25]


@pytest.mark.parametrize("as_paths", [False, True])
def test_tls(authority, tls, trusted, tmp_path, ask, received, as_paths):
    if as_paths:
        certificate = authority.issue_cert("127.0.0.1")
        certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
        certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
        tls = (tmp_path / "cert.pem", tmp_path / "key.pem")
    with LocalBedrock(tls=tls) as endpoint:
        assert endpoint.url.startswith("https://")
        client = endpoint.client(verify=trusted)
        events, error = received(client.converse_stream(**ask("local.scripted-default-v1:0")))
    assert error is None
    assert events[-2] == STOP


def test_a_client_that_does_not_trust_the_certificate_disturbs_no_one(tls, trusted, ask, caplog):
    with LocalBedrock(tls=tls) as endpoint:
        with pytest.raises(Exception, match="CERTIFICATE_VERIFY_FAILED"):
            endpoint.client(config=ONE_TRY).converse(**ask("local.scripted-echo-v1:0"))
        assert endpoint.client(verify=trusted).converse(**ask("local.scripted-echo-v1:0"))
    assert not caplog.records


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize(
    "steps",
    [[START, Stall()], [Stall()], [START, Pause(3600), STOP], [Pause(3600)], [START] * 100_000],
    ids=["stalled", "silent", "paused", "late", "flooding"],
)
def test_closing_ends_every_thread_and_every_connection(steps, secure, tls, trusted, ask):
    before = set(threading.enumerate())
    endpoint = LocalBedrock(tls=tls if secure else None).start()
    url = urlsplit(endpoint.url)
    with socket.create_connection((url.hostname, url.port), timeout=5) as connection:
        wrapped = connection
        if secure:
            wrapped = ssl.create_default_context(cafile=trusted).wrap_socket(connection, server_hostname="127.0.0.1")
        body = json.dumps({"messages": ask("any")["messages"]})
        model = endpoint.play(steps)
        head = f"POST /model/{model}/converse-stream HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        wrapped.sendall((head + body).encode())
        if steps[0] == START:
            assert wrapped.recv(10)
        endpoint.close()
        assert set(threading.enumerate()) <= before
        wrapped.close()
    with pytest.raises(ConnectionError), socket.create_connection((url.hostname, url.port), timeout=5):
        pass


def test_closing_ends_idle_connections_too(ask):
    before = set(threading.enumerate())
    with LocalBedrock() as endpoint:
        url = urlsplit(endpoint.url)
        with socket.create_connection((url.hostname, url.port)) as idle:
            endpoint.client().converse(**ask("local.scripted-echo-v1:0"))
            endpoint.close()
            assert idle.recv(1) == b""
    assert set(threading.enumerate()) <= before


def test_a_script_that_does_not_end_is_told_of_and_left_alone(ask, monkeypatch, caplog):
    monkeypatch.setattr("bedrock_nb.local.listener.PATIENCE", 0.01)
    asked, let_go, stuck = threading.Event(), threading.Event(), []

    def stubborn(_request):
        stuck.append(threading.current_thread())
        asked.set()
        let_go.wait(5)
        return []

    endpoint = LocalBedrock().start()
    endpoint.add("local.stubborn", stubborn)
    client = threading.Thread(target=_converse_in_vain, args=(endpoint.client(config=ONE_TRY), ask("local.stubborn")))
    client.start()
    assert asked.wait(5)
    endpoint.close()
    assert "still runs" in caplog.text
    let_go.set()
    for thread in (*stuck, client):
        thread.join(5)
        assert not thread.is_alive()


def _converse_in_vain(client, request):
    with pytest.raises(ConnectionClosedError):
        client.converse(**request)


def test_many_clients_are_served_at_once(ask):
    together = threading.Barrier(5, timeout=5)

    def script(_request):
        together.wait()
        return [START, STOP]

    with LocalBedrock() as endpoint:
        endpoint.add("local.together", script)
        client = endpoint.client()
        threads = [threading.Thread(target=client.converse, kwargs=ask("local.together")) for _ in range(4)]
        for thread in threads:
            thread.start()
        together.wait()
        for thread in threads:
            thread.join()
        assert len(endpoint.requests) == 4


def test_boto3_is_loaded_by_the_first_client():
    code = "import sys, bedrock_nb.local; raise SystemExit('boto3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
