"""Whatever a model writes, the HTML holds nothing but what this project means to show."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.views.markdown import render_markdown

BROKEN_OUT = re.compile(r"[^a-z]on[a-z]+\s*=|<script|javascript:", re.IGNORECASE)


def test_no_hostile_text_gets_anything_through(hostile, faults):
    assert len(hostile) > 70
    for what, text in hostile.items():
        assert faults(render_markdown(text)) == [], (what, text)


def test_hostile_texts_are_safe_wherever_they_stand(hostile, faults):
    for what, text in hostile.items():
        line = text.strip().replace("\n", " ")
        places = f"# {line}\n\n> {line}\n\n- [ ] {line}\n\n| a |\n|---|\n| {line} |\n\n*{line}*\n\n[{line}](https://x.example)\n"
        assert faults(render_markdown(places)) == [], (what, text)


def test_hostile_texts_are_safe_in_addresses_titles_and_languages(hostile, faults):
    for what, text in hostile.items():
        line = text.strip().replace("\n", " ")
        places = f'[a](<https://x.example/{line}> "{line}") ![{line}]({line})\n\n~~~{line}\n{line}\n~~~\n\n${line}$\n'
        assert faults(render_markdown(places)) == [], (what, text)


def test_two_hostile_texts_do_not_make_up_for_one_another(hostile, faults):
    texts = list(hostile.values())
    for first, second in zip(texts, texts[1:] + texts[:1], strict=True):
        assert faults(render_markdown(first.rstrip("\n") + second)) == [], (first, second)


@given(st.text(alphabet="<>&\"'`*_[]()!\\$|~#-:/= \n\tabcx1;{}^\u202e\0", max_size=120))
def test_any_text_gives_well_formed_html_of_known_elements(faults, text):
    assert faults(render_markdown(text)) == []


@given(st.text(max_size=60))
def test_any_text_can_be_sent(text):
    render_markdown(text).encode()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x",
        "JAVASCRIPT:x",
        "data:text/html,x",
        "vbscript:x",
        "file:///x",
        "blob:x",
        "about:blank",
        "ftp://x.example",
    ],
)
def test_other_schemes_stay_source(address):
    assert render_markdown(f"[a]({address})") == f'<p dir="auto">[a]({address})</p>\n'


def test_no_element_would_fetch_anything(hostile):
    html = "".join(render_markdown(text) for text in hostile.values())
    sources = re.findall(r'<[^>]+?\s(?:src|srcset|poster|background|data)="([^"]*)"', html)
    assert sources
    assert all(source.lower().startswith("data:image/") for source in sources)


def test_a_lone_surrogate_and_a_null_are_replaced():
    assert render_markdown("a\0b\ud800c") == '<p dir="auto">a\ufffdb\ufffdc</p>\n'


@pytest.mark.parametrize(
    "unit",
    [
        "*[*[",
        "$",
        "$a ",
        "[",
        "![",
        "[a](",
        "`",
        "*a ",
        "<",
        "&",
        ":",
        "www.",
        "a@b.",
        "> ",
        "- ",
        "\\(",
        "|",
        "$$\n",
        "[a\n",
        "> - ",
    ],
)
def test_repetition_costs_no_more_than_it_is_long(unit, faults):
    assert faults(render_markdown(unit * (20_000 // len(unit)))) == []


def test_an_overlong_paragraph_is_plain_text():
    text = "**a** " * 10_000
    assert render_markdown(text) == f'<p dir="auto">{text.strip()}</p>\n'


def test_nesting_as_deep_as_anyone_writes_is_shown():
    assert "innermost" in render_markdown("> " * 40 + "innermost")
    assert "innermost" in render_markdown(
        "".join("  " * depth + "- a\n" for depth in range(20)) + "  " * 20 + "- innermost"
    )


def test_deep_nesting_ends_without_an_error(faults):
    assert faults(render_markdown("> " * 5_000 + "a")) == []
    assert faults(render_markdown("".join("  " * depth + "- a\n" for depth in range(300)))) == []
    assert faults(render_markdown("[" * 5_000 + "a" + "](https://x.example)" * 5_000)) == []
