import pytest

from bedrock_nb.core import errors
from bedrock_nb.core.endings import ending_error
from bedrock_nb.core.events import parse
from bedrock_nb.core.turn import fold_all
from wires import END_TURN, START, text


def ending_of(*wires):
    return ending_error(fold_all(map(parse, wires)), "r-1")


def test_a_message_that_came_whole_ended_well():
    assert ending_of(START, text(0, "a"), END_TURN) is None


def test_an_answer_that_breaks_off_is_incomplete():
    assert isinstance(ending_of(START), errors.IncompleteResponse)
    assert ending_of().request_id == "r-1"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("internalServerException", errors.ServiceUnavailable),
        ("modelStreamErrorException", errors.ModelFailed),
        ("serviceUnavailableException", errors.ServiceUnavailable),
        ("throttlingException", errors.Throttled),
        ("validationException", errors.InvalidRequest),
        ("novelException", errors.ServiceError),
    ],
)
def test_an_exception_of_the_stream_is_named(name, kind):
    error = ending_of({name: {"message": "It said so."}})
    assert (type(error), error.code, error.message) == (kind, name, "It said so.")


def test_what_the_model_itself_said_is_told():
    error = ending_of({"modelStreamErrorException": {"originalStatusCode": 424, "originalMessage": "Out of memory."}})
    assert error.message == (
        "The service ended the response with modelStreamErrorException. The model said (424): Out of memory."
    )


def test_an_exception_after_the_message_stop_still_counts():
    assert isinstance(ending_of(END_TURN, {"throttlingException": {"message": "m"}}), errors.Throttled)
