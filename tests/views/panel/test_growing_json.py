import html
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.views.panel.growing_json import GrowingJson

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


def text_in(body):
    """What a reader sees, and copies."""
    return html.unescape(re.sub(r"<span[^>]*title[^>]*>U\+([0-9A-F]{4})</span>|<[^>]*>", _unseen, body.html))


def _unseen(match):
    return chr(int(match[1], 16)) if match[1] else ""


def laid_out(text):
    return text_in(GrowingJson().body(text, raw=False))


def test_an_object_has_a_line_for_each_member_and_a_short_list_has_one():
    assert laid_out('{"a":1,"b":[1,2,{"c":[]}],"d":{}}') == (
        '{\n  "a": 1,\n  "b": [1, 2,\n    {\n      "c": []\n    }\n  ],\n  "d": {}\n}'
    )


def test_a_long_list_is_broken_into_lines():
    assert max(map(len, laid_out(json.dumps(list(range(500)))).splitlines())) < 90


@given(VALUES)
def test_the_layout_changes_nothing_but_space(value):
    assert json.loads(laid_out(json.dumps(value))) == value


@given(VALUES, st.lists(st.integers(1, 40)))
def test_growing_gives_the_same_as_rendering_at_once(value, cuts):
    text = json.dumps(value, ensure_ascii=False)
    growing, end = GrowingJson(), 0
    for cut in cuts:
        end += cut
        growing.body(text[:end], raw=False)
    assert growing.body(text, raw=False) == GrowingJson().body(text, raw=False)


@given(VALUES)
def test_what_is_shown_of_a_prefix_begins_what_is_shown_of_the_whole(value):
    text = json.dumps(value)
    whole = laid_out(text)
    assert all(whole.startswith(laid_out(text[:end]).rstrip()) for end in range(len(text)))


@given(VALUES)
def test_finished_fragments_stay(value):
    text = json.dumps([value] * 20)
    growing = GrowingJson()
    before = ()
    for end in range(0, len(text), 50):
        fragments = growing.body(text[:end], raw=False).fragments
        assert fragments[: len(before)] == before
        before = fragments


@pytest.mark.parametrize("text", ["nonsense here", '{"a" 1}', '{"a":1}}', "[1,,2]", "{1:2}", '["a":1]', "{} x"])
def test_what_is_not_json_is_shown_as_it_came(text):
    assert laid_out(text) == text


@given(st.text())
def test_any_text_is_shown_with_nothing_lost(text):
    shown = text_in(GrowingJson().body(text, raw=True))
    assert shown == text.replace("\0", "\ufffd")


def test_deep_nesting_does_not_make_the_picture_grow_with_its_square():
    assert len(laid_out("[" * 5_000 + "]" * 5_000)) < 1_000_000


def test_an_escaped_line_end_breaks_the_line_by_style_so_that_copies_stay_json():
    body = GrowingJson().body('{"a": "one\\ntwo"}', raw=False)
    assert '<span class="bnb-line-end">\\n</span>' in body.html
    assert json.loads(text_in(body)) == {"a": "one\ntwo"}
