from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.errors import InvalidInput, Stopped
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.turn import fold_all
from bedrock_nb.views.live.replay import UNTIMED_SECONDS, Playhead, Replay, replays
from views.samples import prose, tools

WHOLE = prose()


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_events_come_when_they_came(clock):
    replay = Replay(WHOLE, clock=clock)
    times = [seconds for seconds, _ in WHOLE.wire_events]
    clock.now += times[9] + 0.001
    assert replay.event_count == 10
    assert replay.turn == fold_all(WHOLE.events[:10])
    assert not replay.done


def test_twice_the_speed_takes_half_the_time(clock):
    replay = Replay(WHOLE, speed=2, clock=clock)
    clock.now += WHOLE.metrics.duration / 2 + 0.001
    assert replay.done
    assert replay.recording is WHOLE


@given(st.lists(st.floats(-1, 10), max_size=6))
def test_wherever_it_is_sent_its_turn_is_what_had_come_by_then(moments):
    clock = Clock()
    replay = Replay(WHOLE, clock=clock)
    for moment in moments:
        replay.seek(moment)
        assert replay.turn == fold_all(WHOLE.events[: replay.event_count])
    replay.seek(replay.length)
    assert replay.turn == WHOLE.turn


def test_it_is_paused_where_it_stands_and_plays_on_from_where_it_is_sent(clock):
    replay = Replay(WHOLE, clock=clock)
    clock.now += 1
    replay.cancel()
    clock.now += 100
    assert replay.elapsed == pytest.approx(1)
    assert isinstance(replay.recording.error, Stopped)
    replay.seek(2)
    clock.now += 100
    assert replay.elapsed == pytest.approx(2)
    replay.playhead.play()
    clock.now += 0.5
    assert replay.elapsed == pytest.approx(2.5)


def test_events_that_nobody_measured_come_evenly(clock):
    replay = Replay(Recording.from_events([wire for _, wire in WHOLE.wire_events]), clock=clock)
    clock.now += 10.5 * UNTIMED_SECONDS
    assert replay.event_count == 10


def test_waiting_for_news_returns_when_the_next_event_is_due():
    replay = Replay(WHOLE, speed=1000)
    seen = 0
    while not replay.done:
        now = replay.wait_for_news(seen)
        assert now > seen or replay.done
        seen = now
    assert replay.wait_for_news(seen) == len(WHOLE.events)


def test_waiting_for_news_ends_with_its_timeout():
    assert Replay(WHOLE, speed=0.001).wait_for_news(0, timeout=0.01) == 0


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_speed_that_is_none_is_refused(speed):
    with pytest.raises(InvalidInput, match="positive"):
        Replay(WHOLE, speed=speed)


def test_a_recording_without_events_is_over_at_once(clock):
    replay = Replay(Recording(), clock=clock)
    assert (replay.done, replay.length, replay.event_count) == (True, 0.0, 0)


def test_a_paused_replay_plays_on_from_the_beginning_once_it_was_over(clock):
    playhead = Playhead(10, clock=clock)
    playhead.seek(10)
    playhead.pause()
    assert not playhead.is_paused
    playhead.play()
    clock.now += 3
    assert playhead.seconds == pytest.approx(3)


@given(st.floats(0, 1))
def test_the_calls_of_an_exchange_are_replayed_one_after_the_other(part):
    calls = replays(tools())
    playhead = calls[0].playhead
    playhead.pause()
    playhead.seek(part * playhead.length)
    assert sum(call.elapsed for call in calls) == pytest.approx(playhead.seconds)
    for before, after in pairwise(calls):
        assert before.elapsed == before.length or after.event_count == 0
        assert after.is_to_come is (before.elapsed < before.length)


def test_at_the_end_every_call_of_an_exchange_is_over():
    calls = replays(tools(), speed=1e9)
    calls[0].playhead.seek(calls[0].playhead.length)
    assert [call.recording for call in calls] == tools()
    assert all(call.done for call in calls)
