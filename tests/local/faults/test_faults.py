"""Every fault through real boto3: each shows as what it is, where it says, with what it had said before."""

import http.client
import json
import threading
from contextlib import closing

import pytest
from botocore.config import Config
from botocore.eventstream import ChecksumMismatch
from botocore.exceptions import ClientError, ConnectionClosedError, EventStreamError, ReadTimeoutError
from urllib3.exceptions import ProtocolError
from urllib3.exceptions import ReadTimeoutError as StreamReadTimeoutError

from bedrock_nb.local import FAULTS, LocalBedrock, When
from bedrock_nb.local.faults import PARTIAL_TEXT, WHOLE_TEXT

BY_NAME = {fault.name: fault for fault in FAULTS}
ONE_TRY = Config(retries={"total_max_attempts": 1})
IMPATIENT = Config(retries={"total_max_attempts": 1}, read_timeout=1)
MUTE = {"cut-before-headers": ConnectionClosedError, "silent": ReadTimeoutError}
BROKEN = {
    "cut": ProtocolError,
    "cut-mid-frame": ProtocolError,
    "reset": ProtocolError,
    "stall": StreamReadTimeoutError,
    "bad-crc": ChecksumMismatch,
    "bad-prelude-crc": ChecksumMismatch,
    "no-message-stop": None,
    "half-frame": None,
    "empty-body": None,
}


def those(when, *, but=()):
    chosen = [fault for fault in FAULTS if fault.when is when and fault.name not in but]
    return pytest.mark.parametrize("fault", chosen, ids=lambda fault: fault.name)


@pytest.fixture
def impatient(shared_endpoint):
    return shared_endpoint.client(config=IMPATIENT)


@those(When.BEFORE_HEADERS, but=MUTE)
def test_an_error_before_the_headers_has_its_code_and_status(fault, client, ask):
    with pytest.raises(ClientError) as caught:
        client.converse_stream(**ask(fault.model_id))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == fault.status
    assert caught.value.response["ResponseMetadata"]["RequestId" if fault.code else "HTTPHeaders"]
    assert caught.value.response["Error"]["Code"] == (fault.code or str(fault.status))
    assert caught.value.response["Error"]["Message"]


@pytest.mark.parametrize(("name", "error"), MUTE.items())
def test_no_answer_at_all(name, error, impatient, ask):
    with pytest.raises(error):
        impatient.converse_stream(**ask(BY_NAME[name].model_id))


@those(When.MID_STREAM, but=BROKEN)
def test_an_exception_frame_is_raised_where_it_comes(fault, client, ask, received, text_of):
    events, error = received(client.converse_stream(**ask(fault.model_id)))
    assert isinstance(error, EventStreamError)
    assert error.response["Error"]["Code"] == ("" if fault.name == "stream-unknown-exception" else fault.code)
    assert text_of(events) == fault.text


@pytest.fixture(scope="module")
def secure_endpoint(tls):
    with LocalBedrock(tls=tls) as endpoint:
        yield endpoint


@pytest.mark.parametrize("over", ["shared_endpoint", "secure_endpoint"])
@pytest.mark.parametrize(("name", "error_class"), BROKEN.items())
def test_a_broken_stream_breaks_as_it_says(name, error_class, over, trusted, request, ask, received, text_of):
    fault = BY_NAME[name]
    config = IMPATIENT if name == "stall" else ONE_TRY
    reader = request.getfixturevalue(over).client(config=config, verify=trusted)
    events, error = received(reader.converse_stream(**ask(fault.model_id)))
    assert error is None if error_class is None else isinstance(error, error_class)
    assert text_of(events) == fault.text
    assert not any("messageStop" in event for event in events)


@those(When.NEVER)
def test_an_odd_answer_is_whole(fault, client, ask, received, text_of):
    events, error = received(client.converse_stream(**ask(fault.model_id)))
    assert error is None
    assert any("messageStop" in event for event in events)
    assert text_of(events) == fault.text


