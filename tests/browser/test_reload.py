"""A page that is loaded anew while a cell of ours runs: what the kernel has is on it as soon as the kernel is idle."""

import threading
from pathlib import Path

import pytest

from browser.test_questions import begin as begin_asking
from browser.test_tools import message, said

TESTS = Path(__file__).parents[1]
WIDGET_TYPE = "application/vnd.jupyter.widget-view+json"
GAVE_WAY = """async () => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    await kernel.requestExecute({ code: "widget.gave_way_to(mime_bundle(answer))", silent: true }).done;
}"""
OPEN_PANELS = f"""
import sys
sys.path.insert(0, {str(TESTS)!r})
from waiting import eventually
from bedrock_nb import StreamWidget
from ipywidgets.widgets.widget import _instances
eventually(lambda: not any(isinstance(each, StreamWidget) for each in _instances.values()))
"""


@pytest.fixture
def gate(endpoint):
    """Of a model that says what it has to say in the end only when this is set."""
    gate = threading.Event()

    def gated(_):
        first, *rest = message(said("the beginning, "), said("the end"), stop="end_turn")
        yield first
        for event in rest:
            if "the end" in str(event):
                gate.wait()
            yield event

    endpoint.add("local.gated", gated)
    yield gate
    gate.set()


def begin(app, endpoint, options="", last="answer.text"):
    setup = f"import os\nos.environ.update({endpoint.environment!r})\n%load_ext bedrock_nb"
    app.open([setup, f"%%bedrock answer << -m local.gated {options}\nHello", last])
    app.run_cell(0)
    app.run_cell(1, wait=False)
    app.output(1).get_by_text("the beginning").wait_for()


def load_anew(app):
    """As F5 does, of a notebook that was saved; nobody waits for its kernel."""
    app.save()
    app.page.reload()
    app.cell(1).wait_for()


def test_an_answer_that_came_meanwhile_is_shown_once_its_cell_is_over(either_app, endpoint, gate):
    begin(either_app, endpoint)
    load_anew(either_app)
    gate.set()
    panel = either_app.output(1).locator(".bnb-panel")
    panel.get_by_text("the beginning, the end").wait_for()
    assert panel.locator(".bnb-is-done").count() == 1
    either_app.run_cell(2)
    assert "the beginning, the end" in either_app.output(2).inner_text()
    assert panel.get_by_role("button", name="Copy answer").count() == 1
    panel.get_by_role("button", name="Replay").wait_for()
    either_app.save()
    assert [WIDGET_TYPE in each.data for each in either_app.saved_outputs(1)] == [False]


def test_an_answer_in_the_background_goes_on_and_stays(lab, endpoint, gate):
    begin(lab, endpoint, "--bg")
    load_anew(lab)
    panel = lab.output(1).locator(".bnb-panel")
    panel.get_by_text("the beginning").wait_for()
    assert panel.locator(".bnb-is-answering").count() == 1
    gate.set()
    panel.locator(".bnb-is-done").wait_for()
    lab.run_cell(2)
    assert panel.get_by_text("the beginning, the end").is_visible()


def test_a_question_that_stood_on_the_page_ends_with_it(either_app, endpoint):
    output = begin_asking(either_app, endpoint)
    output.get_by_role("button", name="Yes").wait_for()
    load_anew(either_app)
    output.locator(".bnb-is-stopped").wait_for()
    either_app.run_cell(2)
    assert "[] True False" in either_app.output(2).inner_text()


def test_a_panel_whose_page_has_the_finished_output_leaves_nothing_open(lab, endpoint, gate):
    begin(lab, endpoint, last=OPEN_PANELS)
    gate.set()
    lab.wait_until_done(1)
    lab.run_cell(2)
    assert lab.output(2).inner_text() == ""
    assert lab.console_errors == []


SHOWN = """
from IPython.display import DisplayHandle
from bedrock_nb import StreamWidget
from bedrock_nb.views.bundle import mime_bundle
widget = StreamWidget(answer)
DisplayHandle().display(widget)
"""


NOTE_THAT_IT_ASKS = """
    document.addEventListener("bedrock-nb:over", () => { window.hasAsked = true; });
"""


def test_a_page_that_asks_before_the_finished_output_is_made_gets_it_then(lab, endpoint, gate):
    gate.set()
    begin(lab, endpoint, last=SHOWN + "widget.give_way()")
    lab.wait_until_done(1)
    lab.run_cell(2)
    lab.page.add_init_script(NOTE_THAT_IT_ASKS)
    load_anew(lab)
    output = lab.output(2)
    lab.page.wait_for_function("() => window.hasAsked")
    assert output.get_by_role("button", name="Stop").count() == 0
    assert output.get_by_role("button", name="Replay").count() == 0
    lab.page.evaluate(GAVE_WAY)
    output.get_by_role("button", name="Replay").wait_for()
    assert lab.console_errors == []


def test_the_finished_output_is_put_where_the_page_has_the_widget_still(either_app, endpoint, gate):
    gate.set()
    begin(either_app, endpoint, last=SHOWN)
    either_app.wait_until_done(1)
    either_app.run_cell(2)
    output = either_app.output(2)
    output.get_by_text("the beginning, the end").wait_for()
    either_app.save()
    assert [WIDGET_TYPE in each.data for each in either_app.saved_outputs(2)] == [True]
    either_app.page.evaluate(GAVE_WAY)
    load_anew(either_app)
    output.get_by_role("button", name="Replay").wait_for()
    either_app.save()
    [saved] = either_app.saved_outputs(2)
    assert WIDGET_TYPE not in saved.data
    assert "the beginning, the end" in saved.data["text/markdown"]
    assert either_app.console_errors == []
