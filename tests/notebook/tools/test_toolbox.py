from types import SimpleNamespace

import pytest

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.tools.toolbox import Toolbox, tool_names

GROUNDING = {"systemTool": {"name": "nova_grounding"}}
OWN = {"toolSpec": {"name": "own", "inputSchema": {"json": {"type": "object"}}}}


def weather(city: str): ...


def search(query: str): ...


NOTEBOOK = {
    "weather": weather,
    "find": search,
    "apis": SimpleNamespace(look=search),
    "number": 5,
    "_": weather,
    "C": dict,
}


def test_names_are_found_in_the_notebook_and_functions_stand_for_themselves():
    box = Toolbox.of(["weather", search], NOTEBOOK)
    assert list(box.tools) == ["weather", "search"]
    assert [spec["toolSpec"]["name"] for spec in box.specs] == ["weather", "search"]


def test_a_name_may_lead_into_a_module():
    assert list(Toolbox.of(["apis.look"], NOTEBOOK).tools) == ["search"]


def test_specs_are_declared_as_they_are_and_cannot_be_run():
    box = Toolbox.of([weather, GROUNDING, OWN])
    assert list(box.tools) == ["weather"]
    assert box.specs[1:] == (GROUNDING, OWN)
    assert box.declared_only == {"own"}


@pytest.mark.parametrize(
    ("name", "why", "advice"),
    [
        ("wether", "no function `wether`", "Did you mean `weather`?"),
        ("entirely_else", "no function `entirely_else`", "Run the cell that defines it first."),
        ("number", "`number` is of type int, not a function", ""),
        ("apis.lock", "no `lock` in `apis.lock`", ""),
    ],
)
def test_what_is_not_there_is_told(name, why, advice):
    with pytest.raises(InvalidInput, match=why) as caught:
        Toolbox.of([name], NOTEBOOK)
    assert caught.value.advice == advice


def test_what_is_no_function_is_told():
    with pytest.raises(InvalidInput, match="5 is not a function"):
        Toolbox.of([5])


def test_two_tools_of_one_name_are_refused():
    with pytest.raises(InvalidInput, match="Two tools are called `search`"):
        Toolbox.of(["find", search], NOTEBOOK)


def test_completion_offers_what_can_be_called():
    assert tool_names(NOTEBOOK) == ["find", "weather"]


def test_what_ipython_has_put_there_is_not_offered(shell):
    shell.user_ns["weather"] = weather
    assert tool_names(shell.user_ns) == ["weather"]
