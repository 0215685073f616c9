"""Text stays text, and code reads as it runs."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.views.markdown.escaping import escape, escape_code, escape_text, replace_unprintable


@given(st.text())
def test_escaped_text_is_read_back_as_it_was(text):
    assert html.unescape(escape(text)) == html.unescape(escape_text(text)) == html.unescape(html.escape(text))
    assert not set("<>\"'") & set(escape(text))
    assert not set("<>") & set(escape_text(text))


@given(st.text(alphabet=st.characters()))
def test_what_is_left_can_be_encoded(text):
    assert "\0" not in replace_unprintable(text)
    replace_unprintable(text).encode()


@given(st.text(), st.text())
def test_replacing_does_not_depend_on_where_a_text_is_cut(one, other):
    assert replace_unprintable(one) + replace_unprintable(other) == replace_unprintable(one + other)


@pytest.mark.parametrize("code_point", [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_every_reordering_character_is_named(code_point):
    shown = escape_code(f"<a{chr(code_point)}")
    assert shown.startswith('&lt;a<span class="bnb-unseen" title="')
    assert shown.endswith(f'">U+{code_point:04X}</span>')
