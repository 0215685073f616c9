import json

import bedrock_nb as bnb
from bedrock_nb.local import LocalBedrock


def weather(city: str) -> str:
    """The weather of a city."""
    return f"Sun over {city}."


def test_the_value_of_an_exchange_shows_all_its_rounds():
    with LocalBedrock() as endpoint:
        answer = bnb.converse(
            "What is the weather?",
            model="local.scripted-tools-v1:0",
            tools=[weather],
            endpoint_url=endpoint.url,
            no_history=True,
        )
    assert [round_.stop_reason for round_ in answer.rounds] == ["tool_use", "end_turn"]
    assert answer.rounds[-1] is answer
    shown = answer._repr_mimebundle_()
    assert "Sun over" in shown["text/plain"]
    assert "weather" in shown["text/plain"]
    (recording_type,) = (mime for mime in shown if "recording" in mime)
    assert len(shown[recording_type]["recordings"]) == 2
    json.dumps(shown, allow_nan=False)


def test_a_single_call_is_its_own_only_round():
    recording = bnb.Recording.from_events([{"messageStop": {"stopReason": "end_turn"}}])
    assert recording.rounds == (recording,)
