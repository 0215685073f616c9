import json

import pytest

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.calling import asking
from bedrock_nb.notebook.calling.asking import exchange, prepared

PLAIN = "local.scripted-default-v1:0"
TOOLS = "local.scripted-tools-v1:0"


def double(n: int) -> int:
    """Double a number."""
    return 2 * n


def names(call):
    return [tool["toolSpec"]["name"] for tool in call.request["toolConfig"]["tools"]]


@pytest.mark.parametrize("tools", [double, "double", [double], ["double"], (double,)])
def test_one_tool_or_several_in_any_manner(tools):
    call, toolbox = prepared("Hi", model=PLAIN, tools=tools, namespace={"double": double})
    assert names(call) == ["double"]
    assert list(toolbox.tools) == ["double"]


@pytest.mark.parametrize("tools", [None, [], ()])
def test_no_tools_declare_none(tools):
    call, toolbox = prepared("Hi", model=PLAIN, tools=tools, namespace={})
    assert "toolConfig" not in call.request
    assert not toolbox.tools


def test_names_are_looked_up_in_the_notebook(shell):
    shell.user_ns["double"] = double
    call, _ = prepared("Hi", model=PLAIN, tools="double")
    assert names(call) == ["double"]


def test_outside_of_a_notebook_there_are_no_names(monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    assert asking.notebook_namespace() == {}
    with pytest.raises(InvalidInput, match="no function `double`"):
        prepared("Hi", model=PLAIN, tools="double")


def test_all_other_options_go_into_the_request(endpoint):
    asked = exchange("Hi", model=TOOLS, tools=double, system="Be terse.", temperature=0.5, namespace={})
    asked.result()
    for request in endpoint.requests[-2:]:
        body = json.loads(request.raw_body)
        assert body["system"] == [{"text": "Be terse."}]
        assert body["inferenceConfig"] == {"temperature": 0.5}


def test_the_number_of_rounds_can_be_limited(endpoint):
    asked = exchange(
        "Hi", model="local.scripted-tool-rounds-v1:0", tools=[double, print_nothing], max_rounds=1, namespace={}
    )
    asked.result()
    assert asked.error.code == "TooManyRounds"


def print_nothing() -> None:
    """Do nothing."""


@pytest.mark.parametrize("rounds", [0, -1, "many", 1.5])
def test_a_number_of_rounds_that_is_none_is_told(endpoint, rounds):
    with pytest.raises(InvalidInput, match="`max_rounds` takes a whole number from 1 on"):
        exchange("Hi", model=PLAIN, max_rounds=rounds)
