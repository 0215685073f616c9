"""Nothing of what others write becomes part of the page's structure; a real browser is asked in tests/browser."""

import json
import re
from functools import cache
from html.parser import HTMLParser

import pytest

from bedrock_nb.views.html.finished import html_of
from bedrock_nb.views.html.stylesheet import STATIC
from bedrock_nb.views.markdown_view import markdown_of
from bedrock_nb.views.panel.present import panel_of
from bedrock_nb.views.text import text_of
from views import samples
from views.hostile import everywhere
from views.payloads import PAYLOADS

ALLOWED = json.loads(
    re.search(r"ALLOWED = (\{.*?\n\});", (STATIC / "allowed.js").read_text(encoding="utf-8"), re.DOTALL)[1]
)


class Reader(HTMLParser):
    """Notes every element and attribute that is not on the page's own list."""

    def __init__(self):
        super().__init__()
        self.strange = []

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED["elements"]:
            self.strange.append(tag)
            return
        for name, value in attrs:
            known = name in ALLOWED["attributes"] or name in ALLOWED["elements"][tag]
            pattern = ALLOWED["values"].get("length" if name in ALLOWED["lengths"] else name, "")
            if not known or not re.search(pattern, value or "", re.IGNORECASE):
                self.strange.append(f"{tag} {name}={value}")


@cache
def hostile_panel(payload):
    return panel_of(everywhere(payload))


def strange_parts(html):
    reader = Reader()
    reader.feed(html.split("</style>", 1)[1])
    reader.close()
    return reader.strange


@pytest.mark.parametrize("length", ["-1em", "1em -1em", "100em", "1e9em", "calc(1em)", "1em;2em"])
def test_a_length_that_leaves_its_place_is_not_let_through(length):
    assert not re.search(ALLOWED["values"]["length"], length, re.IGNORECASE)


def test_the_corpus_is_as_large_as_it_has_to_be():
    assert len(set(PAYLOADS)) >= 150


@pytest.mark.parametrize("sample", samples.ALL)
def test_the_page_lets_through_whatever_a_panel_is_made_of(sample):
    assert strange_parts(html_of(panel_of(sample()))) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_adds_no_element_and_no_attribute_of_its_own(payload):
    assert strange_parts(html_of(hostile_panel(payload))) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_form_of_a_hostile_answer_can_be_written_to_a_file(payload):
    panel = hostile_panel(payload)
    for text in (html_of(panel), markdown_of(panel), text_of(panel)):
        text.encode("utf-8")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_plain_text_holds_nothing_that_commands_a_terminal(payload):
    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f]", text_of(hostile_panel(payload)))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markdown_holds_neither_html_nor_pictures_of_the_model(payload):
    outside_code = re.sub(r"(?ms)^(> )?(`{3,}|~{3,}).*?^(> )?\2`*$", "", markdown_of(hostile_panel(payload)))
    without_spans = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", outside_code)
    assert not re.search(r"(?<!\\)<[a-zA-Z/!?](?!ttps?:[^ <>]*>\))", without_spans)
    assert not re.search(r"(?<!\\)!\[", without_spans)
