import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.local.schema_example import FORMATS, example

small = st.integers(-20, 20)


def bounded(kind):
    return st.tuples(small, st.integers(2, 30)).map(
        lambda pair: {"type": kind, "minimum": pair[0], "maximum": pair[0] + pair[1]}
    )


leaves = st.one_of(
    st.sampled_from([{"type": kind} for kind in ("string", "integer", "number", "boolean", "null", "array", "object")]),
    st.sampled_from([{"type": "string", "format": name} for name in FORMATS]),
    bounded("integer"),
    bounded("number"),
    small.map(lambda least: {"type": "integer", "exclusiveMinimum": least}),
    small.map(lambda most: {"type": "number", "exclusiveMaximum": most}),
    small.map(lambda least: {"type": "integer", "minimum": least, "multipleOf": 7}),
    st.tuples(st.integers(0, 30), st.integers(0, 30)).map(
        lambda pair: {"type": "string", "minLength": min(pair), "maxLength": max(pair)}
    ),
    st.just({"type": ["null", "string"]}),
    st.just({"enum": ["red", 3, None]}),
    st.just({"const": {"a": 1}}),
    st.just({}),
    st.sampled_from([True]),
)
schemas = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.dictionaries(st.text(max_size=5), inner, max_size=3).map(
            lambda properties: {"type": "object", "properties": properties, "required": list(properties)[:1]}
        ),
        st.tuples(inner, st.integers(0, 3)).map(
            lambda pair: {"type": "array", "items": pair[0], "minItems": pair[1], "maxItems": max(pair[1], 1)}
        ),
        st.lists(inner, min_size=1, max_size=2).map(lambda options: {"anyOf": options}),
    ),
    max_leaves=6,
)


@given(schemas)
def test_the_example_fits_its_schema(schema):
    jsonschema.validate(example(schema), schema)


def test_references_are_followed():
    schema = {
        "$defs": {"City": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
        "properties": {"city": {"$ref": "#/$defs/City"}},
        "required": ["city"],
    }
    assert example(schema, "Paris") == {"city": {"name": "Paris"}}


def test_a_recursive_schema_comes_to_an_end():
    tree = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#"}}},
        "required": ["name"],
    }
    jsonschema.validate(example(tree), tree)


def test_alternatives_that_refer_to_themselves_come_to_an_end():
    example({"anyOf": [{"$ref": "#"}]})


def test_all_of_is_joined():
    schema = {
        "allOf": [
            {"properties": {"a": {"type": "integer"}}, "required": ["a"]},
            {"properties": {"b": {"type": "boolean"}}, "required": ["b"]},
        ]
    }
    assert example(schema) == {"a": 0, "b": True}


def test_items_of_an_array_differ():
    assert example({"type": "array", "items": {"type": "string"}, "minItems": 2}, "Rome") == ["Rome", "Rome 2"]


@pytest.mark.parametrize("key", ["default", "const"])
def test_a_value_that_the_schema_names_is_taken(key):
    assert example({"type": "string", key: "named"}) == "named"


def test_what_is_no_schema_still_has_an_example():
    assert example(None) == "scripted"
    assert example({"required": ["name"]}) == {"name": "scripted"}
