"""A log gives back what was put in, and columns in between make no difference to anybody."""

import gc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wires
from bedrock_nb.core.event_log import EventLog
from bedrock_nb.core.events import parse
from bedrock_nb.core.turn import fold_all, fold_log


@given(wires.timed_lists)
def test_a_log_gives_back_the_events_that_were_put_in(events):
    log = EventLog(events)
    assert list(log) == events
    assert list(log.events()) == [parse(wire) for _, wire in events]
    assert (len(log), log.times) == (len(events), [seconds for seconds, _ in events])


@given(wires.timed_lists, st.data())
def test_stretches_from_any_event_on_hold_all_that_follow_in_their_order(events, data):
    start = data.draw(st.integers(0, len(events)))
    stretches = list(EventLog(events).stretches(start))
    entries = [pair for each in stretches for pair in zip(each.times, each.wires(), strict=True)]
    assert entries == events[start:]
    firsts = [each.first for each in stretches]
    assert firsts == [start + sum(len(each.entries) for each in stretches[:n]) for n in range(len(stretches))]
    assert all((one.kind, one.index) != (other.kind, other.index) for one, other in pairwise(stretches))


@given(wires.timed_lists, st.data())
def test_what_was_cut_off_stays_as_it_is_while_the_log_grows(events, data):
    log, cuts = EventLog(), []
    for seconds, wire in events:
        log.append(seconds, wire)
        cuts.append(log.cut(data.draw(st.integers(0, len(log)))))
    for cut in cuts:
        assert list(cut) == events[: len(cut)]
    assert len(log.cut(len(log) + 1)) == len(log)
    with pytest.raises(TypeError, match="does not grow"):
        log.cut(0).append(None, wires.START)


@given(wires.timed_lists, st.data())
def test_folding_a_log_in_any_number_of_steps_is_folding_its_events(events, data):
    log, turn, folded = EventLog(events), fold_all([]), 0
    while folded < len(log):
        count = data.draw(st.integers(folded + 1, len(log)))
        folded, turn = count, fold_log(log.cut(count), folded, turn)
    assert turn == fold_all(parse(wire) for _, wire in events)


def test_plain_deltas_are_nothing_for_the_garbage_collector_to_go_through():
    log = EventLog()
    gc.collect()
    before = len(gc.get_objects())
    for number in range(1000):
        log.append(number / 1000, ("text", 0, f"piece {number}"))
    assert len(gc.get_objects()) - before < 100
