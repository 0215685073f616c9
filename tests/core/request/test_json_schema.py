import json

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.request.json_schema import closed, inlined, opened, plain, with_limits_in_words

NAMES = ["A", "B", "a/b", "c~d"]


def reference(name):
    return f"#/$defs/{name.replace('~', '~0').replace('/', '~1')}"


def test_a_definition_stands_where_it_was_referred_to():
    schema = {
        "type": "object",
        "properties": {"at": {"$ref": "#/$defs/Place", "description": "Where."}},
        "$defs": {"Place": {"type": "object", "properties": {"city": {"type": "string"}}, "description": "A place."}},
    }
    assert inlined(schema) == {
        "type": "object",
        "properties": {
            "at": {"type": "object", "properties": {"city": {"type": "string"}}, "description": "Where."},
        },
    }


def test_a_definition_that_contains_itself_stays_and_the_outermost_schema_says_its_type():
    tree = {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}}}
    assert inlined({"$ref": "#/$defs/Tree", "$defs": {"Tree": tree, "Unused": {"type": "null"}}}) == {
        **tree,
        "$defs": {"Tree": tree},
    }


def test_what_a_recursive_definition_refers_to_is_put_into_it():
    schema = {
        "properties": {"node": {"$ref": "#/$defs/Node"}},
        "$defs": {
            "Node": {"properties": {"next": {"$ref": "#/$defs/Node"}, "at": {"$ref": "#/$defs/Leaf"}}},
            "Leaf": {"type": "string"},
        },
    }
    assert inlined(schema)["$defs"] == {
        "Node": {"properties": {"next": {"$ref": "#/$defs/Node"}, "at": {"type": "string"}}}
    }


def test_references_to_elsewhere_are_left_alone():
    schema = {"properties": {"a": {"$ref": "https://example.com/x"}, "b": {"$ref": "#/properties/a"}}}
    assert inlined(schema) == schema


def test_titles_of_schemas_go_and_a_property_named_title_stays():
    schema = {
        "title": "Book",
        "properties": {"title": {"title": "Title", "type": "string", "default": {"title": "data"}}},
        "oneOf": [{"title": "One", "enum": [{"title": "data"}]}],
        "discriminator": {"propertyName": "kind"},
    }
    assert plain(schema) == {
        "properties": {"title": {"type": "string", "default": {"title": "data"}}},
        "oneOf": [{"enum": [{"title": "data"}]}],
    }


def test_every_object_is_closed_that_does_not_say_otherwise():
    schema = {
        "type": "object",
        "properties": {
            "list": {"type": "array", "items": {"type": "object", "properties": {}}},
            "open": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
    made = closed(schema)
    assert made["additionalProperties"] is False
    assert made["properties"]["list"]["items"]["additionalProperties"] is False
    assert made["properties"]["open"]["additionalProperties"] == {"type": "string"}


def test_a_schema_can_be_opened_again():
    schema = {"type": "object", "properties": {"a": {"type": "object", "properties": {}}}}
    assert opened(closed(schema)) == schema
    open_already = {"type": "object", "additionalProperties": {"type": "string"}}
    assert opened(open_already) == open_already


def test_limits_are_told_in_words():
    schema = {"properties": {"age": {"type": "integer", "minimum": 0, "maximum": 9, "description": "In years."}}}
    assert with_limits_in_words(schema) == {
        "properties": {"age": {"type": "integer", "description": "In years. Has to be: at least 0, at most 9."}}
    }


leaves = st.sampled_from([{"type": "string"}, {"type": "integer", "title": "T"}, {"enum": [1, "a"]}, {}])


nodes = st.recursive(
    leaves | st.sampled_from(NAMES).map(lambda name: {"$ref": reference(name)}),
    lambda inner: (
        st.fixed_dictionaries({"type": st.just("array"), "items": inner})
        | st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from("xy"), inner)}
        )
    ),
    max_leaves=4,
)
# A definition that is nothing but a reference may be a circle, which means nothing.
definitions = st.fixed_dictionaries(dict.fromkeys(NAMES, nodes.filter(lambda schema: "$ref" not in schema)))
schemas = st.builds(
    lambda x, y, defined: {"type": "object", "properties": {"x": x, "y": y}, "$defs": defined},
    nodes,
    nodes,
    definitions,
)
"""Schemas whose definitions refer to one another, and perhaps to themselves."""


values = st.recursive(
    st.sampled_from([1, "a", None]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("xy"), inner),
)


@given(schemas, values)
def test_the_same_values_fit(schema, value):
    made = plain(inlined(schema))
    fits = jsonschema.Draft202012Validator(schema).is_valid(value)
    assert jsonschema.Draft202012Validator(made).is_valid(value) == fits


@given(schemas)
def test_only_definitions_that_are_referred_to_are_left(schema):
    made = inlined(schema)
    text = json.dumps(made)
    assert all(json.dumps(reference(name)) in text for name in made.get("$defs", {}))


@given(schemas)
def test_what_was_given_stays_as_it_was(schema):
    before = json.dumps(schema)
    inlined(plain(closed(with_limits_in_words(schema))))
    assert json.dumps(schema) == before
