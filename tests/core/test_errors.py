import traceback

import pytest

from bedrock_nb.core.errors import FAMILY, BedrockError, NoCredentials, Throttled, error_from_dict


@pytest.mark.parametrize("kind", FAMILY.values())
def test_every_error_is_flat_and_comes_back_from_a_dict(kind):
    assert kind is BedrockError or kind.__bases__ == (BedrockError,)
    error = kind("What happened.", code="Code", request_id="r-1")
    assert error_from_dict(error.to_dict()) == error
    assert type(error_from_dict(error.to_dict())) is kind


def test_an_error_of_a_kind_to_come_is_still_an_error():
    error = error_from_dict({"kind": "NovelError", "message": "m", "code": "c"})
    assert (type(error), error.code, error.retryable) == (BedrockError, "c", False)


def test_errors_are_values():
    assert Throttled("a") == Throttled("a")
    assert hash(Throttled("a")) == hash(Throttled("a"))
    assert Throttled("a") != Throttled("b")
    assert Throttled("a") != "a"


def test_a_notebook_shows_what_happened_and_what_to_do_and_no_traceback():
    assert NoCredentials("None were found.")._render_traceback_() == [
        "NoCredentials: None were found.",
        NoCredentials.advice_text,
    ]
    assert Throttled("Slow.", code="ThrottlingException", request_id="r-1", advice="")._render_traceback_() == [
        "ThrottlingException: Slow. (request r-1)"
    ]


def test_a_plain_traceback_ends_with_what_to_do():
    told = "".join(traceback.format_exception_only(Throttled("Slow.")))
    assert told.endswith(f"Throttled: Slow.\n{Throttled.advice_text}\n")
    assert str(BedrockError("Slow.")) == "Slow."


def test_what_is_kept_of_an_error_has_its_message_and_its_advice_apart():
    kept = Throttled("Slow.").to_dict()
    assert (kept["message"], kept["advice"]) == ("Slow.", Throttled.advice_text)
    assert Throttled("Slow.").args == ("Slow.",)


def test_what_may_pass_is_retryable():
    retryable = {name for name, kind in FAMILY.items() if kind.retryable}
    assert retryable == {
        *("ConnectionCut", "CorruptFrame", "EndpointUnreachable", "IncompleteResponse", "ModelFailed"),
        *("ModelNotReady", "ModelTimeout", "ServiceUnavailable", "Stalled", "Throttled"),
    }
