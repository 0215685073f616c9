from functools import partial

import pytest

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.tools.arguments import WrongArguments
from bedrock_nb.notebook.tools.marking import tool
from bedrock_nb.notebook.tools.tool import Tool


def weather(city: str, days: int = 1) -> str:
    """Get the weather.

    Args:
        city: The city.
    """
    return f"{city} {days}"


def test_a_function_is_told_to_the_model():
    assert Tool.of(weather).spec == {
        "toolSpec": {
            "name": "weather",
            "description": "Get the weather.",
            "inputSchema": {
                "json": {
                    "type": "object",
                    "properties": {
                        "city": {"type": "string", "description": "The city."},
                        "days": {"type": "integer", "default": 1},
                    },
                    "required": ["city"],
                }
            },
        }
    }


def test_it_is_called_with_checked_arguments():
    assert Tool.of(weather)({"city": "Bern", "days": "2"}) == "Bern 2"
    with pytest.raises(WrongArguments):
        Tool.of(weather)({})


def test_the_decorator_has_the_last_word():
    @tool(name="forecast", description="What is to come.")
    def weather(city: str): ...

    spec = Tool.of(weather).spec["toolSpec"]
    assert (spec["name"], spec["description"]) == ("forecast", "What is to come.")


def test_a_function_without_docstring_has_no_description():
    assert "description" not in Tool.of(lambda: None, "nothing").spec["toolSpec"]


def test_a_method_is_a_tool():
    class Shop:
        def price(self, item: str) -> str:
            """Tell a price."""
            return f"{item}: 5"

    found = Tool.of(Shop().price)
    assert (found.name, found.description, found({"item": "tea"})) == ("price", "Tell a price.", "tea: 5")


def test_an_object_is_a_tool_under_the_notebook_s_name():
    class Search:
        """Searches the web."""

        def __call__(self, query: str) -> str:
            return query

    found = Tool.of(Search(), "search")
    assert (found.name, found.description, found({"query": "x"})) == ("search", "Searches the web.", "x")
    assert Tool.of(Search()).name == "Search"


def test_a_partial_is_a_tool_under_the_notebook_s_name():
    found = Tool.of(partial(weather, "Bern"), "here")
    assert (found.name, found.description, found({"days": 3})) == ("here", "Get the weather.", "Bern 3")
    assert Tool.of(partial(weather, "Bern")).name == "weather"


@pytest.mark.parametrize(
    ("thing", "why"), [(int, "`int` is a class"), (lambda: None, "'<lambda>' cannot be a tool's name")]
)
def test_what_cannot_be_a_tool_says_why(thing, why):
    with pytest.raises(InvalidInput, match=why):
        Tool.of(thing)
