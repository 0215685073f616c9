import enum
import inspect
import json
from dataclasses import dataclass
from datetime import date
from functools import partial, wraps
from typing import Annotated, Literal, Optional

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from bedrock_nb.core.errors import InvalidInput, MissingExtra
from bedrock_nb.notebook.tools.arguments import Arguments, WrongArguments


def arguments(function, **descriptions):
    return Arguments(function, "f", descriptions)


def properties(function, **descriptions):
    return arguments(function, **descriptions).schema["properties"]


class Unit(enum.Enum):
    CELSIUS = "c"
    FAHRENHEIT = "f"


@dataclass
class Place:
    city: str
    country: str = "CH"


class Node(BaseModel):
    name: str
    kids: list["Node"] = []


def test_annotations_and_defaults_become_the_schema():
    def f(city: str, days: int = 3, unit: Literal["c", "f"] = "c", tags: list[str] | None = None): ...

    assert arguments(f, city="The city.").schema == {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "The city."},
            "days": {"type": "integer", "default": 3},
            "unit": {"type": "string", "enum": ["c", "f"], "default": "c"},
            "tags": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}], "default": None},
        },
        "required": ["city"],
    }


def test_field_and_annotated_say_more():
    def f(a: Annotated[int, Field(ge=1, description="In A.")], b: int = Field(4, le=9, description="In B.")): ...

    assert properties(f, a="ignored") == {
        "a": {"type": "integer", "minimum": 1, "description": "In A."},
        "b": {"type": "integer", "maximum": 9, "default": 4, "description": "In B."},
    }
    assert arguments(f).bound({"a": 2}) == ([], {"a": 2, "b": 4})


def test_values_come_as_the_types_that_the_function_asks_for():
    def f(place: Place, unit: Unit, when: date, node: Node, maybe: Optional[int] = None): ...  # noqa: UP045 - people write it

    given = {
        "place": {"city": "Bern"},
        "unit": "f",
        "when": "2026-11-20",
        "node": {"name": "a", "kids": [{"name": "b"}]},
    }
    _, named = arguments(f).bound(given)
    assert named == {
        "place": Place("Bern"),
        "unit": Unit.FAHRENHEIT,
        "when": date(2026, 11, 20),
        "node": Node(name="a", kids=[Node(name="b")]),
    }


def test_definitions_are_put_where_they_are_used_unless_they_contain_themselves():
    def f(place: Place, node: Node): ...

    schema = arguments(f).schema
    assert schema["properties"]["place"]["properties"]["city"] == {"type": "string"}
    assert list(schema["$defs"]) == ["Node"]


def test_no_keyword_is_sent_that_some_models_refuse():
    def f(a: Place): ...

    assert "additionalProperties" not in json.dumps(arguments(f).schema)
    assert "title" not in json.dumps(arguments(f).schema)


def test_a_parameter_may_have_any_name():
    def f(copy: str, schema: int, json, model_config=1): ...

    assert list(properties(f)) == ["copy", "schema", "json", "model_config"]


def test_what_the_model_must_not_set_is_not_shown_to_it():
    def f(query: str, key: str, _client=None): ...

    bound = partial(f, key="secret")
    assert list(properties(bound)) == ["query"]
    with pytest.raises(WrongArguments, match="`key` is not a parameter"):
        arguments(bound).bound({"query": "a", "key": "b"})
    with pytest.raises(WrongArguments, match="`_client` is not a parameter"):
        arguments(bound).bound({"query": "a", "_client": "b"})


def test_positional_parameters_are_given_in_their_order():
    def f(a: int, b: int = 2, /, c: int = 3): ...

    assert arguments(f).bound({"c": 5, "a": 1}) == ([1, 2], {"c": 5})


def test_methods_and_objects_have_no_self():
    class Shop:
        def price(self, item: str) -> float: ...

        def __call__(self, query: str) -> str: ...

    assert list(properties(Shop().price)) == ["item"]
    assert list(properties(Shop())) == ["query"]


def test_an_async_function_has_the_same_arguments():
    async def f(city: str): ...

    assert list(properties(f)) == ["city"]


def test_a_wrapped_function_tells_the_parameters_of_the_one_within():
    def within(city: str): ...

    @wraps(within)
    def outside(*args, **kwargs): ...

    assert properties(outside) == {"city": {"type": "string"}}


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (lambda *cities: cities, r"`f` takes \*cities"),
        (lambda **more: more, r"`f` takes \*\*more"),
        (max, "`f` does not tell its parameters"),
    ],
)
def test_parameters_without_names_are_refused(function, why):
    with pytest.raises(InvalidInput, match=why):
        arguments(function)


def test_a_type_that_json_cannot_hold_is_refused_with_the_parameter_s_name():
    def f(city: str, lock: type(inspect.currentframe())): ...

    with pytest.raises(InvalidInput, match="The parameter `lock` of `f` cannot be told to a model"):
        arguments(f)


def test_an_annotation_that_names_nothing_is_refused():
    def f(city: "Nowhere"): ...  # noqa: F821 - that is the case

    with pytest.raises(InvalidInput, match="'Nowhere' is not defined"):
        arguments(f)


def test_what_does_not_fit_is_told_in_words_that_a_model_can_act_on():
    def f(city: str, days: Annotated[int, Field(ge=1)], place: Place): ...

    with pytest.raises(WrongArguments) as caught:
        arguments(f).bound({"cty": "Bern", "days": "soon", "place": {"city": 5}})
    assert str(caught.value) == (
        "The arguments do not fit, so nothing was called. `city` is missing. "
        '`days`: Input should be a valid integer, unable to parse string as an integer; it was "soon". '
        "`place.city`: Input should be a valid string; it was 5. "
        "`cty` is not a parameter."
    )


def test_without_pydantic_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pydantic", None)
    with pytest.raises(MissingExtra, match="Tools need pydantic") as caught:
        arguments(lambda: None)
    assert caught.value.advice == 'Install it with: pip install "bedrock-nb[tools]"'


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["city", "days", "place", "x"]), values))
def test_whatever_comes_either_fits_or_is_told_not_to(given):
    def f(city: str, days: int = 1, place: Place | None = None): ...

    checked = arguments(f)
    try:
        positional, named = checked.bound(given)
    except WrongArguments:
        return
    assert positional == []
    assert named.keys() == given.keys()
    assert isinstance(named["city"], str)
    assert isinstance(named.get("days", 1), int)


@given(st.fixed_dictionaries({"city": st.text()}, optional={"days": st.integers(-9, 9), "unit": st.sampled_from("cf")}))
def test_what_the_schema_allows_fits(given):
    def f(city: str, days: int = 1, unit: Unit = Unit.CELSIUS): ...

    checked = arguments(f)
    jsonschema.validate(given, checked.schema)
    assert checked.bound(given)[1].keys() == given.keys()
