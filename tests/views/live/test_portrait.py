import threading
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.recording import Recording
from bedrock_nb.views.bundle import mime_bundle
from bedrock_nb.views.html.rendered_panel import PanelRenderer, RenderedPanel
from bedrock_nb.views.live import portrait as portraits
from bedrock_nb.views.live.painter import FIRST_PAUSE, PAUSE_TO_COST, SHORTEST_PAUSE, Painter
from bedrock_nb.views.live.patches import apply, snapshot
from bedrock_nb.views.live.portrait import Portrait
from bedrock_nb.views.live.replay import Replay
from bedrock_nb.views.live.shown import calls_of
from bedrock_nb.views.panel.panel import State
from bedrock_nb.views.panel.present import panel_of
from views import samples
from waiting import eventually

PROSE = samples.prose()
EMPTY = snapshot(RenderedPanel(State.WAITING, ""))


class Audience:
    """What a page has: every patch applied to what was there before."""

    def __init__(self, calls):
        self.messages, self.panels, self.page = [], [], EMPTY
        self.portrait = Portrait(calls_of(calls) if calls else [], send=self.hear, notice=self.panels.append)

    def hear(self, message):
        self.messages.append(message)
        self.page = apply(self.page, message["patch"])


def whole(recordings):
    return snapshot(PanelRenderer().render(panel_of(recordings)))


@pytest.mark.parametrize("sample", samples.ALL)
def test_a_finished_call_is_painted_in_one_message(sample):
    audience = Audience(sample())
    assert audience.portrait.paint()
    assert audience.page == whole(sample())
    assert audience.portrait.is_over
    assert not audience.portrait.paint()


@pytest.mark.parametrize("sample", samples.ALL)
@given(looks=st.lists(st.floats(0, 1), max_size=8).map(sorted))
def test_what_is_kept_of_painted_calls_is_what_is_kept_of_their_recordings(sample, looks):
    recordings = sample() if isinstance(sample(), list) else [sample()]
    now = [0.0]
    portrait = Portrait([], send=ignored, notice=ignored)
    for recording in recordings:
        began, replay = now[0], Replay(recording, clock=lambda: now[0])
        portrait.follow(replay)
        for part in [*looks, 1.0]:
            now[0] = began + part * replay.length
            portrait.paint()
    assert mime_bundle(recordings, cost=0.5, render=portrait.rendered) == mime_bundle(recordings, cost=0.5)


def ignored(_):
    """Nobody listens."""


def test_the_clock_goes_on_as_long_as_the_model_is_at_work():
    now, ticking = [0.0], []
    audience = Audience(Replay(PROSE, clock=lambda: now[0]))
    for now[0] in (0.0, 1.0, PROSE.metrics.duration - 0.5, PROSE.metrics.duration):
        audience.portrait.paint()
        ticking.append(audience.page["ticking"])
    assert ticking == [True, True, True, False]


def test_patches_are_numbered_without_a_gap_and_end_in_the_whole():
    now = [0.0]
    audience = Audience(Replay(PROSE, clock=lambda: now[0]))
    while not audience.portrait.is_over:
        audience.portrait.paint()
        now[0] += 0.04
    assert [message["number"] for message in audience.messages] == list(range(1, len(audience.messages) + 1))
    assert audience.page == whole(PROSE)
    assert audience.portrait.whole()["panel"] == whole(PROSE)
    assert audience.panels[-1].text == PROSE.text


def test_nothing_is_told_where_nothing_is_new():
    audience = Audience(Replay(PROSE, clock=lambda: 0.0))
    assert audience.portrait.paint()
    assert not audience.portrait.paint()


def test_the_beginning_of_an_answer_is_looked_for_more_often_than_what_follows():
    replay = Replay(PROSE, clock=lambda: 0.0)
    portrait = Audience(replay).portrait
    portrait.paint()
    assert portrait.pause == FIRST_PAUSE
    replay.seek(1.0)
    portrait.paint()
    assert portrait.pause == SHORTEST_PAUSE


def test_a_call_that_follows_is_shown_below():
    first, second = samples.tools()
    audience = Audience(first)
    audience.portrait.paint()
    audience.portrait.follow(Replay(second, clock=iter([0.0, *[1e9] * 1000]).__next__))
    audience.portrait.paint()
    assert audience.page == whole([first, second])


def test_a_replay_that_is_sent_back_is_painted_again():
    now = [0.0]
    replay = Replay(PROSE, clock=lambda: now[0])
    audience = Audience(replay)
    now[0] = 100.0
    audience.portrait.paint()
    replay.seek(1.0)
    audience.portrait.go_on()
    audience.portrait.paint()
    assert audience.page["state"] == "thinking"
    replay.seek(100.0)
    audience.portrait.paint()
    assert audience.page == whole(PROSE)


