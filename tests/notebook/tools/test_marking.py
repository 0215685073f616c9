import pytest

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.tools import marking
from bedrock_nb.notebook.tools.marking import Mark, mark_of, tool


def test_a_marked_function_stays_the_function_it_was():
    def double(n: int) -> int:
        return 2 * n

    assert tool(double) is double
    assert double(2) == 4
    assert mark_of(double) == Mark()


def test_it_may_be_called_and_described_otherwise():
    @tool(name="twice", description="Doubles.")
    def double(n: int) -> int:
        return 2 * n

    assert double(2) == 4
    assert mark_of(double) == Mark("twice", "Doubles.")


def test_what_was_never_marked_has_no_mark():
    assert mark_of(len) == Mark()


@pytest.mark.parametrize("name", ["", "two words", "größe", "a" * 65, "a.b", "<lambda>"])
def test_a_name_that_the_service_refuses_is_refused_at_once(name):
    with pytest.raises(InvalidInput, match="cannot be a tool's name"):
        tool(name=name)


@pytest.mark.parametrize(("thing", "why"), [(5, "is not a function"), (len, "cannot be marked")])
def test_what_cannot_be_marked_is_told(thing, why):
    with pytest.raises(InvalidInput, match=why):
        tool(thing)


def test_its_module_needs_no_library():
    assert "pydantic" not in vars(marking)
