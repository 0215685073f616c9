import threading
import traceback

import pytest

import wires
from bedrock_nb.core.errors import BedrockError, InvalidInput
from bedrock_nb.notebook.calling.calls import stream
from bedrock_nb.notebook.calling.same_again import earlier_answer, origin
from bedrock_nb.notebook.keeping.history import last
from bedrock_nb.notebook.keeping.recorder import HistoryWarning, recorded, settle
from bedrock_nb.store.location import VARIABLE
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.source import converse_stream
from histories import made

USER = [{"role": "user", "content": [{"text": "Why?"}]}]


@pytest.fixture
def connection(served):
    return Connection(endpoint_url=served.url, region="us-east-1")


def asked(connection, request):
    stream = recorded(converse_stream(connection, request), request, connection=connection)
    recording = stream.result()
    settle(5)
    return recording


def test_an_identical_request_is_answered_with_no_call(served, connection):
    request = {"modelId": served.play(wires.HELLO), "messages": USER, "inferenceConfig": {"temperature": 0}}
    recording = asked(connection, request)
    calls = len(served.requests)

    same = {"inferenceConfig": {"temperature": 0.0}, "messages": USER, "modelId": request["modelId"]}
    assert earlier_answer(same, connection) == recording
    assert earlier_answer(same | {"requestMetadata": {"try": "2"}}, connection) == recording
    assert len(served.requests) == calls


def test_an_answer_has_its_request_in_full_so_that_it_can_be_sent_again(served, connection):
    place = {"s3Location": {"uri": "s3://sagemaker-us-east-1-123456789012/k.png", "bucketOwner": "123456789012"}}
    image = {"image": {"format": "png", "source": place}}
    request = {"modelId": served.play(wires.HELLO), "messages": [{"role": "user", "content": [image, {"text": "?"}]}]}
    recording = asked(connection, request | {"requestMetadata": {"try": "1"}})

    again = earlier_answer(request | {"requestMetadata": {"try": "2"}}, connection)
    assert again == recording
    again.request["messages"].clear()
    assert request["messages"]


def test_a_masked_request_of_the_history_is_refused_and_sent_when_what_is_masked_is_given_anew(served, connection):
    request = {"modelId": served.play(wires.HELLO), "messages": USER, "requestMetadata": {"owner": "123456789012"}}
    asked(connection, request)
    calls, kept = len(served.requests), last().request

    with pytest.raises(InvalidInput, match=r"was not sent.*in requestMetadata\.owner"):
        stream(**kept)
    assert len(served.requests) == calls

    assert asked(connection, {**kept, "requestMetadata": request["requestMetadata"]}).complete


def test_another_request_or_endpoint_is_not_answered(served, connection):
    request = {"modelId": served.play(wires.HELLO), "messages": USER}
    asked(connection, request)

    assert earlier_answer(request | {"system": [{"text": "Be brief."}]}, connection) is None
    elsewhere = Connection(endpoint_url="http://127.0.0.1:9", region="us-east-1")
    assert earlier_answer(request, elsewhere) is None


def test_the_newer_answer_replaces_the_older(served, connection):
    model = served.play(wires.HELLO)
    request = {"modelId": model, "messages": USER}
    asked(connection, request)
    served.play([wires.START, wires.text(0, "newer"), wires.END_TURN], model)
    asked(connection, request)

    assert earlier_answer(request, connection).text == "newer"


@pytest.mark.parametrize(
    "events", [wires.HELLO[:3], [wires.START, {"throttlingException": {"message": "no"}}]], ids=["incomplete", "failed"]
)
def test_what_is_not_complete_never_answers(served, connection, events):
    request = {"modelId": served.play(events), "messages": USER}
    assert not asked(connection, request).complete

    assert earlier_answer(request, connection) is None


def test_neither_a_running_nor_a_stopped_call_answers(served, connection):
    request = {"modelId": served.play(wires.HELLO), "messages": USER}
    go_on = threading.Event()
    source = converse_stream(connection, request)

    def opened(interrupt):
        response = source(interrupt)
        go_on.wait(10)
        return response

    stream = recorded(opened, request, connection=connection)
    assert earlier_answer(request, connection) is None
    stream.cancel()
    settle(5)
    go_on.set()
    assert earlier_answer(request, connection) is None


def test_with_the_history_off_the_error_says_so(connection, monkeypatch):
    monkeypatch.setenv(VARIABLE, "off")

    with pytest.raises(InvalidInput, match="switched off"):
        earlier_answer({"modelId": "m"}, connection)


def test_a_history_that_cannot_be_read_has_no_answer_and_one_warning(connection, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path))  # a folder, where a file should be

    with pytest.warns(HistoryWarning, match="The model is asked instead"):
        assert earlier_answer({"modelId": "m"}, connection) is None
    assert earlier_answer({"modelId": "m"}, connection) is None


def test_an_answer_from_the_history_says_when_it_was_recorded():
    assert origin(made()).startswith("From the recording of ")
    assert "November 2026" in origin(made())
    assert origin(made(started_at=None)) == "From a recording."


def test_where_a_call_would_go_is_told_without_its_password():
    elsewhere = Connection(endpoint_url="me:hunter2@host", region="us-east-1")
    with pytest.raises(BedrockError) as raised:
        earlier_answer({"modelId": "m"}, elsewhere)
    assert "hunter2" not in "".join(traceback.format_exception(raised.value))
