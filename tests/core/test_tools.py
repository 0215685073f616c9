import pytest

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.recording import Recording
from wires import stop, tool_input, tool_start


def call_of(*wires):
    (call,) = Recording.from_events(wires).turn.tool_uses
    return call


def test_a_call_bound_to_a_function_can_be_called():
    call = call_of(tool_start(0, "add"), tool_input(0, '{"a": 1, "b": 2}'), stop(0))
    bound = call.bind(lambda a, b: a + b)
    assert bound() == 3
    assert bound.result() == {"toolResult": {"toolUseId": "t1", "content": [{"json": {"result": 3}}]}}


def test_what_the_function_raises_is_told_to_the_model():
    call = call_of(tool_start(0, "divide"), tool_input(0, '{"a": 1}'), stop(0))
    result = call.bind(lambda a: a / 0).result()["toolResult"]
    assert (result["status"], result["content"]) == ("error", [{"text": "ZeroDivisionError: division by zero"}])


@pytest.mark.parametrize("text", ['{"a": 1', "[1]", "7"])
def test_a_call_whose_input_is_no_object_is_not_run(text):
    call = call_of(tool_start(0, "send"), tool_input(0, text))
    ran = []
    with pytest.raises(InvalidInput, match="not a JSON object"):
        call.bind(lambda **values: ran.append(values))()
    assert ran == []


def test_a_call_of_the_services_own_is_not_run():
    call = call_of(tool_start(0, "web", type="server_tool_use"), stop(0))
    with pytest.raises(InvalidInput, match="The service runs `web` itself"):
        call.bind(lambda: None)()
