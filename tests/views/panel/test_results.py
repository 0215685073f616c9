"""What tools gave back, and the line that says what it is."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.views.panel.results import PREVIEW, sent_results

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda members: st.lists(members) | st.dictionaries(st.text(), members),
)


def result_of(content):
    """What a request gives back with this content."""
    block = {"toolResult": {"toolUseId": "t", "content": content}}
    return sent_results({"messages": [{"content": [block]}]})["t"]


def part_of(content):
    """The part of a result with this content."""
    (part,) = result_of([content]).parts
    return part


@given(st.one_of(st.text().map(lambda text: {"text": text}), JSON.map(lambda value: {"json": value})))
def test_a_preview_is_one_line_and_the_beginning_of_the_whole(content):
    part = part_of(content)
    begun = part.preview.removesuffix("…")
    assert len(part.preview) <= PREVIEW
    assert len(part.preview.splitlines()) <= 1 or "json" in content  # inside a JSON string other line ends may stand
    assert "".join(part.text.split()).startswith("".join(begun.split()))


@given(JSON)
def test_a_preview_that_does_not_say_that_it_is_cut_is_whole(value):
    part = part_of({"json": value})
    if not part.preview.endswith("…"):
        assert json.loads(part.preview) == json.loads(part.text)


def test_what_is_nearly_nothing_but_layout_is_cut_too():
    assert part_of({"text": " " * 10_000 + "end"}).preview == "…"


@pytest.mark.parametrize(
    ("content", "preview", "is_whole"),
    [
        ({"text": "late\n"}, "late", True),
        ({"text": "one\n  two"}, "one two", False),
        ({"text": "x" * 400}, "x" * (PREVIEW - 1) + "…", False),
        ({"json": {"high": [21, 23]}}, '{"high": [21, 23]}', True),
        ({"json": {"a": {"b": ["c" * 70, {}]}}}, f'{{"a": {{"b": ["{"c" * 70}", {{}}]}}}}', False),
        (
            {"document": {"format": "pdf", "name": "plan", "source": {"bytes": b"%PDF"}}},
            "document plan (pdf, 4 bytes)",
            False,
        ),
        ({"video": {"format": "mp4", "source": {"bytes": b"1234"}}}, "video (mp4, 4 bytes)", False),
        ({"video": {"format": "m\np4", "source": {"bytes": bytearray(4)}}}, "video (m p4, 4 bytes)", False),
        ({"document": {"format": "md", "name": "a\nb", "source": {"bytes": b""}}}, "document a b (md, 0 bytes)", False),
        ({"searchResult": {"title": "A"}}, '{"searchResult": {"title": "A"}}', True),
        ({}, "{}", True),
    ],
)
def test_a_preview_says_what_it_is(content, preview, is_whole):
    part = part_of(content)
    assert (part.preview, part.is_whole_in_preview) == (preview, is_whole)


@pytest.mark.parametrize("data", [b"\x89PNG", bytearray(b"\x89PNG")])
def test_a_picture_is_kept_and_its_bytes_are_counted_in_place_of_shown(data):
    part = part_of({"image": {"format": "png", "source": {"bytes": data}}})
    assert part.picture.base64 == "iVBORw=="
    assert json.loads(part.text) == {"image": {"format": "png", "source": {"bytes": "4 bytes"}}}


def test_of_a_picture_without_bytes_it_is_said():
    part = part_of({"image": {"format": "png", "source": {"bytes": b""}}})
    assert part.picture.note == "The image came without its bytes."


@pytest.mark.parametrize(
    "messages", [None, "no list", [], [None], [{"content": None}], [{"content": 5}], [{"content": [{"toolResult": 1}]}]]
)
def test_a_request_with_no_results_has_none(messages):
    assert sent_results({"messages": messages}) == {}


@pytest.mark.parametrize(
    ("content", "shown"),
    [("abc", '"abc"'), (5, "5"), (["x"], '"x"'), ([None], "null"), ([["y"]], '["y"]'), ({"text": "z"}, "z")],
)
def test_content_that_is_no_list_of_parts_is_shown_as_what_it_is(content, shown):
    (part,) = result_of(content).parts
    assert (part.text, part.preview) == (shown, shown)


@given(JSON)
def test_whatever_a_loaded_request_gives_back_is_shown(content):
    assert json.dumps(dataclasses.asdict(result_of(content)))
    assert len(result_of([content]).parts) == 1