@those(When.MID_STREAM, but=BROKEN)
def test_over_converse_an_exception_frame_is_an_http_error(fault, ask):
    with LocalBedrock() as endpoint, pytest.raises(ClientError) as caught:
        endpoint.client(config=ONE_TRY).converse(**ask(fault.model_id))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] >= 400


def test_every_error_that_the_service_models_is_among_them(client):
    modelled = client.meta.service_model.operation_model("ConverseStream").error_shapes
    codes = {fault.code for fault in FAULTS if fault.when is When.BEFORE_HEADERS}
    assert {shape.name for shape in modelled} <= codes


def test_every_exception_of_the_stream_is_among_them(client):
    members = client.meta.service_model.operation_model("ConverseStream").output_shape.members["stream"].members
    exceptions = {name for name, shape in members.items() if shape.metadata.get("exception")}
    assert len(exceptions) == 5
    assert exceptions <= {fault.code for fault in FAULTS if fault.when is When.MID_STREAM}


def test_names_are_known_once_and_explained():
    assert len(BY_NAME) == len(FAULTS)
    assert all(fault.summary for fault in FAULTS)


def test_on_demand_throughput_is_to_be_had_through_a_profile(client, ask):
    fault = BY_NAME["on-demand"]
    with pytest.raises(ClientError, match=f"Invocation of model ID {fault.model_id} with on-demand throughput isn"):
        client.converse(**ask(fault.model_id))
    arn = f"arn:aws:bedrock:us-east-1:000000000000:inference-profile/eu.{fault.model_id}"
    for profile in (f"us.{fault.model_id}", arn):
        assert client.converse(**ask(profile))["output"]["message"]["content"] == [{"text": WHOLE_TEXT}]


@pytest.mark.parametrize(("name", "failures"), [("flaky", 1), ("flaky-twice", 2)])
def test_a_flaky_model_answers_in_the_end(name, failures, ask, received, text_of):
    with LocalBedrock() as endpoint:
        client = endpoint.client()
        for prompt in ("one", "two"):
            tries = [
                received(client.converse_stream(**ask(BY_NAME[name].model_id, prompt))) for _ in range(failures + 1)
            ]
            assert [error is None for _, error in tries] == [False] * failures + [True]
            assert text_of(tries[0][0]) == ""
            assert text_of(tries[-1][0]) == WHOLE_TEXT


def test_the_throttled_are_tried_again_by_botocore(ask):
    config = Config(retries={"mode": "standard", "total_max_attempts": 2})
    with LocalBedrock() as endpoint:
        with pytest.raises(ClientError, match="reached max retries: 1"):
            endpoint.client(config=config).converse(**ask(BY_NAME["throttling"].model_id))
        assert len(endpoint.requests) == 2


def test_a_stall_ends_when_the_client_goes_away(ask):
    before = set(threading.enumerate())
    with LocalBedrock() as endpoint:
        response = endpoint.client().converse_stream(**ask(BY_NAME["stall"].model_id))
        with closing(response["stream"]) as stream:
            events = iter(stream)
            for _ in PARTIAL_TEXT:
                if "contentBlockDelta" in next(events):
                    break
            [connection] = [one for one in set(threading.enumerate()) - before if "local connection" in one.name]
        connection.join(5)
        assert not connection.is_alive()


def test_what_the_original_said_is_on_the_wire(shared_endpoint, ask):
    connection = http.client.HTTPConnection(shared_endpoint.url.removeprefix("http://"))
    with closing(connection):
        body = json.dumps({"messages": ask("any")["messages"]})
        connection.request("POST", f"/model/{BY_NAME['stream-model-error'].model_id}/converse-stream", body)
        answer = connection.getresponse().read()
    assert b'"originalMessage":"The scripted weights are out of balance.","originalStatusCode":500' in answer
