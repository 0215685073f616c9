import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.partial_json import parse_partial_json

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("{", {}),
        ('{"a', {}),
        ('{"a":', {}),
        ('{"a": "b', {"a": "b"}),
        ('{"a": "b\\', {"a": "b"}),
        ('{"a": "b\\u00', {"a": "b"}),
        ('{"a": 1', {}),
        ('{"a": 1,', {"a": 1}),
        ('{"a": [1, "x", {"b": "y', {"a": [1, "x", {"b": "y"}]}),
        ('{"a": tru', {}),
        ('{"a": "}", "b": "', {"a": "}", "b": ""}),
        ("nonsense", None),
        ("{]", None),
        ('{"a": 1}', {"a": 1}),
    ],
)
def test_what_can_be_read_already_is_read(text, value):
    assert parse_partial_json(text) == value


@given(st.dictionaries(st.text(max_size=4), values, max_size=4), st.data())
def test_every_beginning_of_a_json_object_gives_a_part_of_it(value, data):
    text = json.dumps(value, ensure_ascii=data.draw(st.booleans()))
    part = parse_partial_json(text[: data.draw(st.integers(0, len(text)))])
    assert part is None or is_part(part, value)


def is_part(part, whole):
    match part, whole:
        case dict(), dict():
            return all(name in whole and is_part(member, whole[name]) for name, member in part.items())
        case list(), list():
            return len(part) <= len(whole) and all(map(is_part, part, whole))
        case str(), str():
            # A character outside the basic plane is two escapes: the first one alone is half of it.
            return whole.startswith(part) or whole.encode("utf-16-le").startswith(
                part.encode("utf-16-le", "surrogatepass")
            )
    return part == whole


@given(st.text())
def test_no_text_at_all_makes_it_raise(text):
    parse_partial_json(text)


def test_a_very_deep_text_is_no_danger():
    assert parse_partial_json("[" * 100_000) is None
