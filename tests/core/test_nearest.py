import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.nearest import did_you_mean, nearest


@pytest.mark.parametrize(
    ("name", "right"),
    [("max_token", "maxTokens"), ("MAXTOKENS", "maxTokens"), ("top-p", "topP"), ("zzz", None), ("", None)],
)
def test_the_nearest_name_is_found_whatever_its_manner(name, right):
    assert nearest(name, ["maxTokens", "topP", "temperature"]) == right


def test_where_none_is_near_all_are_told():
    assert did_you_mean("zzz", ["b", "a"]) == "The known ones are `a`, `b`."
    assert did_you_mean("abcd", ["abce"]) == "Did you mean `abce`?"
    assert did_you_mean("aa", []) == ""


@given(st.text(), st.lists(st.text()))
def test_the_nearest_is_always_a_known_one(name, known):
    assert nearest(name, known) in {None, *known}
