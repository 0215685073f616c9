"""The harness itself: other browser tests are worth what these show it can see."""

import re
import sys
from contextlib import ExitStack

import pytest

from browser.tabs import standing_tab

COUNTING_WIDGET = '''
import threading
import anywidget

class Words(anywidget.AnyWidget):
    _esm = """
    export default () => {
      let text = "", paint = () => {};
      return {
        initialize({ model }) {
          model.on("msg:custom", word => { text += word; paint(); });
        },
        render({ el }) {
          paint = () => { el.textContent = text; };
          paint();
        },
      };
    };
    """

words, gate = Words(), threading.Event()

def say():
    for word in "one two three".split():
        words.send(word + " ")
    gate.wait()
    words.send("four")

threading.Thread(target=say).start()
words
'''


def test_a_widget_is_seen_to_grow(either_app):
    either_app.open([COUNTING_WIDGET, "gate.set()"])
    either_app.watch_text(0)
    either_app.run_cell(0)
    either_app.output(0).get_by_text("one two three", exact=True).wait_for()
    either_app.run_cell(1)
    either_app.output(0).get_by_text("one two three four", exact=True).wait_for()
    assert either_app.text_lengths(0)[-1] == len("one two three four")
    assert len(either_app.text_lengths(0)) >= 2
    assert either_app.console_errors == []


def test_output_outlives_save_shutdown_and_reload(either_app):
    either_app.open(["print('still ' + 'here')"])
    either_app.run_cell(0)
    either_app.save()
    assert either_app.saved_outputs(0)[0].text == "still here\n"
    either_app.shutdown_kernel()
    either_app.reload()
    assert either_app.output(0).inner_text().strip() == "still here"


def test_a_notebook_opens_with_no_kernel(lab):
    lab.open(["from IPython.display import HTML\nHTML('<b>' + 'bold' + '</b>')"])
    lab.run_cell(0)
    lab.save()
    lab.shutdown_kernel()
    lab.open(lab.server.notebooks / lab.name, kernel=False)
    assert lab.output(0).locator("b").inner_text() == "bold"
    assert lab.page.get_by_text("No Kernel").count() > 0


def test_a_running_cell_is_interrupted(either_app):
    either_app.open(["print('begun', flush=True)\nimport threading\nthreading.Event().wait()", "1 + 1"])
    either_app.run_cell(0, wait=False)
    either_app.output(0).get_by_text("begun").wait_for()
    either_app.interrupt()
    either_app.wait_until_done(0)
    assert "KeyboardInterrupt" in either_app.output(0).inner_text()
    either_app.run_cell(1)
    assert either_app.output(1).inner_text().endswith("2")


def test_a_restart_forgets_names_and_keeps_outputs(lab):
    lab.open(["kept = 'kept'\nprint(kept)", "'kept' in globals()"])
    lab.run_cell(0)
    lab.restart()
    lab.run_cell(1)
    assert lab.output(0).inner_text().strip() == "kept"
    assert "False" in lab.output(1).inner_text()


def test_the_theme_changes_and_is_pictured(lab):
    lab.open(["1"])
    pictures = []
    for shade in ("dark", "light"):
        lab.use_theme(shade)
        pictures.append(lab.screenshot(f"harness-{shade}").read_bytes())
    assert pictures[0] != pictures[1]


def test_errors_and_requests_to_outside_hosts_are_seen(lab):
    lab.open(["1"])
    lab.page.route("http://elsewhere.invalid/*", lambda route: route.abort())
    lab.page.evaluate("""async () => {
        console.error("something broke");
        await fetch("http://elsewhere.invalid/picture.png").catch(() => null);
    }""")
    assert [error for error in lab.console_errors if "something broke" in error]
    assert lab.outside_requests == ["http://elsewhere.invalid/picture.png"]
    lab.requests.clear()


def test_a_standing_tab_that_asked_for_something_outside_is_lent_to_no_other_test(tabs, jupyter, request):
    open_tabs = {}
    lent = ExitStack()
    lab = lent.enter_context(standing_tab(tabs, open_tabs, jupyter, request))
    lab.page.route("http://elsewhere.invalid/*", lambda route: route.abort())
    lab.page.evaluate("() => fetch('http://elsewhere.invalid/picture.png').catch(() => null)")
    with pytest.raises(AssertionError, match="beyond this machine"):
        lent.close()
    assert open_tabs == {}
    assert lab.page.is_closed()


def test_a_kernel_has_the_tests_python_and_nobodys_configuration(lab):
    lab.open(["import os, sys\nprint(sys.prefix)", "print(os.environ['HOME'], os.environ['IPYTHONDIR'])"])
    for index in (0, 1):
        lab.run_cell(index)
    assert lab.output(0).inner_text().strip() == sys.prefix
    home = str(lab.server.log.parent / "home")
    assert re.fullmatch(f"{home} {home}/ipython", lab.output(1).inner_text().strip())
