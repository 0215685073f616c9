from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.views.strings import common_prefix_length, utf16_length

SHORT = st.text(alphabet="ab\N{GRINNING FACE}é", max_size=12)


@given(SHORT, SHORT, SHORT)
def test_the_common_prefix_is_as_long_as_can_be(shared, one, other):
    length = common_prefix_length(shared + one, shared + other)

    assert length >= len(shared)
    assert (shared + one)[:length] == (shared + other)[:length]
    assert (shared + one)[length : length + 1] != (shared + other)[length : length + 1] or length == len(
        shared + one
    ) == len(shared + other)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_length_is_that_of_javascript(text):
    assert utf16_length(text) == sum(2 if ord(character) > 0xFFFF else 1 for character in text)
