"""What each part of Markdown looks like, as examples in a file that a person can read."""

import re
from pathlib import Path

import pytest

from bedrock_nb.views.markdown import render_markdown

SOURCE = Path(__file__).parents[1] / "fixtures" / "markdown" / "rendering.txt"


def examples() -> list:
    source = re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), SOURCE.read_text(encoding="utf-8"))
    found = re.findall(r"^(.+)\n\.\n(.*?)\n\.\n(.*?)\n\.\n", source, flags=re.MULTILINE | re.DOTALL)
    return [pytest.param(markdown, html, id=title) for title, markdown, html in found]


@pytest.mark.parametrize(("markdown", "html"), examples())
def test_markdown_is_rendered_as_the_file_says(markdown, html):
    assert render_markdown(markdown).rstrip("\n") == html


def test_line_ends_of_all_kinds_are_the_same(texts):
    for text in texts.values():
        assert (
            render_markdown(text)
            == render_markdown(text.replace("\n", "\r\n"))
            == render_markdown(text.replace("\n", "\r"))
        )


def test_all_answers_are_safe(texts, faults):
    for text in texts.values():
        assert faults(render_markdown(text)) == []


@pytest.mark.parametrize(
    "prose",
    [
        "It costs $5 and $10.", "From $20k to $30k.", "$5-$10, $5/$6", "US$5 or A$6", "$1,000.50, then 5$ and 6$",
        "$5 and 10$ are two ways", "$HOME/$USER", "$ x $", "a$b$c", "\\$7 and \\$8", "$$$", "$", "(was $7)",
        "**$5**/**$10**", "$ x $, \\$7$",
    ],
)  # fmt: skip
def test_money_is_no_mathematics(prose):
    assert "<math" not in render_markdown(prose)


@pytest.mark.parametrize(
    "formula",
    [
        "$x$",
        "$5x + 2$",
        "$2 \\text{ cm}$",
        "$\\alpha$-helix",
        "the $n$th",
        "($x$)",
        "$a$, $b$",
        "$0 < x < 1$",
        "$$x$$",
        "$\\$5 + x$",
    ],
)
def test_mathematics_is_no_money(formula):
    assert "<math" in render_markdown(formula)


@pytest.mark.parametrize(("terms", "is_reached"), [(2, False), (20, True)])
def test_an_inline_formula_that_may_not_fit_a_line_is_reached_with_the_keyboard(terms, is_reached):
    html = render_markdown(f"So ${' + '.join(['a_1'] * terms)}$ it is.")
    assert ('<math tabindex="0" display="inline">' in html) is is_reached
