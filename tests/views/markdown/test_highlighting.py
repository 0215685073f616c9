"""Code is coloured without a character lost, and for no more than it is worth."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.views.markdown.highlighting import COLOURED, LANGUAGES, highlight, highlight_open
from bedrock_nb.views.markdown.stylesheet import code_css

PYTHON = 'def f(x):\n    """Say."""\n    return f"{x} <b>" + str(1.5)  # note\n'


def words(coloured):
    return html.unescape(re.sub("<[^>]+>", "", coloured))


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cf"]), max_size=80), st.sampled_from(sorted(LANGUAGES))
)
def test_colours_change_no_character(code, language):
    assert words(highlight(code, language)) == code


@given(st.integers(0, 60), st.sampled_from(["python", "sql", "unknown"]))
def test_open_code_keeps_every_character_at_every_length(lines, language):
    code = PYTHON * lines + "x = "
    assert words(highlight_open(code, language)) == code


def test_names_of_languages_are_found_in_any_form():
    assert highlight("x = 1", "Python") == highlight("x = 1", "py") == highlight("x = 1", " python3 ")
    assert "bnb-t-m" in highlight("x = 1", "py")


@pytest.mark.parametrize("language", ["", "no-such-language", "text", "x" * 10_000, "../../etc/passwd"])
def test_an_unknown_language_is_plain(language):
    assert highlight("a < b", language) == "a &lt; b"


@pytest.mark.parametrize(
    "code", ["x = 1\n" * 40_000, "x = " + "1 + " * 1_000, "\n" * 1_000 + "x = 1", '"' + "\\" * 1_000]
)
def test_code_that_could_be_slow_is_plain(code):
    assert "<span" not in highlight(code, "python")


def test_a_slower_lexer_is_given_less():
    assert "<span" in highlight("int x = 1;\n" * 300, "java")
    assert "<span" not in highlight("int x = 1;\n" * 3_000, "java")


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("markdown", '```scala\n"a\n```\n'),
        ("sql", "CREATE FUNCTION f() AS $$ x $$ LANGUAGE scala"),
        ("console", "$ scala"),
    ],
)
def test_no_lexer_calls_another_that_the_code_names(monkeypatch, language, code):
    highlight.cache_clear()
    highlight("warm", language)
    monkeypatch.setattr("pygments.lexers.get_lexer_by_name", None)
    monkeypatch.setattr("pygments.lexers.sql.get_lexer_by_name", None)
    assert words(highlight(code, language)) == code


def test_open_code_is_coloured_up_to_its_last_lines():
    coloured = highlight_open("x = 1\ny = 2\nz = 3", "python")
    assert coloured.count("bnb-t-m") == 2
    assert coloured.endswith("\nz = 3")


def test_open_code_is_coloured_anew_at_few_of_its_lengths():
    highlight.cache_clear()
    for lines in range(1, 2_000):
        highlight_open("x = 1\n" * lines, "python")
    assert highlight.cache_info().misses < 50


def test_characters_that_reorder_code_are_named():
    assert (
        highlight("a = '\u202e'", "python").count(
            '<span class="bnb-unseen" title="right-to-left override">U+202E</span>'
        )
        == 1
    )


def test_every_colour_has_its_rule():
    styled = set(re.findall(r"\.bnb-t-([a-z]+)", code_css()))
    assert styled == COLOURED
