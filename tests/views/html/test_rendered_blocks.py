"""A tool's card: the line of its outcome is as high whatever it says, and says it without styles too."""

import re

import pytest

from bedrock_nb.views.html.rendered_blocks import ToolCallRenderer
from bedrock_nb.views.panel.panel import Image, ResultPart, ToolCall, ToolResult

TAG = re.compile("<[^>]*>")


def foot(**rest):
    block = ToolCall("0.0", name="n", tool_use_id="t", server=False, input_json="{}", **rest)
    return ToolCallRenderer().render(block).foot


def words(html):
    return TAG.sub("", html)


@pytest.mark.parametrize(
    ("waits_for", "said"),
    [
        ("", ""),
        ("result", "Result: waiting…"),
        ("turn", "Result: waiting for its turn…"),
        ("consent", "Run it?"),
        ("service", "Result: running…"),
        ("next call", "Result: none in this call"),
        ("nothing", "Result: none came"),
    ],
)
def test_a_call_says_what_its_result_waits_for(waits_for, said):
    assert words(foot(waits_for=waits_for)) == said
    assert ("bnb-running" in foot(waits_for=waits_for)) is (waits_for == "service")


def test_a_short_result_is_a_line_with_nothing_to_unfold():
    html = foot(result=ToolResult(failed=False, parts=(ResultPart("text", "fair", "fair"),)))
    assert words(html) == "Result: fair"
    assert "<details" not in html


@pytest.mark.parametrize(("failed", "title"), [(False, "Result"), (True, "Error")])
def test_a_long_result_is_folded_away_below_its_beginning(failed, title):
    html = foot(result=ToolResult(failed, (ResultPart("text", "one\n<two>", "one <two>"),)))
    summary, _, whole = html.partition("</summary>")
    assert words(summary) == f"{title}: one &lt;two&gt;"
    assert words(whole) == "one\n&lt;two&gt;"
    assert "open" not in html


def test_several_parts_are_told_in_one_line():
    parts = (ResultPart("text", "one", "one"), ResultPart("text", "a\nb", "a b"))
    assert words(foot(result=ToolResult(failed=False, parts=parts)).partition("</summary>")[0]) == "Result: one · a b"


@pytest.mark.parametrize("parts", [(), (ResultPart("text", "", ""),), 2 * (ResultPart("text", " ", ""),)])
def test_an_empty_result_is_said_to_be_empty(parts):
    assert words(foot(result=ToolResult(failed=False, parts=parts))) == "Result: empty"


def test_a_picture_is_shown_where_the_result_is_unfolded():
    part = ResultPart("image", "{}", "image (png, 4 bytes)", Image("", "png", "iVBORw=="))
    summary, _, whole = foot(result=ToolResult(failed=False, parts=(part,))).partition("</summary>")
    assert words(summary) == "Result: image (png, 4 bytes)"
    assert '<img class="bnb-picture" src="data:image/png;base64,iVBORw=="' in whole
