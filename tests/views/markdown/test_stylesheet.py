"""The rules reach nothing outside the panel, fetch nothing, and can be read."""

import re

import pytest

from bedrock_nb.views.markdown import code_css, markdown_css, render_markdown

RULE = re.compile(r"([^{}]+)\{[^{}]*\}")
TEXT_COLOURS = [
    *("code-text", "muted", "link", "keyword", "string", "comment", "number", "name", "builtin", "attribute"),
    *("added", "removed", "unseen"),
]


def selectors(css):
    without_comments = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).replace(
        "@media (prefers-color-scheme: dark) {", ""
    )
    return [selector.strip() for rule in RULE.findall(without_comments) for selector in re.split(r",(?![^(]*\))", rule)]


def themes():
    for block in re.findall(r"\{([^{}]*--bnb-code-ground: #[^{}]*)\}", code_css()):
        yield dict(re.findall(r"--bnb-([a-z-]+): (#[0-9a-f]{6});", block))


def luminance(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_every_rule_is_about_what_is_in_the_panel():
    found = selectors(markdown_css())
    assert len(found) > 50
    assert [selector for selector in found if ".bnb-panel" not in selector] == []


def test_nothing_is_fetched():
    assert not re.search(r"url\(|@import|@font-face|expression|</", markdown_css())


@pytest.mark.parametrize("name", TEXT_COLOURS)
def test_text_can_be_read_on_its_ground(name):
    found = list(themes())
    assert len(found) == 3
    for theme in found:
        assert contrast(theme[name], theme["code-ground"]) >= 4.5


def test_every_class_that_is_rendered_has_a_rule(texts):
    html = "".join(map(render_markdown, texts.values()))
    classes = {name for group in re.findall(r'class="([^"]+)"', html) for name in group.split()}
    plain = {"bnb-remote", "bnb-display"}
    assert {name for name in classes if f".{name}" not in markdown_css()} - plain == set()
