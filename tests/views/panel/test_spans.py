from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.events import parse
from bedrock_nb.views.panel.spans import MESSAGE, REASONING, TEXT, Span, with_events
from wires import END_TURN, START, stop, text, thought, timed_lists


def timed(wires):
    return [(seconds, parse(wire)) for seconds, wire in wires]


def test_a_stop_of_a_block_belongs_to_what_the_block_was():
    wires = [(0.1, START), (0.2, thought(0, "a")), (0.4, thought(0, "b")), (0.5, stop(0)), (0.6, text(1, "c"))]
    assert with_events((), timed([*wires, (0.7, END_TURN)])) == (
        Span(MESSAGE, None, 0, 1, 0.1, 0.1),
        Span(REASONING, 0, 1, 3, 0.2, 0.5),
        Span(TEXT, 1, 4, 1, 0.6, 0.6),
        Span(MESSAGE, None, 5, 1, 0.7, 0.7),
    )


@given(timed_lists, st.data())
def test_spans_are_the_same_wherever_the_events_are_cut(wires, data):
    events = timed(wires)
    spans = ()
    while events:
        count = data.draw(st.integers(1, len(events)))
        spans, events = with_events(spans, events[:count]), events[count:]
    assert spans == with_events((), timed(wires))


@given(timed_lists)
def test_every_event_is_in_one_span(wires):
    position = 0
    for span in with_events((), timed(wires)):
        assert (span.first_event, span.events > 0) == (position, True)
        position += span.events
    assert position == len(wires)