@pytest.mark.parametrize("moment", [0.5, 1.0])
def test_a_replay_that_stands_still_and_is_sent_to_where_it_is_has_nothing_left_to_paint(moment):
    now = [0.0]
    replay = Replay(PROSE, clock=lambda: now[0])
    portrait = Audience(replay).portrait
    now[0] = moment * replay.length
    replay.playhead.pause()
    portrait.paint()
    replay.playhead.seek(now[0])
    portrait.go_on()
    assert not portrait.paint()
    assert portrait.is_over


def test_the_end_of_a_call_cannot_wait_and_what_comes_before_it_can():
    now = [0.0]
    portrait = Audience(Replay(PROSE, clock=lambda: now[0])).portrait
    portrait.paint()
    for moment, is_due in ((1.0, False), (100.0, True)):
        now[0] = moment
        assert portrait.is_due is is_due
        portrait.paint()
        assert not portrait.is_due


@pytest.mark.parametrize("size", [100, 10_000])
def test_the_whole_is_renewed_now_and_then_and_the_rarer_the_longer_it_is(monkeypatch, size):
    now, renewed = [0.0], []
    monkeypatch.setattr(portraits, "time", SimpleNamespace(monotonic=lambda: now[0]))
    delta = {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "x" * size + "\n\n"}}}
    replay = Replay(Recording([(float(second), delta) for second in range(60)]), clock=lambda: now[0])
    portrait = Portrait([replay], send=ignored, notice=ignored, renew=lambda: renewed.append(now[0]))
    while not portrait.is_over:
        portrait.paint()
        now[0] += 0.5
    *before, last = renewed
    assert before == ([11.0, 22.0, 33.0, 44.0, 55.0] if size == 100 else [])
    assert last == now[0] - 0.5


class Sitter:
    pause = 0.0
    is_due = False

    def __init__(self, paints, error=None):
        self.left, self.error, self.threads = paints, error, set()

    @property
    def is_over(self):
        return self.left == 0

    def paint(self):
        self.threads.add(threading.current_thread().name)
        if self.error:
            raise self.error
        self.left -= 1
        return True


class RestingPainter(Painter):
    """Notes how long each rest was to be."""

    def __init__(self):
        super().__init__()
        self.rests = []

    def _rest(self, seconds, sitters):
        self.rests.append(seconds)
        super()._rest(seconds, sitters)


class TestPainter:
    def test_one_thread_paints_all_and_ends_with_the_last(self):
        painter, sitters = Painter(), [Sitter(3), Sitter(5), Sitter(1)]
        for sitter in sitters:
            painter.add(sitter)
        eventually(lambda: painter.is_idle)
        assert all(sitter.is_over for sitter in sitters)
        assert {name for sitter in sitters for name in sitter.threads} == {"bedrock-nb painter"}

    def test_it_begins_anew_after_it_ended(self):
        painter = Painter()
        for _ in range(2):
            sitter = Sitter(1)
            painter.add(sitter)
            eventually(lambda: painter.is_idle)
            assert sitter.is_over

    def test_a_panel_that_cannot_be_painted_is_told_of_and_the_others_go_on(self, caplog):
        painter, broken, sound = Painter(), Sitter(3, ValueError("no")), Sitter(3)
        painter.add(broken)
        painter.add(sound)
        eventually(lambda: painter.is_idle)
        assert sound.is_over
        assert "could not be painted" in caplog.text

    def test_a_panel_that_is_removed_is_painted_no_more(self):
        painter, sitter = Painter(), Sitter(10**9)
        painter.add(sitter)
        painter.remove(sitter)
        eventually(lambda: painter.is_idle)
        assert not sitter.is_over

    def test_it_looks_sooner_for_what_a_reader_waits_for(self):
        painter, patient, eager = RestingPainter(), Sitter(2), Sitter(2)
        patient.pause, eager.pause = 1.0, FIRST_PAUSE
        patient.paint = eager.paint = lambda: False
        for sitters, rest in (([patient], SHORTEST_PAUSE), ([patient, eager], FIRST_PAUSE)):
            painter.rests.clear()
            for sitter in sitters:
                painter.add(sitter)
            eventually(lambda rest=rest: rest in painter.rests)
            for sitter in sitters:
                painter.remove(sitter)
            eventually(lambda: painter.is_idle)

    def test_what_is_due_cuts_a_pause_short(self):
        painter, sitter = RestingPainter(), Sitter(10**9)
        sitter.pause = 3600.0
        painter.add(sitter)
        eventually(lambda: painter.rests)
        sitter.left, sitter.is_due = 1, True
        eventually(lambda: painter.is_idle)

    def test_it_rests_several_times_as_long_as_it_paints(self):
        assert PAUSE_TO_COST >= 4
