"""The last live picture is seen before a finished output takes the panel's place."""

from pathlib import Path

import pytest

from browser.panel_page import messages_of, open_page
from browser.test_panel_lab import ENDLESS, SETUP
from views import samples

TESTS = Path(__file__).parents[1]
GIVES_WAY = f"""
import sys
sys.path.insert(0, {str(TESTS)!r})
from waiting import PATIENCE, eventually
eventually(lambda: widget._pages)
gate.set()
stream.wait()
widget.finish(), widget._drawn.wait(PATIENCE)
"""


@pytest.fixture
def page(chromium):
    context = chromium.new_context()
    yield open_page(context)
    context.close()


@pytest.mark.parametrize("is_on_the_page", [True, False])
def test_the_kernel_is_told_once_that_the_end_is_drawn_and_only_by_a_page_that_shows_it(page, is_on_the_page):
    seen = page.evaluate(
        """async ([messages, isOnThePage]) => {
            const seen = [], hear = {}, el = document.getElementById("live");
            const model = {
                get: () => 0, off: () => {}, on: (name, listen) => { hear[name] = listen; },
                send: ({ kind }) => {
                    if (kind === "drawn") seen.push(el.querySelector("article").getAttribute("aria-busy"));
                },
            };
            const { initialize, render } = bnb.widget();
            const close = initialize({ model });
            const takeOff = isOnThePage ? render({ model, el }) : () => {};
            hear["msg:custom"]({ kind: "snapshot", number: 0, panel: new bnb.PanelState().snapshot, elapsed: 0 });
            for (const message of messages) hear["msg:custom"](message);
            hear["msg:custom"](messages.at(-1));
            for (let frames = 0; frames < 3; frames += 1) await bnb.painted();
            takeOff();
            close();
            return seen;
        }""",
        [messages_of(samples.prose()), is_on_the_page],
    )
    assert seen == (["false"] if is_on_the_page else [])


def test_a_kernel_whose_cell_runs_hears_of_it(either_app):
    either_app.open([SETUP, f"{ENDLESS}{GIVES_WAY}"])
    either_app.run_cell(0)
    either_app.run_cell(1)
    assert "(True, True)" in either_app.output(1).inner_text()
