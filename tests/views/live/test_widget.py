"""The widget's Python side, with no kernel; tests/browser has the rest."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.views.live.painter import PAINTER
from bedrock_nb.views.live.replay import Replay
from bedrock_nb.views.live.widget import DRAWING, StreamWidget
from views import samples
from waiting import eventually


@pytest.fixture
def live():
    replay = Replay(samples.prose(), speed=0.01)
    widget = StreamWidget(replay)
    yield widget
    widget.close()
    eventually(lambda: PAINTER.is_idle)


@pytest.fixture
def sent(live, monkeypatch):
    messages = []
    monkeypatch.setattr(live, "send", messages.append)
    return messages


def test_a_recording_needs_no_thread_and_is_there_at_once():
    widget = StreamWidget(samples.prose())
    assert PAINTER.is_idle
    assert (widget.state, widget.text) == ("done", samples.prose().text)
    assert widget.finish(0)
    widget.close()


def test_where_no_widget_can_be_shown_its_text_says_how_to_get_the_answer(live):
    run_id = live._calls[0].recording.id
    assert run_id
    text = live._repr_mimebundle_()[0]["text/plain"]
    assert text == f"<StreamWidget: an answer that was still coming; `%bedrock show {run_id[:8]}` shows it>"


def test_a_finished_answer_of_no_history_has_a_short_text():
    widget = StreamWidget(replace(samples.prose(), id=""))
    assert repr(widget) == "<StreamWidget: an answer>"
    widget.close()


def test_what_a_new_page_gets_is_the_panel_as_it_stands(live):
    state = live.get_state()
    assert state["snapshot"]["panel"]["live"]
    live._calls[0].seek(1)
    live._portrait.paint()
    assert live.get_state()["snapshot"]["panel"]["state"] == "thinking"


def test_a_stop_is_answered_and_ends_the_call(live, sent):
    live._hear(live, {"kind": "stop"}, [])
    assert {"kind": "stop", "answer": True} in sent
    assert live._calls[0].done
    assert live.finish()
    assert live.state == "paused"  # what is live here is a replay


def test_a_page_that_missed_nothing_is_told_so_and_another_gets_the_whole(live, sent):
    number = live._portrait.whole()["number"]
    live._hear(live, {"kind": "resync", "number": number}, [])
    live._hear(live, {"kind": "resync", "number": number - 1}, [])
    assert [message["kind"] for message in sent if message["kind"] != "patch"] == ["current", "snapshot"]


def test_the_page_gets_markdown_and_events_when_it_asks(sent, live):
    live._calls[0].seek(1e9)
    live.finish()
    for kind in ("markdown", "events"):
        live._hear(live, {"kind": kind}, [])
    answers = {message["kind"]: message.get("answer") for message in sent}
    assert answers["markdown"] == samples.prose().text
    assert len(answers["events"]) == len(samples.prose().wire_events)


def test_a_page_that_has_the_widget_still_can_ask_for_what_took_its_place(sent, live):
    live._hear(live, {"kind": "successor"}, [])
    live.gave_way_to({"text/plain": "the answer"})
    live._hear(live, {"kind": "successor"}, [])
    answers = [message["answer"] for message in sent if message["kind"] == "successor"]
    assert answers == [None, {"model_id": live.model_id, "data": {"text/plain": "the answer"}}]


def test_a_page_that_asks_too_early_is_told_as_soon_as_something_took_its_place(sent, live):
    live.give_way()
    live._hear(live, {"kind": "successor"}, [])
    assert [message for message in sent if message["kind"] == "successor"] == []
    live.gave_way_to({"text/plain": "the answer"})
    answers = [message["answer"]["data"] for message in sent if message["kind"] == "successor"]
    assert answers == [{"text/plain": "the answer"}]


def test_what_took_its_place_is_told_to_nobody_who_did_not_ask(sent, live):
    live.give_way()
    live.gave_way_to({"text/plain": "the answer"})
    assert [message for message in sent if message["kind"] == "successor"] == []


@pytest.mark.parametrize("message", [{}, {"kind": "nonsense"}, {"kind": "seek", "seconds": "x"}])
def test_a_message_that_makes_no_sense_is_left_alone(live, sent, message):
    live._hear(live, message, [])
    assert [each for each in sent if each["kind"] != "patch"] == []


def test_a_replay_can_be_sent_to_a_moment(live, sent):
    assert live.replay_length == pytest.approx(samples.prose().metrics.duration)
    live._hear(live, {"kind": "seek", "seconds": 1e9}, [])
    eventually(lambda: live._portrait.is_over)
    live._hear(live, {"kind": "seek", "seconds": 1.0}, [])
    eventually(lambda: live._portrait.whole()["panel"]["state"] == "thinking")


def test_closing_a_panel_ends_its_painting_and_not_its_call():
    widget = StreamWidget(Replay(samples.prose(), speed=0.01))
    widget.close()
    eventually(lambda: PAINTER.is_idle)
    assert not widget._calls[0].done


class OneExchange:
    """Two calls, of which the second follows later."""

    def __init__(self, ask=None):
        first, second = samples.tools()
        self.calls, self.ask, self.follower = (first,), ask, None
        self.second = Replay(second, speed=1e9)

    def follow(self, follower, seen=0):
        assert seen == len(self.calls)
        self.follower = follower
        return lambda: setattr(self, "follower", None)


def test_an_exchange_is_shown_with_the_calls_that_follow():
    exchange = OneExchange()
    widget = StreamWidget(exchange)
    exchange.follower(exchange.second)
    assert widget.finish()
    assert widget.text.endswith(exchange.second.recording.text)
    follow = exchange.follower
    widget.close()
    assert exchange.follower is None
    follow(exchange.second)  # which was on its way
    eventually(lambda: PAINTER.is_idle)
    assert len(widget._calls) == 2


@pytest.mark.parametrize("shown", ["text", None, [], [samples.prose(), 7]])
def test_what_a_panel_cannot_show_is_told(shown):
    with pytest.raises(InvalidInput, match=r"cannot show a (str|NoneType|int)|no call to be shown"):
        StreamWidget(shown)


def test_it_is_closed_by_the_last_page_that_takes_it_away_and_not_before_it_may(live):
    def page(kind, name):
        live._hear(live, {"kind": kind, "page": name}, [])

    page("shown", "a")
    page("hidden", "a")
    live.give_way()
    page("shown", "a")
    page("hidden", "a")
    assert live.comm is not None  # it is not over
    live._calls[0].seek(1e9)
    assert live.finish()
    page("shown", "a")
    page("shown", "b")
    page("left", "b")
    page("shown", "c")
    page("hidden", "a")
    assert live.comm is not None
    page("hidden", "c")
    assert live.comm is None


def test_what_a_busy_kernel_hears_too_late_is_no_news(live):
    for kind, page, order in (
        ("hidden", "a", 3),
        ("shown", "a", 1),  # it waited for the main thread, and the others did not
        ("left", "b", 2),
        ("shown", "b", 1),
    ):
        live._hear(live, {"kind": kind, "page": page, "order": order}, [])
    assert live._pages == set()
    live._hear(live, {"kind": "shown", "page": "a", "order": 4}, [])
    live._hear(live, {"kind": "hidden", "page": "a", "order": 3}, [])
    assert live._pages == {"a"}


@pytest.mark.parametrize("gives_way", [True, False])
def test_its_last_picture_goes_out_as_a_whole_where_it_is_to_stay(live, gives_way):
    if gives_way:
        live.give_way()
    live._calls[0].seek(1e9)
    assert live.finish()
    assert (live.snapshot == {"number": live._portrait.number}) is not gives_way


def test_whoever_puts_something_in_its_place_waits_for_the_page_that_shows_it(live, monkeypatch):
    waits = []
    monkeypatch.setattr(live._drawn, "wait", waits.append)
    live.wait_until_drawn()
    assert waits == []  # no page is heard
    live._hear(live, {"kind": "shown", "page": "a"}, [])
    live.wait_until_drawn()
    assert waits == [DRAWING]
    live._hear(live, {"kind": "drawn"}, [])
    assert live._drawn.is_set()


class StandingQuestion:
    standing = SimpleNamespace(call=samples.tools()[0].tool_calls[0])

    def seen(self):
        """It is of no matter here."""


@pytest.mark.parametrize("cell_runs", [True, False])
def test_a_question_that_no_page_can_show_again_ends_the_exchange(cell_runs):
    exchange = OneExchange(ask=StandingQuestion())
    exchange.calls = (Replay(exchange.calls[0], speed=0.01),)
    widget = StreamWidget(exchange)
    widget._own_cell.runs = cell_runs
    for kind, page in (("shown", "a"), ("shown", "b"), ("left", "a")):
        widget._hear(widget, {"kind": kind, "page": page}, [])
    assert not exchange.calls[0].done
    widget._hear(widget, {"kind": "left", "page": "b"}, [])
    assert exchange.calls[0].done is cell_runs
    widget._own_cell.runs = False
    widget.close()
    eventually(lambda: PAINTER.is_idle)


def test_a_page_that_missed_something_is_given_the_whole_without_asking(live):
    sent = []
    live.observe(lambda change: sent.append(live.get_state("snapshot")), "snapshot")
    live._portrait._renew()
    live._calls[0].seek(1e9)
    live.finish()
    assert [state["snapshot"]["panel"]["state"] for state in sent] == ["waiting", "done"]
