import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.encoding.compact import packed, read, unpacked, written
from bedrock_nb.core.recording import Recording
from wires import text, thought, timed_lists, tool_input


@given(st.lists(st.integers(0, 10**9)))
def test_numbers_are_read_as_they_were_written(numbers):
    assert list(read(written(numbers))) == numbers


def test_numbers_below_32_take_one_character_and_below_1024_two():
    assert [len(written([number])) for number in (0, 31, 32, 1023, 1024)] == [1, 1, 2, 2, 3]


def test_digits_that_break_off_are_refused():
    with pytest.raises(ValueError, match="breaks off"):
        list(read(written([1024])[:-1]))


def test_a_number_without_end_is_refused_before_it_grows():
    with pytest.raises(ValueError, match="too large"):
        list(read("g" * 10**6))


@pytest.mark.parametrize("seconds", [1e300, 10**400, -1.0, float("inf")])
def test_times_beyond_all_reason_stand_as_they_are(seconds):
    ((kept, _),) = unpacked(packed([(seconds, text(0, "a"))]))
    assert kept == seconds


@given(timed_lists)
def test_any_events_come_out_as_they_went_in(events):
    entries = json.loads(json.dumps(packed(events), allow_nan=False, ensure_ascii=False))
    assert list(unpacked(entries)) == events


def test_a_run_of_like_deltas_is_one_entry():
    events = [(0.412, text(0, "Hello")), (0.412, text(0, "")), (0.431, text(0, " there"))]
    (run,) = packed(events)
    assert run == {"run": "text", "index": 0, "text": "Hello there", "lengths": "FAG", "start": 412, "gaps": "AAT"}


@pytest.mark.parametrize(
    "other",
    [
        (0.002, text(1, "b")),
        (0.002, thought(0, "b")),
        (0.002, tool_input(0, "b")),
        (None, text(0, "b")),
        (0, text(0, "b")),
    ],
)
def test_another_block_kind_or_clock_begins_another_run(other):
    events = [(0.001, text(0, "a")), other]
    assert len(packed(events)) == 2
    assert list(unpacked(packed(events))) == events


def test_lengths_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="do not add up"):
        list(unpacked([{"run": "text", "index": 0, "text": "ab", "lengths": "A", "start": None, "gaps": None}]))


@pytest.mark.parametrize(
    "changed", [{"run": "image"}, {"run": ["text"]}, {"index": "0"}, {"index": None}, {"text": ["a"]}]
)
def test_a_run_of_what_is_no_text_is_refused(changed):
    run = {"run": "text", "index": 0, "text": "a", "lengths": "B", "start": None, "gaps": None}
    assert list(unpacked([run])) == [(None, text(0, "a"))]
    with pytest.raises((KeyError, TypeError)):
        unpacked([run | changed])


@pytest.mark.parametrize("make", [text, thought, tool_input])
@pytest.mark.parametrize("gap", [0.001, 0.02, 0.9])
def test_a_long_answer_takes_at_most_one_and_a_half_times_its_text(make, gap):
    pieces = ["token ab ", "\nlonger ab", "ünïcödé a"]
    events = [(round(n * gap, 3), make(0, pieces[n % 3])) for n in range(8000)]
    size = len(json.dumps(Recording.from_events(events).to_compact(), ensure_ascii=False).encode())
    assert size <= 1.5 * sum(len(pieces[n % 3].encode()) for n in range(8000))
