"""An exchange in a terminal, and panels that finished outputs have replaced; tests/browser has the rest."""

import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bedrock_nb.notebook import display
from bedrock_nb.notebook.calling.asking import exchange
from bedrock_nb.notebook.tools.consent import Questions
from bedrock_nb.views.live.widget import StreamWidget
from views import samples
from waiting import PATIENCE


@pytest.fixture
def retired(monkeypatch):
    monkeypatch.setattr(display, "_RETIRED", [])
    return display._RETIRED


def test_the_latest_stay_open_for_a_page_that_is_loaded_anew_and_the_oldest_are_closed(retired):
    widgets = [StreamWidget(samples.prose()) for _ in range(display._MOST_RETIRED + 2)]
    for widget in widgets:
        display._retire(widget)
    assert [widget.comm is None for widget in widgets[:3]] == [True, True, False]
    for widget in widgets:
        widget.close()
    display._retire(widgets[0])
    assert retired == [widgets[0]]


def asked(*tools, **options):
    model = "local.scripted-tools-v1:0"
    return exchange("Weather in Bern?", model=model, tools=tools, namespace={}, **options)


def weather(city: str) -> str:
    """The weather."""
    return f"sunny in {city}"


@pytest.mark.usefixtures("endpoint")
def test_a_question_in_a_terminal_comes_below_the_card_and_the_figures_of_its_call(monkeypatch, capsys):
    monkeypatch.setattr("builtins.input", lambda question: sys.stdout.write(question) and "y")
    display.watch(asked(weather, ask=Questions()), in_kernel=False)
    before, _, after = capsys.readouterr().out.partition("\nRun weather(")
    assert "Tool call: weather" in before
    assert "— Done" in before
    assert "The tools answered" in after


@pytest.mark.usefixtures("endpoint")
def test_an_interrupt_in_a_terminal_while_a_tool_runs_is_told(monkeypatch, capsys):
    begun, release = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert release.wait(PATIENCE)
        return "late"

    running = asked(slow)
    wait = running.wait

    def interrupted(timeout):
        if begun.is_set():
            raise KeyboardInterrupt
        return wait(timeout)

    monkeypatch.setattr(running, "wait", interrupted)
    display.watch(running, in_kernel=False)
    release.set()
    assert running.recording.stopped
    assert capsys.readouterr().out.endswith("\n\ni Stopped\n  What came before is kept.\n")


@pytest.mark.usefixtures("endpoint")
def test_what_ends_an_exchange_between_its_calls_is_told_in_a_terminal(capsys):
    model = "local.scripted-tool-rounds-v1:0"
    display.watch(
        exchange("Weather?", model=model, tools=[weather, slower], namespace={}, max_rounds=1), in_kernel=False
    )
    assert "and asks for more (slower)" in capsys.readouterr().out


class Output:
    """What a notebook shows in the panel's place."""

    def __init__(self):
        self.bundles = []

    def update(self, bundle, *, raw):
        assert raw
        self.bundles.append(bundle)


def interrupting(step):
    """The same step, in the middle of which the kernel is interrupted."""

    def interrupted(*args, **options):
        signal.raise_signal(signal.SIGINT)
        return step(*args, **options)

    return interrupted


@pytest.mark.usefixtures("endpoint", "retired")
class TestTheFinishedOutput:
    @pytest.fixture
    def running(self):
        return asked(weather)

    @pytest.fixture
    def widget(self, running):
        widget = StreamWidget(running)
        yield widget
        widget.close()

    @pytest.fixture
    def output(self, widget, monkeypatch):
        output = Output()
        monkeypatch.setattr(display, "_shown", lambda _: (widget, output))
        return output

    def test_an_interrupt_while_it_is_made_keeps_it_the_only_one(self, running, widget, output, monkeypatch):
        before = signal.getsignal(signal.SIGINT)
        for step in ("finish", "rendered", "wait_until_drawn", "gave_way_to"):
            monkeypatch.setattr(widget, step, interrupting(getattr(widget, step)))
        monkeypatch.setattr(output, "update", interrupting(output.update))
        display.watch(running, in_kernel=True)
        (bundle,) = output.bundles
        assert "The tools answered" in bundle["text/plain"]
        assert signal.getsignal(signal.SIGINT) is before

    def test_it_takes_the_panels_place_on_a_subshell_too(self, running, output):
        with ThreadPoolExecutor(1) as subshell:
            subshell.submit(display.watch, running, in_kernel=True).result(PATIENCE)
        assert len(output.bundles) == 1


def slower(city: str) -> str:
    """The weather, later."""
    return f"rain in {city}"
