"""What the reader has folded or unfolded is so in the finished output too, and nothing else is taken over."""

import pytest

from bedrock_nb.views.html.finished import html_of
from bedrock_nb.views.panel.present import panel_of
from browser.panel_page import messages_of, open_page
from views import samples

# Shows an answer until it is over, lets the reader do something, and draws its finished output.
REPLACE = """async ([messages, html, pressed]) => {
    const [live, still] = ["live", "static"].map((id) => document.getElementById(id));
    const openIn = (place) => [...place.querySelectorAll(".bnb-blocks details")].map((each) => each.open);
    const takeOff = await bnb.play(messages);
    live.querySelector(".bnb-reasoning").open = true; // the patch that folds it has not come
    if (pressed) live.querySelector(`${pressed} > summary`).click();
    takeOff();
    const kept = (globalThis[Symbol.for("bedrock-nb:folds")] ?? []).length;
    still.innerHTML = html;
    const drawn = openIn(still);
    bnb.recallFolds(still.querySelector("article"));
    return [kept, drawn, openIn(still)];
}"""


@pytest.fixture
def page(chromium):
    context = chromium.new_context()
    yield open_page(context)
    context.close()


def replaced(page, pressed):
    """How many panels are kept in mind, and what is open in the finished output, as drawn and as recalled."""
    script = samples.Script().reasoning(samples.REASONING)
    source = {"title": "Annual report", "location": {}, "sourceContent": [{"text": "Revenue grew."}]}
    recording = script.text("Revenue grew.", [source]).end().recording()
    return page.evaluate(REPLACE, [messages_of(recording), html_of(panel_of(recording)), pressed])


def test_a_panel_in_which_nothing_was_left_is_not_kept_in_mind(page):
    assert replaced(page, None) == [0, [False, True], [False, True]]


def test_what_was_left_is_recalled_and_what_was_not_is_as_it_is_drawn(page):
    assert replaced(page, ".bnb-sources") == [1, [False, True], [False, False]]


def test_what_was_recalled_is_not_recalled_again(page):
    replaced(page, ".bnb-sources")
    assert page.evaluate("() => globalThis[Symbol.for('bedrock-nb:folds')].length") == 0


def test_where_nothing_is_kept_in_mind_an_answer_is_not_even_read(page):
    read = page.evaluate(
        """(html) => {
            const still = document.getElementById("static");
            still.innerHTML = html;
            let read = 0;
            still.querySelector(".bnb-blocks").cloneNode = () => { read += 1; };
            bnb.recallFolds(still.querySelector("article"));
            return read;
        }""",
        html_of(panel_of(samples.prose())),
    )
    assert read == 0
