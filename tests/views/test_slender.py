import re
from html.parser import HTMLParser

import pytest

from bedrock_nb.views.html.finished import html_of, with_styles
from bedrock_nb.views.html.rendered_panel import PanelRenderer
from bedrock_nb.views.html.stylesheet import panel_css
from bedrock_nb.views.panel.present import panel_of
from bedrock_nb.views.slender import (
    as_text,
    beginning,
    packed,
    slender_css,
    slender_html,
    without_colours,
    without_formulas,
    without_trimmings,
)
from views import samples


class Words(HTMLParser):
    """The text of some HTML, without the space between blocks, and with all in code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.in_code = 0
        self.feed(html.partition("</style>")[2])

    def handle_starttag(self, tag, attrs):
        self.in_code += tag == "pre"

    def handle_endtag(self, tag):
        self.in_code -= tag == "pre"

    def handle_data(self, data):
        if self.in_code or data.strip():
            self.found.append(data)


@pytest.mark.parametrize("sample", samples.ALL)
def test_packed_html_says_the_same_in_one_line(sample):
    html = slender_html(html_of(panel_of(sample())))
    assert Words(packed(html)).found == Words(html).found
    assert "\n" not in packed(html)
    assert len(packed(html)) <= len(html)


@pytest.mark.parametrize("sample", samples.ALL)
def test_without_trimmings_the_words_are_there(sample):
    html = without_formulas(slender_html(html_of(panel_of(sample()))))
    assert "".join(Words(without_trimmings(html)).found) == "".join(Words(html).found)


def test_trimmings_are_those_of_tables_tasks_headings_and_formulas():
    html = slender_html(html_of(panel_of(samples.prose())))
    plain = without_trimmings(html).partition("</style>")[2]
    for trimming in ("text-align", "bnb-task", 'role="group"', 'aria-label="figures"', 'class="bnb-h1"'):
        assert trimming in html
        assert trimming not in plain
    assert 'style="--at:' in plain


def test_as_text_the_panel_keeps_its_strip_and_its_timeline():
    html = slender_html(html_of(panel_of(samples.prose())))
    plain = as_text(html, "one <b>\ntwo\n\n\nthree")
    assert "<p>one &lt;b&gt;<br>two</p><p>three</p>" in plain
    for part in ('class="bnb-strip"', 'class="bnb-timeline"'):
        assert part in plain
    assert "Choosing a format" not in plain


@pytest.mark.parametrize("sample", samples.ALL)
def test_slender_html_says_the_same(sample):
    html = with_styles(PanelRenderer().render(panel_of(sample())))
    slender = slender_html(html)
    assert len(slender) < len(html)
    assert Words(slender).found == Words(html).found


def test_the_direction_is_said_once_where_all_reads_from_left_to_right():
    slender = slender_html(html_of(panel_of(samples.prose())))
    assert slender.count(' dir="') == 1
    assert '<article class="bnb-panel" dir="ltr"' in slender


@pytest.mark.parametrize("text", ["שלום עולם", "مرحبا", "one \u202e two"])
def test_the_direction_of_each_part_stays_where_something_reads_from_right_to_left(text):
    html = html_of(panel_of(samples.Script().text(f"Hello.\n\n{text}").end().recording()))
    assert slender_html(html).count(' dir="auto"') == html.count(' dir="auto"') > 1


def test_text_that_looks_like_markup_is_left_alone():
    text = 'Write `<p dir="auto">`, `<span class="bnb-math">` and `<span class="bnb-t-k">x</span>`.'
    html = html_of(panel_of(samples.Script().text(text).end().recording()))
    thin = without_formulas(without_colours(slender_html(html)))
    assert "".join(Words(thin).found) == "".join(Words(html).found)


def test_slender_rules_are_the_same_rules():
    css = panel_css()
    slender = slender_css(css)
    assert slender.count("{") == re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).count("{")
    assert "/*" not in slender
    assert "\n" not in slender
    assert r'content:"\A"' in slender


def test_without_colours_the_code_is_there():
    html = html_of(panel_of(samples.prose()))
    assert "bnb-t-" not in without_colours(html).partition("</style>")[2]
    assert Words(without_colours(html)).found != []
    assert "".join(Words(without_colours(html)).found) == "".join(Words(html).found)


def test_without_formulas_the_tex_is_there():
    html = without_formulas(html_of(panel_of(samples.prose())))
    assert "<math" not in html
    assert 'class="bnb-tex"' in html
    assert 'class="bnb-math' not in html.partition("</style>")[2]


def test_the_beginning_ends_with_a_paragraph_and_closes_its_code():
    assert beginning("one\n\ntwo\n\nthree", 10, "there.") == "one\n\ntwo\n\n[7 more characters: there.]"
    cut = beginning("text\n\n```python\ncode\n\nmore code\n\nand more\n```", 30, "there.")
    assert cut.count("```") == 2
