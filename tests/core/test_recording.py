import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from bedrock_nb.core.errors import BedrockError, ConnectionCut, IncompleteResponse, InvalidInput, Stopped
from bedrock_nb.core.event_log import EventLog
from bedrock_nb.core.recording import Recording
from wires import END_TURN, HELLO, START, a_thousand_times, stop, text, timed_lists, tool_input, tool_start, wire_lists

MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_recording_of_somebody_elses_events_knows_no_times():
    recording = Recording.from_events(iter(HELLO), request={"modelId": "us.amazon.nova-lite-v1:0"})
    assert (recording.text, recording.complete, recording.model) == ("Hello", True, "us.amazon.nova-lite-v1:0")
    assert (recording.metrics.time_to_first_event, recording.metrics.duration, recording.ended_at) == (None, None, None)
    assert recording.metrics.latency_ms == 100


@pytest.mark.parametrize("strange", [[5], "messageStart", {"messageStart": {}}, [("soon", {})], [(0.1,)], [None]])
def test_what_is_no_event_is_refused(strange):
    with pytest.raises(InvalidInput, match="is no event"):
        Recording.from_events(strange)


def test_times_are_measured_from_the_request():
    events = [(0.25, START), (0.5, text(0, "a")), (2.5, END_TURN), (2.5, HELLO[-1])]
    metrics = Recording.from_events(events, started_at=MOMENT).metrics
    assert (metrics.time_to_first_event, metrics.time_to_first_text, metrics.duration) == (0.25, 0.5, 2.5)
    assert metrics.tokens_per_second == 2 / 2.25


def test_times_that_no_clock_measures_give_no_rate():
    metrics = Recording.from_events([(0.25, START), (10**400, END_TURN), (10**400, HELLO[-1])]).metrics
    assert metrics.tokens_per_second is None


@given(timed_lists)
def test_a_recording_of_a_log_is_that_of_its_events(events):
    recording, same = Recording(EventLog(events), id="r"), Recording(tuple(events), id="r")
    assert (recording.turn, recording.metrics) == (same.turn, same.metrics)
    assert (recording.wire_events, recording.events) == (tuple(events), same.events)
    assert recording.wire_events is recording.wire_events
    assert recording == same == pickle.loads(pickle.dumps(recording)) == replace(recording, id="r")


def test_the_duration_of_the_call_counts_where_it_is_known():
    recording = Recording.from_events([(0.25, START)], started_at=MOMENT, duration=9.0)
    assert recording.metrics.duration == 9.0
    assert recording.ended_at == MOMENT + timedelta(seconds=9)


def test_an_error_is_raised_with_all_that_came():
    failure = ConnectionCut("cut")
    recording = Recording.from_events(HELLO[:2], failure=failure)
    with pytest.raises(ConnectionCut) as caught:
        recording.raise_for_error()
    assert caught.value.recording is recording
    assert recording.complete is False


def test_what_went_well_is_not_raised():
    recording = Recording.from_events(HELLO)
    assert recording.raise_for_error() is recording


def test_a_stop_by_the_reader_is_told():
    assert Recording(failure=Stopped("The call was stopped.")).stopped
    assert not Recording().stopped
    assert isinstance(Recording().error, IncompleteResponse)


def test_the_error_of_a_stream_exception_knows_its_request():
    recording = Recording.from_events([{"validationException": {"message": "no"}}], response={"request_id": "r-1"})
    assert recording.error.request_id == "r-1"


@pytest.mark.parametrize(
    ("messages", "expected"),
    [([], None), ([{"role": "assistant", "content": []}], None), ([{"role": "user", "content": [1]}], [1])],
)
def test_the_users_message_is_the_last_of_the_request(messages, expected):
    message = Recording(request={"messages": messages}).user_message
    assert message == (expected and {"role": "user", "content": expected})


def test_the_provider_is_told_by_the_id_or_by_the_prompt_routers_trace():
    assert Recording(request={"modelId": "eu.anthropic.claude-x"}).provider == "anthropic"
    routed = {"metadata": {"trace": {"promptRouter": {"invokedModelId": "arn:aws:bedrock:r::foundation-model/meta.x"}}}}
    arn = "arn:aws:bedrock:us-east-1:111122223333:prompt-router/abc"
    assert Recording.from_events([routed], request={"modelId": arn}).provider == "meta"
    assert Recording(request={"modelId": arn}).provider is None


def test_calls_are_answered_by_their_ids():
    recording = Recording.from_events(
        [tool_start(0, "a", "t1"), stop(0), tool_start(1, "b", "t2"), tool_input(1, "{}"), stop(1)]
    )
    parts = recording.answer_calls({"t2": {"x": 1}})["content"]
    assert parts[0]["toolResult"]["status"] == "error"
    assert parts[1] == {"toolResult": {"toolUseId": "t2", "content": [{"json": {"x": 1}}]}}
    with pytest.raises(InvalidInput, match="Did you mean `t1`"):
        recording.answer_calls({"t1x": 1})


@a_thousand_times
@given(wire_lists)
def test_any_events_give_a_recording_that_answers_everything(wires):
    recording = Recording.from_events(wires)
    assert recording.complete is (recording.error is None)
    assert recording.error is None or isinstance(recording.error, BedrockError)
    assert recording.message is None or recording.message["content"]
    _ = (recording.text, recording.reasoning, recording.tool_calls, recording.citations, recording.images)
    _ = (recording.stop_reason, recording.usage, recording.metrics, recording.provider, recording.user_message)


def test_what_was_worked_out_is_not_pickled_but_worked_out_again():
    recording = Recording.from_events(HELLO)
    fresh = pickle.dumps(recording)
    _ = (recording.turn, recording.events, recording.metrics)
    assert pickle.dumps(recording) == fresh
    assert pickle.loads(fresh).turn == recording.turn


def test_the_request_stays_as_it_was_sent():
    message = {"role": "user", "content": [{"text": "Hi"}]}
    request = {"modelId": "a.b", "messages": [message]}
    recording = Recording.from_events(HELLO, request=request)
    request["messages"].append({"role": "assistant", "content": []})
    message["content"].append({"text": "more"})
    assert recording.user_message == {"role": "user", "content": [{"text": "Hi"}]}


def test_a_recording_can_be_pickled_with_its_error():
    recording = Recording.from_events(HELLO[:2], failure=ConnectionCut("cut", advice="again"))
    assert recording.error.recording is recording
    copy = pickle.loads(pickle.dumps(recording))
    assert copy == recording
    assert copy.error.advice == "again"
