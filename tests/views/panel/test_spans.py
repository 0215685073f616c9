from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.event_log import EventLog
from bedrock_nb.views.panel.spans import MESSAGE, REASONING, TEXT, Span, with_events
from wires import END_TURN, START, stop, text, thought, timed_lists


def spans_of(events):
    return with_events((), EventLog(events).stretches())


def test_a_stop_of_a_block_belongs_to_what_the_block_was():
    wires = [(0.1, START), (0.2, thought(0, "a")), (0.4, thought(0, "b")), (0.5, stop(0)), (0.6, text(1, "c"))]
    assert spans_of([*wires, (0.7, END_TURN)]) == (
        Span(MESSAGE, None, 0, 1, 0.1, 0.1),
        Span(REASONING, 0, 1, 3, 0.2, 0.5),
        Span(TEXT, 1, 4, 1, 0.6, 0.6),
        Span(MESSAGE, None, 5, 1, 0.7, 0.7),
    )


@given(timed_lists, st.data())
def test_spans_are_the_same_wherever_the_events_are_cut(wires, data):
    log, seen, spans = EventLog(wires), 0, ()
    while seen < len(log):
        count = data.draw(st.integers(seen + 1, len(log)))
        seen, spans = count, with_events(spans, log.cut(count).stretches(seen))
    assert spans == spans_of(wires)


@given(timed_lists)
def test_every_event_is_in_one_span(wires):
    position = 0
    for span in spans_of(wires):
        assert (span.first_event, span.events > 0) == (position, True)
        position += span.events
    assert position == len(wires)
