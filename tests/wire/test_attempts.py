import pytest

from bedrock_nb.core.errors import AccessDenied, BedrockError, ConnectionCut, ServiceUnavailable, Throttled
from bedrock_nb.core.recording import Recording
from bedrock_nb.wire.attempts import retrying
from bedrock_nb.wire.interrupt import Interrupt
from bedrock_nb.wire.source import OpenResponse
from bedrock_nb.wire.stream import Stream
from wires import END_TURN, HELLO, START, text

BUSY = {"throttlingException": {"message": "Busy."}}


class Attempts:
    """A source that does something else each time: gives these events, or raises this error, before or within."""

    def __init__(self, *attempts):
        self.attempts = list(attempts)
        self.closed = 0

    def __call__(self, interrupt):
        attempt = self.attempts.pop(0)
        if isinstance(attempt, BedrockError):
            raise attempt
        return OpenResponse(self._events(attempt), {"request_id": f"r-{len(self.attempts)}"}, self._close)

    def _events(self, attempt):
        for step in attempt:
            if isinstance(step, Exception):
                raise step
            yield step

    def _close(self):
        self.closed += 1


def recorded(source, retries):
    return Stream(retrying(source, retries, pause=0), {}, recording_type=Recording).result()


def test_a_failure_before_any_content_is_tried_again_and_nobody_sees_it():
    source = Attempts([START, BUSY], [ConnectionResetError()], HELLO)
    recording = recorded(source, 2)
    assert [wire for _, wire in recording.wire_events] == HELLO
    assert recording.complete
    first, second = recording.response["failed_attempts"]
    assert (first["error"]["kind"], first["request_id"], first["events"]) == ("Throttled", "r-2", [START, BUSY])
    assert (second["error"]["kind"], second["events"]) == ("ConnectionCut", [])
    assert source.closed == 3
    assert Recording.from_dict(recording.to_dict()) == recording


@pytest.mark.parametrize("failure", [BUSY, ConnectionResetError()])
def test_a_failure_after_content_is_not_tried_again(failure):
    source = Attempts([START, text(0, ""), failure], HELLO)
    recording = recorded(source, 2)
    assert isinstance(recording.error, Throttled | ConnectionCut)
    assert len(source.attempts) == 1
    assert "failed_attempts" not in recording.response


@pytest.mark.parametrize("failure", [BUSY, ConnectionResetError()])
def test_when_no_attempt_helps_the_last_one_tells_why(failure):
    recording = recorded(Attempts([START, failure], [START, failure]), 1)
    assert isinstance(recording.error, Throttled | ConnectionCut)
    assert recording.wire_events[0][1] == START
    assert len(recording.response["failed_attempts"]) == 1


def test_what_will_not_pass_is_not_tried_again():
    source = Attempts([START, {"validationException": {"message": "m"}}], HELLO)
    assert recorded(source, 2).error.message == "m"
    assert len(source.attempts) == 1


def test_an_empty_body_is_tried_again():
    assert recorded(Attempts([], [START], HELLO), 2).text == "Hello"


def test_before_its_headers_a_first_attempt_is_botocores_to_try_again():
    source = Attempts(Throttled("m"), HELLO)
    assert isinstance(recorded(source, 2).error, Throttled)
    assert len(source.attempts) == 1


@pytest.mark.parametrize(("second", "kind", "left"), [(Throttled("m"), None, 0), (AccessDenied("m"), AccessDenied, 1)])
def test_a_later_attempt_may_fail_before_its_headers_too(second, kind, left):
    source = Attempts([BUSY], second, [START, text(0, "a"), END_TURN])
    recording = recorded(source, 2)
    assert (recording.error and type(recording.error)) is kind
    assert len(source.attempts) == left
    assert recording.response["failed_attempts"]


def test_a_stop_ends_the_pause_before_another_attempt():
    interrupt = Interrupt()
    interrupt.request()
    source = Attempts([BUSY], HELLO)
    response = retrying(source, 1, pause=60)(interrupt)
    assert list(response.arrivals) == [BUSY]
    assert len(source.attempts) == 1


@pytest.mark.parametrize(("fault", "retries"), [("flaky", 1), ("flaky-twice", 2)])
def test_a_flaky_model_answers_in_the_end(local, fault, retries, monkeypatch):
    monkeypatch.setattr("bedrock_nb.wire.stream.retrying", lambda source, count: retrying(source, count, pause=0))
    recording = local.fault(fault, retries=retries, text=f"retried {fault}").raise_for_error()
    assert len(recording.response["failed_attempts"]) == retries
    assert isinstance(local.fault(fault, text=f"once {fault}").result().error, ServiceUnavailable)
