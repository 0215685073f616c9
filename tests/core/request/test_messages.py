import json

import pytest
from hypothesis import given

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.events import parse
from bedrock_nb.core.request.messages import (
    answer_calls,
    assistant_message,
    next_message,
    tool_result,
    tool_result_message,
    user_message,
)
from bedrock_nb.core.turn import fold_all
from bedrock_nb.wire.checking import check_request
from wires import delta, message_stop, redacted, start, stop, text, tool_input, tool_start, wire_lists


def turn_of(*wires):
    return fold_all(map(parse, wires))


def sent_back(*wires):
    message = assistant_message(turn_of(*wires))
    return message and message["content"]


def test_text_with_citations_goes_back_as_cited_text():
    citation = {"title": "T", "location": {"web": {"url": "u"}}, "novel": 1}
    assert sent_back(delta(0, citation=citation), text(0, "so")) == [
        {
            "citationsContent": {
                "content": [{"text": "so"}],
                "citations": [{"title": "T", "location": {"web": {"url": "u"}}}],
            }
        }
    ]


def test_an_image_goes_back_with_its_bytes_or_its_place():
    location = {"uri": "s3://bucket/key"}
    assert sent_back(
        start(0, image={"format": "png"}),
        delta(0, image={"source": {"bytes": b"p"}}),
        start(1, image={"format": "gif"}),
        delta(1, image={"source": {"s3Location": location}}),
        start(2, image={"format": "gif"}),
    ) == [
        {"image": {"format": "png", "source": {"bytes": b"p"}}},
        {"image": {"format": "gif", "source": {"s3Location": location}}},
    ]


def test_a_call_whose_input_was_cut_goes_back_empty_so_that_it_can_be_answered():
    assert sent_back(tool_start(0, "sum"), tool_input(0, '{"a')) == [
        {"toolUse": {"toolUseId": "t1", "name": "sum", "input": {}}}
    ]


def test_a_call_of_the_services_that_has_no_result_does_not_go_back():
    assert sent_back(tool_start(0, "web", "s1", type="server_tool_use"), text(1, "Cut h")) == [{"text": "Cut h"}]


def test_a_result_of_the_services_that_has_no_call_does_not_go_back():
    lost = start(0, toolResult={"toolUseId": "s1", "type": "web_result", "status": "success"})
    assert sent_back(lost, delta(0, toolResult=[{"text": "found"}]), text(1, "So.")) == [{"text": "So."}]


def test_nothing_to_send_is_no_message():
    assert assistant_message(turn_of(text(0, " "), redacted(1, b""), message_stop("end_turn"))) is None


def test_the_role_is_the_assistants_whatever_the_stream_says():
    assert assistant_message(turn_of({"messageStart": {"role": "?"}}, text(0, "a")))["role"] == "assistant"


@given(wire_lists)
def test_any_turn_goes_back_in_a_form_that_botocore_accepts(wires):
    turn = turn_of(*wires)
    message = assistant_message(turn)
    if message is not None:
        check_request({"modelId": "a.b", "messages": [message, next_message(message, "Go on.")]})


@pytest.mark.parametrize(
    ("output", "content"),
    [
        ("words", [{"text": "words"}]),
        ("", [{"text": " "}]),
        ({"a": 1}, [{"json": {"a": 1}}]),
        ([1, 2], [{"json": {"result": [1, 2]}}]),
        (None, [{"json": {"result": None}}]),
        ([{"text": "a"}, {"json": {}}], [{"text": "a"}, {"json": {}}]),
    ],
)
def test_a_tools_output_becomes_the_parts_of_its_result(output, content):
    assert tool_result("t1", output) == {"toolResult": {"toolUseId": "t1", "content": content}}


def test_a_failure_is_told_to_the_model():
    assert tool_result("t1", "no", failed=True)["toolResult"]["status"] == "error"
    message = answer_calls(turn_of(tool_start(0, "a", "t1"), stop(0)), {"t1": ValueError("bad")})
    assert message["content"] == [{"toolResult": {"toolUseId": "t1", "content": [{"text": "bad"}], "status": "error"}}]


def test_there_has_to_be_a_call_to_answer():
    with pytest.raises(InvalidInput, match="no tool call"):
        answer_calls(turn_of(text(0, "a")), {})
    with pytest.raises(InvalidInput, match="`t9`"):
        answer_calls(turn_of(text(0, "a")), {"t9": 1})


def test_messages_of_the_user_are_made_of_texts_and_blocks():
    assert user_message("a", {"cachePoint": {"type": "default"}})["content"] == [
        {"text": "a"},
        {"cachePoint": {"type": "default"}},
    ]
    results = [tool_result("t1", "x"), tool_result("t2", "y")]
    assert tool_result_message(results) == {"role": "user", "content": results}


def test_calls_that_nobody_answered_are_answered_as_not_run_when_the_talk_goes_on():
    before = assistant_message(turn_of(tool_start(0, "a", "t1"), stop(0), tool_start(1, "b", "t2"), stop(1)))
    message = next_message(before, tool_result("t2", "done"), "Go on.")
    assert [next(iter(part)) for part in message["content"]] == ["toolResult", "toolResult", "text"]
    assert message["content"][0]["toolResult"]["status"] == "error"
    assert json.dumps(message)
    assert next_message(None, "Hi") == user_message("Hi")
    assert next_message({"role": "user", "content": []}, "Hi") == user_message("Hi")
