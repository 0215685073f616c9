import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.encoding.jsonable import from_jsonable, has_surrogates, to_jsonable

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=[]))
    | st.sampled_from(["$bytes", "$dict", "\ud83d"])
    | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=[]), max_size=4)
            | st.sampled_from(["$bytes", "$x"])
            | st.integers(),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@given(anything)
def test_any_value_goes_through_strict_json_and_utf8_and_back(value):
    text = json.dumps(to_jsonable(value), allow_nan=False, ensure_ascii=False)
    assert from_jsonable(json.loads(text.encode())) == value


@pytest.mark.parametrize("value", [2**53, -(2**64), 10**400, math.inf, -math.inf, b"", "\udfff", {"$int": "1"}, {1: 2}])
def test_what_json_or_a_browser_would_spoil_survives(value):
    assert from_jsonable(json.loads(json.dumps(to_jsonable(value), allow_nan=False))) == value


def test_not_a_number_stays_what_it_is():
    assert math.isnan(from_jsonable(to_jsonable(math.nan)))


def test_bytes_are_readable_as_base64():
    assert to_jsonable({"data": b"hi"}) == {"data": {"$bytes": "aGk="}}
    assert to_jsonable([bytearray(b"hi"), memoryview(b"hi")]) == [{"$bytes": "aGk="}] * 2


def test_a_document_as_deep_as_json_itself_reads_survives():
    deep = json.loads("[" * 800 + "]" * 800)
    assert from_jsonable(json.loads(json.dumps(to_jsonable(deep)))) == deep


def test_what_is_not_base64_is_refused():
    with pytest.raises(ValueError, match="base64"):
        from_jsonable({"$bytes": "!"})


def test_only_halves_of_characters_are_surrogates():
    assert has_surrogates("a\ud83d")
    assert not has_surrogates("a😀")
