"""What a tool gave back, as the page shows, copies and prints it."""

import pytest

from bedrock_nb.views.html.stylesheet import panel_css
from browser.panel_page import messages_of, open_page
from views import samples

PICTURE = {"image": {"format": "png", "source": {"bytes": samples.PIXEL}}}
UNSHOWN = {"image": {"format": "tiff", "source": {"bytes": samples.PIXEL}}}
LONG = {"text": "It is fair, and will be so for as long as one can tell."}


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 900, "height": 900})
    opened = open_page(context)
    opened.add_style_tag(content=panel_css())
    yield opened
    context.close()


def shown(page, *parts, given='{"city": "Bern"}'):
    """The card of a call whose result has these parts."""
    first = samples.Script().tool("weather", given).end("tool_use").recording()
    result = {"role": "user", "content": [{"toolResult": {"toolUseId": "tooluse_1", "content": list(parts)}}]}
    answer = samples.Script().text("So.").end().recording(samples.REQUEST | {"messages": [result]})
    page.evaluate("async (messages) => { await bnb.play(messages); }", messages_of([first, answer]))
    return page.locator("#live .bnb-tool")


@pytest.mark.parametrize(("parts", "buttons"), [((LONG,), 1), ((PICTURE, LONG), 1), ((PICTURE,), 0), ((UNSHOWN,), 0)])
def test_a_result_is_copied_where_there_is_text_in_it(page, parts, buttons):
    assert shown(page, *parts).get_by_label("Copy the result").count() == buttons


@pytest.mark.parametrize(("given", "is_offered"), [('{"city": "Bern"}', True), ("", False)])
def test_an_input_is_copied_where_there_is_one(page, given, is_offered):
    assert shown(page, LONG, given=given).get_by_label("Copy the input").is_visible() is is_offered


def test_a_note_in_a_result_stands_where_its_text_would(page):
    card = shown(page, UNSHOWN, LONG)
    card.locator(".bnb-result > summary").click()
    edge = "(each) => each.getBoundingClientRect().left + parseFloat(getComputedStyle(each).paddingLeft)"
    note, text = card.locator(".bnb-result > :is(.bnb-note, pre)").evaluate_all(f"all => all.map({edge})")
    assert note == pytest.approx(text, abs=2)


def test_on_paper_a_result_is_whole(page):
    text = shown(page, LONG).locator(".bnb-result pre")
    assert not text.is_visible()
    page.emulate_media(media="print")
    assert text.is_visible()
    assert text.bounding_box()["height"] > 10
