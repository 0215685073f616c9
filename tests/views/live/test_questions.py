"""A panel that asks the user before a tool is called, and what else it is given by whoever composes it."""

from types import SimpleNamespace

import IPython
import pytest

from bedrock_nb.views.live.own_cell import OwnCell
from bedrock_nb.views.live.portrait import Portrait
from bedrock_nb.views.live.replay import Replay, replays
from bedrock_nb.views.live.widget import StreamWidget
from views import samples
from views.live.test_portrait import Audience

FIRST, SECOND = samples.tools()
ASKED = FIRST.tool_calls[1]
KEY = f"0.{ASKED.index}"


class Between:
    """A call whose answer is there, while the exchange goes on: its tools are to be run."""

    done = False
    request, response, turn, recording = FIRST.request, FIRST.response, FIRST.turn, FIRST
    elapsed, event_count = 1.0, len(FIRST.events)


class OneQuestion:
    def __init__(self):
        self.answers, self.is_seen = [], False
        self.standing = SimpleNamespace(call=ASKED, answer=self.answers.append)

    def seen(self):
        self.is_seen = True


@pytest.fixture
def asking():
    audience = Audience([])
    questions = OneQuestion()
    audience.portrait = Portrait([Between()], send=audience.hear, notice=audience.panels.append, questions=questions)
    audience.portrait.paint()
    return audience, questions


def card(audience, key=KEY):
    return next(block for block in audience.page["blocks"] if block["key"] == key)


def test_the_question_stands_under_the_card_of_its_call(asking):
    audience, _ = asking
    assert audience.page["state"] == "asking you"
    assert "bnb-question" in card(audience)["foot"]
    other = card(audience, f"0.{FIRST.tool_calls[0].index}")
    assert "bnb-question" not in other["foot"]
    assert "waiting…" in other["foot"]


def test_a_call_behind_the_question_waits_for_its_turn(asking):
    audience, questions = asking
    first, second = FIRST.tool_calls[0], ASKED
    questions.standing = SimpleNamespace(call=first, answer=questions.answers.append)
    audience.portrait.paint()
    assert "bnb-question" in card(audience, f"0.{first.index}")["foot"]
    assert "waiting for its turn" in card(audience, f"0.{second.index}")["foot"]


def test_once_it_is_answered_it_is_gone(asking):
    audience, questions = asking
    assert not audience.portrait.is_due
    questions.standing = None
    assert audience.portrait.is_due
    assert audience.portrait.paint()
    assert audience.page["state"] == "calling a tool"
    assert "bnb-question" not in card(audience)["foot"]
    assert not audience.portrait.paint()


def test_the_clock_stands_still_while_the_user_is_asked_and_while_tools_run(asking):
    audience, questions = asking
    assert (audience.page["state"], audience.page["ticking"]) == ("asking you", False)
    questions.standing = None
    audience.portrait.paint()
    assert (audience.page["state"], audience.page["ticking"]) == ("calling a tool", False)


def test_the_answer_reaches_whoever_asks(asking):
    audience, questions = asking
    audience.portrait.answer(KEY, "always")
    assert questions.answers == ["always"]


@pytest.mark.parametrize(("key", "consent"), [("0.99", "yes"), (None, "yes"), (KEY, "perhaps"), (KEY, None), (KEY, [])])
def test_what_is_no_answer_to_the_question_that_stands_is_left_alone(asking, key, consent):
    audience, questions = asking
    audience.portrait.answer(key, consent)
    assert questions.answers == []


def test_it_is_told_that_a_page_shows_it(asking):
    audience, questions = asking
    audience.portrait.seen("1.0")
    assert not questions.is_seen
    audience.portrait.seen(KEY)
    assert questions.is_seen


@pytest.mark.parametrize(("cost", "shown"), [(0.0123, True), (None, False)])
def test_the_cost_is_asked_for_at_the_end_and_told_where_it_is_known(cost, shown):
    asked, now = [], [0.0]
    audience = Audience([])
    replay = Replay(samples.prose(), clock=lambda: now[0])
    audience.portrait = Portrait(
        [replay], send=audience.hear, notice=audience.panels.append, cost=lambda calls: asked.append(calls) or cost
    )
    audience.portrait.paint()
    assert asked == []
    now[0] = 100.0
    audience.portrait.paint()
    assert asked == [[samples.prose()]]
    assert ("$" in audience.page["strip"]) is shown


def test_a_replay_that_stands_still_is_paused_and_shows_no_end():
    now = [0.0]
    audience = Audience(Replay(samples.prose(), clock=lambda: now[0]))
    replay = audience.portrait.calls[0]
    now[0] = 1.2
    replay.cancel()
    audience.portrait.paint()
    assert (audience.page["state"], audience.page["live"], audience.page["timeline"]) == ("paused", False, "")
    assert "Stopped" not in str(audience.page)
    assert audience.portrait.whole()["elapsed"] == pytest.approx(1.2)


def test_of_an_exchange_that_is_replayed_only_what_has_begun_is_shown():
    audience = Audience(replays(samples.tools(), speed=1e-9))
    playhead = audience.portrait.calls[0].playhead
    playhead.seek(audience.portrait.calls[0].length / 2)
    audience.portrait.paint()
    assert not audience.portrait.paint()
    assert {block["key"][0] for block in audience.page["blocks"]} == {"0"}
    playhead.seek(playhead.length)
    audience.portrait.paint()
    assert {block["key"][0] for block in audience.page["blocks"]} == {"0", "1"}
    assert audience.page["state"] == "done"


class TestTheCellThatMadeIt:
    @pytest.fixture
    def events(self, monkeypatch):
        listeners = []
        events = SimpleNamespace(
            register=lambda name, listener: listeners.append((name, listener)),
            unregister=lambda name, listener: listeners.remove((name, listener)),
            listeners=listeners,
        )
        monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(events=events))
        return events

    def test_its_end_is_told_once(self, events):
        told = []
        cell = OwnCell(lambda: told.append("over"))
        assert cell.runs
        events.listeners[0][1](None)
        assert (told, cell.runs, events.listeners) == (["over"], False, [])

    def test_a_panel_knows_of_it_and_lets_go_when_it_is_closed(self, events):
        ended, closed = StreamWidget(samples.prose()), StreamWidget(samples.prose())
        assert ended.own_cell_runs
        events.listeners[0][1](None)
        assert not ended.own_cell_runs
        closed.close()
        assert events.listeners == []
        ended.close()

    def test_outside_of_a_notebook_there_is_none(self, monkeypatch):
        monkeypatch.setattr(IPython, "get_ipython", lambda: None)
        widget = StreamWidget(samples.prose())
        assert not widget.own_cell_runs
        widget.close()
