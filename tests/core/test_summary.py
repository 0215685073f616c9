import pytest

import wires
from bedrock_nb.core.errors import ConnectionCut, Stopped
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.summary import RunState, prompt_of, summary_of


@pytest.mark.parametrize(
    ("events", "failure", "state"),
    [
        (wires.HELLO, None, RunState.COMPLETE),
        (wires.HELLO[:3], None, RunState.INCOMPLETE),
        (wires.HELLO[:3], Stopped("stopped"), RunState.STOPPED),
        (wires.HELLO[:3], ConnectionCut("cut"), RunState.FAILED),
        ([*wires.HELLO[:3], {"throttlingException": {"message": "slow down"}}], None, RunState.FAILED),
    ],
)
def test_the_state_of_a_run_says_how_it_ended(events, failure, state):
    assert summary_of(Recording.from_events(events, failure=failure)).state == state


def test_the_prompt_is_the_last_text_of_the_user_and_no_tool_result():
    messages = [
        {"role": "user", "content": [{"text": "first"}]},
        {"role": "user", "content": [{"text": "look"}, {"image": {}}, {"text": "closely"}]},
        {"role": "assistant", "content": [{"text": "no"}]},
        {"role": "user", "content": [{"toolResult": {"toolUseId": "t", "content": [{"text": "result"}]}}]},
    ]

    assert prompt_of({"messages": messages}) == "look\n\nclosely"


@pytest.mark.parametrize("messages", [None, "text", [None], [{"role": "user"}], [{"role": "user", "content": [1]}]])
def test_a_request_of_another_shape_has_no_prompt(messages):
    assert prompt_of({"messages": messages}) == ""


def test_a_summary_has_the_tokens_and_times_of_the_call():
    usage = wires.usage(3, 2, cacheDetails=[{"ttl": "1h", "inputTokens": 7}, {"ttl": "5m", "inputTokens": 1}])
    events = [(0.5, wires.START), (0.75, wires.text(0, "Hi")), (1.5, wires.END_TURN), (2.5, usage)]
    request = {"modelId": "m", "serviceTier": {"type": "flex"}}

    summary = summary_of(Recording.from_events(events, request=request, duration=3.0))

    assert (summary.input_tokens, summary.output_tokens, summary.cache_write_1h_tokens) == (3, 2, 7)
    assert (summary.time_to_first_event, summary.time_to_first_text, summary.duration) == (0.5, 0.75, 3.0)
    assert (summary.tokens_per_second, summary.latency_ms, summary.service_tier) == (1.0, 100, "flex")
