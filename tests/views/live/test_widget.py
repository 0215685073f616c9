"""The widget's Python side, with no kernel; tests/browser has the rest."""

import pytest

from bedrock_nb.views.live.painter import PAINTER
from bedrock_nb.views.live.replay import Replay
from bedrock_nb.views.live.widget import StreamWidget
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
