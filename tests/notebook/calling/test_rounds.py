from types import SimpleNamespace

import pytest

from bedrock_nb.core.errors import Stopped, Throttled
from bedrock_nb.notebook.calling.rounds import Round
from bedrock_nb.notebook.keeping.recording import Recording

WHOLE = [{"messageStart": {"role": "assistant"}}, {"messageStop": {"stopReason": "tool_use"}}]


def stream(*, done=True, **recording):
    made = Recording.from_events(WHOLE, **recording)
    return SimpleNamespace(
        done=done, recording=made, request={"a": 1}, response={"b": 2}, turn=made.turn, event_count=2, elapsed=1.5
    )


def of(*streams, done=False, error=None):
    """The rounds of an exchange."""
    whole = SimpleNamespace(done=done, error=error, calls=(), cancelled=0)
    whole.cancel = lambda: setattr(whole, "cancelled", whole.cancelled + 1)
    whole.calls = tuple(Round(each, whole) for each in streams)
    return whole


def test_it_shows_its_stream():
    [shown] = of(stream()).calls
    assert (shown.request, shown.response, shown.event_count, shown.elapsed) == ({"a": 1}, {"b": 2}, 2, 1.5)
    assert shown.turn.stop_reason == "tool_use"


@pytest.mark.parametrize(
    ("streams", "over", "done"),
    [
        ([stream(done=False)], False, [False]),
        ([stream()], False, [False]),
        ([stream()], True, [True]),
        ([stream(), stream(done=False)], False, [True, False]),
        ([stream(), stream()], False, [True, False]),
    ],
)
def test_it_is_done_once_the_next_one_has_begun_or_all_is_over(streams, over, done):
    assert [each.done for each in of(*streams, done=over).calls] == done


def test_the_last_one_says_what_ended_the_exchange():
    error = Stopped("while a tool ran")
    first, last = of(stream(), stream(), done=True, error=error).calls
    assert first.recording.error is None
    assert last.recording.failure is error


def test_its_own_error_comes_first():
    own = Throttled("slow down")
    [shown] = of(stream(failure=own), done=True, error=Stopped("x")).calls
    assert shown.recording.error is own


def test_to_cancel_it_is_to_cancel_the_exchange():
    whole = of(stream(), stream())
    whole.calls[0].cancel()
    assert whole.cancelled == 1
