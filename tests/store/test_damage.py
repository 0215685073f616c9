"""Files whose bytes are not what SQLite wrote: set aside, never overwritten, and read as far as they can be."""

import random

import pytest

import wires
from bedrock_nb.core.errors import UnreadableRecording
from bedrock_nb.core.recording import Recording
from bedrock_nb.store.connection import open_to_write
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.query import Query
from histories import made, stream_into

RUNS = 40
LONG = [wires.START, *(wires.text(0, f"piece {number} of the answer ") for number in range(40)), wires.END_TURN]


@pytest.fixture
def filled(path):
    """A history of so many runs, closed, so that all is in the one file."""
    writer = Store(path).writer()
    for number in range(RUNS):
        writer.add(made(f"{number:032x}", LONG))
    writer.close()
    return path


@pytest.fixture
def told():
    return []


@pytest.fixture
def store(filled, told):
    return Store(filled, on_damage=told.append)


def overwritten(path, start, data):
    with path.open("r+b") as file:
        file.seek(start)
        file.write(data)


def check_mended(store, told, damaged, at_least):
    """The damaged file is there as it was under another name, and the history goes on with what could be read."""
    kept = store.recordings(Recording)
    assert len(told) == 1
    assert told[0].read_bytes() == damaged
    assert at_least <= len(kept) <= RUNS
    assert store.write(lambda writer: writer.add(made("f" * 32))) is True
    assert len(store.summaries(Query(text="sky"))) >= 1
    return kept


@pytest.mark.parametrize(("share", "at_least"), [(0.95, 20), (0.6, 10), (0.02, 0)])
def test_a_truncated_file_is_set_aside_and_what_is_left_of_it_is_taken_over(filled, store, told, share, at_least):
    data = filled.read_bytes()[: int(filled.stat().st_size * share)]
    filled.write_bytes(data)

    kept = check_mended(store, told, data, at_least)

    assert all(recording.request == made().request for recording in kept)


@pytest.mark.parametrize("data", [b"", b"\0" * 5000, b"not a database at all" * 300])
def test_a_file_of_something_else_is_never_overwritten(path, told, data):
    path.parent.mkdir()
    path.write_bytes(data)
    store = Store(path, on_damage=told.append)

    writer = store.writer()
    writer.add(made())
    writer.close()

    assert store.recordings(Recording) == [made()]
    assert [file.read_bytes() for file in told] == ([data] if data else [])


def test_a_page_of_zeros_in_the_middle_costs_what_was_on_it_and_no_more(filled, store, told):
    page = 4096
    for number in range(16, filled.stat().st_size // page, 9):
        overwritten(filled, number * page, b"\0" * page)
    damaged = filled.read_bytes()

    check_mended(store, told, damaged, at_least=RUNS // 4)


@pytest.mark.parametrize("first_page", [0, 14])
@pytest.mark.parametrize("seed", range(10))
def test_flipped_bytes_anywhere_never_stop_the_history_and_never_pass_for_an_answer(
    filled, store, told, seed, first_page
):
    chance = random.Random(seed)
    data = bytearray(filled.read_bytes())
    for _ in range(40):
        data[chance.randrange(100 + first_page * 4096, len(data))] ^= 1 << chance.randrange(8)
    filled.write_bytes(data)

    kept = store.recordings(Recording)
    store.write(lambda writer: writer.add(made("f" * 32)))

    assert kept or first_page == 0  # the first pages say where all others are: without them nothing is found
    assert [file.read_bytes() for file in told] in ([], [bytes(data)])
    whole = [recording for recording in kept if recording.complete]
    assert all(recording.wire_events == made(events=LONG).wire_events for recording in whole)


def test_events_whose_bytes_changed_are_known_by_their_checksum_and_read_as_far_as_they_can_be(path, store):
    writer = store.writer()
    writer.add(made("e" * 32, LONG), cache_key="key")
    writer.close()
    data = path.read_bytes()
    place = data.rindex(b"piece 17 of the answer")
    overwritten(path, place, b"peace")

    recording = store.recording(Recording, "e" * 32)

    assert isinstance(recording.failure, UnreadableRecording)
    assert not recording.complete
    assert len(recording.wire_events) == len(LONG)
    assert store.answer(Recording, "key") is None
    assert len(store.with_pages(Query(id="e" * 32), list)) == 1


def test_a_file_whose_first_page_is_gone_is_read_all_the_same(filled, store, told):
    overwritten(filled, 0, b"x" * 4096)
    damaged = filled.read_bytes()

    check_mended(store, told, damaged, at_least=RUNS)


def test_another_process_that_was_quicker_to_set_it_aside_is_left_alone(filled, store, told):
    seen = (0, 0)
    store.mend(seen)

    assert told == []
    assert len(store.summaries()) == RUNS


def test_a_writer_knows_when_its_file_was_set_aside(filled, store):
    writer = store.writer()
    assert writer.is_current

    filled.rename(filled.with_name("moved"))
    assert not writer.is_current
    open_to_write(filled).close()
    assert not writer.is_current
    writer.close()


def test_a_run_that_was_taken_over_in_mid_stream_begins_again(store):
    first = store.writer()
    stream_into(first, made(events=wires.HELLO[:2]))
    second = store.writer()
    stream_into(second, made())
    second.settle(made())

    assert store.recording(Recording, made().id) == made()
    for writer in (first, second):
        writer.close()
