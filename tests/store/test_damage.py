"""Files whose bytes are not what SQLite wrote: set aside, never overwritten, and read as far as they can be."""

import errno
import random
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

import wires
from bedrock_nb.core.errors import UnreadableRecording
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.summary import RunState
from bedrock_nb.store import salvage
from bedrock_nb.store.connection import open_to_write
from bedrock_nb.store.errors import StoreDamaged, StoreUnavailable, identity, translated
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.query import Query
from bedrock_nb.store.salvage import set_aside
from bedrock_nb.store.seals import CALL_SEAL, LINE_SEAL
from histories import STARTED, WatchedConnection, locked_disk, made, small_disk, stream_into

RUNS = 40
FEW = 8
PAGE = 4096
VERSION_IN_HEADER = 60
LONG = [wires.START, *(wires.text(0, f"piece {number} of the answer ") for number in range(40)), wires.END_TURN]


@pytest.fixture
def filled(path):
    """A history of so many runs, closed, so that all is in the one file."""
    fill(path, RUNS)
    return path


def fill(path, count):
    with closing(Store(path).writer()) as writer:
        for number in range(count):
            writer.add(made(f"{number:032x}", LONG), cache_key=f"key {number}")


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


@pytest.mark.parametrize("data", [b"", b"\0" * 5000, b"SQLite format 3\0, and no more"])
def test_a_file_of_which_nothing_can_be_read_is_never_overwritten(path, told, data):
    path.parent.mkdir()
    path.write_bytes(data)
    store = Store(path, on_damage=told.append)

    writer = store.writer()
    writer.add(made())
    writer.close()

    assert store.recordings(Recording) == [made()]
    assert [file.read_bytes() for file in told] == ([data] if data else [])


@pytest.mark.parametrize("data", [b"vm\n", b"my thesis\n" * 3000, b"PK\3\4" + bytes(9000)])
def test_a_file_of_another_kind_that_was_named_by_mistake_stays_where_it_is(path, told, data):
    path.parent.mkdir()
    path.write_bytes(data)
    store = Store(path, on_damage=told.append)

    for use in (store.summaries, store.writer):
        with pytest.raises(StoreUnavailable, match="that is a file of another kind"):
            use()

    assert path.read_bytes() == data
    assert told == []


def test_a_history_that_was_overwritten_with_something_else_is_set_aside(filled, store, told):
    filled.write_bytes(b"my thesis\n" * 3000)

    check_mended(store, told, filled.read_bytes(), at_least=0)


def test_a_page_of_zeros_in_the_middle_costs_what_was_on_it_and_no_more(filled, store, told):
    for number in range(16, filled.stat().st_size // PAGE, 9):
        overwritten(filled, number * PAGE, b"\0" * PAGE)
    damaged = filled.read_bytes()

    check_mended(store, told, damaged, at_least=RUNS // 4)


# Damage of every kind, at random places: never an error but ours, never a wrong answer that passes for a right one.


def a_bit(chance, data):
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def many_bits(chance, data):
    for _ in range(40):
        a_bit(chance, data)


def a_burst(chance, data):
    place = chance.randrange(len(data) - 64)
    data[place : place + 64] = chance.randbytes(64)


def some_page(chance, data):
    start = chance.randrange(len(data) // PAGE) * PAGE
    return slice(start, start + PAGE)


def a_page_of_zeros(chance, data):
    data[some_page(chance, data)] = bytes(PAGE)


def a_page_of_noise(chance, data):
    data[some_page(chance, data)] = chance.randbytes(PAGE)


def two_pages_that_changed_places(chance, data):
    one, other = some_page(chance, data), some_page(chance, data)
    data[one], data[other] = data[other], data[one]


def an_end_that_is_missing(chance, data):
    del data[chance.randrange(len(data)) :]


DAMAGES = [a_bit, many_bits, a_burst, a_page_of_zeros, a_page_of_noise, two_pages_that_changed_places]


@pytest.mark.parametrize("damage", [*DAMAGES, an_end_that_is_missing])
def test_no_damage_stops_the_history_or_passes_for_an_answer(path, damage):
    fill(path, FEW)
    lines = {run.id: run for run in Store(path).summaries()}
    whole = path.read_bytes()
    for seed in range(45):
        data = bytearray(whole)
        damage(random.Random(seed), data)
        told = []
        check_nothing_is_wrong(Store(planted(path, data), on_damage=told.append), lines)
        assert [file.read_bytes() for file in told] in ([], [data]), "the damaged file is kept as it was"


def planted(path, data):
    """The path of a history with these bytes, and nothing beside it."""
    for file in path.parent.iterdir():
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    path.write_bytes(data)
    return path


def check_nothing_is_wrong(store, lines):
    for run in store.summaries():
        assert run.error == "UnreadableRecording" or run == lines[run.id]
    for recording in store.recordings(Recording):
        assert not recording.complete or recording == made(recording.id, LONG)
    for number in range(FEW):
        assert store.answer(Recording, f"key {number}") in (None, made(f"{number:032x}", LONG))
    for run_id, page in store.with_pages(Query(), list):
        assert isinstance(run_id, str)
        assert all(isinstance(wire, dict) for _, wire in page.timed_wires())


def root_of(path, table):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]


@pytest.mark.parametrize("version", [-1, 0, 1])
def test_a_file_that_says_it_is_older_than_it_is_is_mended(filled, store, told, version):
    overwritten(filled, VERSION_IN_HEADER, version.to_bytes(4, "big", signed=True))

    check_mended(store, told, filled.read_bytes(), at_least=RUNS)


@pytest.mark.parametrize("table", ["runs", "pages"])
def test_rows_to_which_no_way_leads_any_more_are_found_all_the_same(filled, store, told, table):
    overwritten(filled, (root_of(filled, table) - 1) * PAGE, b"\0" * PAGE)

    kept = check_mended(store, told, filled.read_bytes(), at_least=RUNS)

    assert all(recording == made(recording.id, LONG) for recording in kept)


def test_events_whose_run_is_gone_are_a_run_that_was_lost(path, told):
    store = Store(path, on_damage=told.append)
    store.write(lambda writer: writer.add(made(events=LONG)))
    overwritten(path, (root_of(path, "runs") - 1) * PAGE, b"\0" * PAGE)  # one run has its row on this page

    [run] = store.summaries()
    [kept] = store.recordings(Recording)

    assert len(told) == 1
    assert run.state == RunState.LOST
    assert kept.wire_events == made(events=LONG).wire_events
    assert isinstance(kept.failure, UnreadableRecording)


@pytest.mark.parametrize("said", [b'"modelId"', b"why is it so?", b"2026-11", b"r-4711"])
def test_a_word_of_a_request_that_changed_on_the_disk_is_told_and_answers_nothing(path, said):
    store = Store(path)
    recording = made(prompt="why is it so?", response={"request_id": "r-4711", "region": "2026-11"})
    store.write(lambda writer: writer.add(recording, cache_key="key"))
    data = path.read_bytes()
    overwritten(path, data.rindex(said), bytes([said[0] ^ 1]))

    [run], [kept] = store.summaries(), store.recordings(Recording)

    assert isinstance(kept.failure, UnreadableRecording) or run.error == "UnreadableRecording"
    assert store.answer(Recording, "key") in (None, recording)


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
    overwritten(filled, 0, b"x" * PAGE)
    damaged = filled.read_bytes()

    check_mended(store, told, damaged, at_least=RUNS)


@pytest.mark.parametrize("table", ["runs", "pages"])
def test_a_damaged_file_of_before_there_were_seals_is_taken_over_and_sealed(path, table):
    fill(path, FEW)
    with closing(sqlite3.connect(path)) as connection:
        for seal in (LINE_SEAL, CALL_SEAL):
            connection.execute(f"ALTER TABLE runs DROP COLUMN {seal}")
        connection.execute("PRAGMA user_version = 1")
    overwritten(path, (root_of(path, table) - 1) * PAGE, b"\0" * PAGE)
    store = Store(path)

    kept = store.recordings(Recording)

    assert len(kept) == FEW
    assert all(recording == made(recording.id, LONG) for recording in kept)
    assert {run.state for run in store.summaries()} == {RunState.COMPLETE}


def test_a_run_that_was_lost_and_is_no_longer_utf8_does_not_close_the_history(path):
    store = Store(path)
    writer = store.writer()
    stream_into(writer, made(prompt="why is it so?"))
    writer.let_go()
    writer._connection.close()
    data = path.read_bytes()
    overwritten(path, data.index(b"us.amazon"), b"\xff")

    store.write(lambda fresh: fresh.add(made("f" * 32)))

    assert {run.id[0]: run.state for run in store.summaries()} == {"a": RunState.LOST, "f": RunState.COMPLETE}
    assert isinstance(store.recording(Recording, "a" * 32).failure, UnreadableRecording)


def test_events_that_changed_on_the_disk_in_mid_stream_are_written_once_more(path):
    with closing(Store(path).writer()) as writer:
        stream_into(writer, made(events=LONG))
        writer._connection.execute("UPDATE pages SET text = x'00' WHERE first = 2")
        writer.settle(made(events=LONG))

    assert Store(path).recordings(Recording) == [made(events=LONG)]


def test_damage_where_nothing_can_be_written_is_told_with_what_keeps_it_there(filled, store, told, monkeypatch):
    overwritten(filled, 0, b"\0" * PAGE)
    damaged = filled.read_bytes()
    with locked_disk(filled.parent) as locked:
        if locked is None:
            monkeypatch.setattr("bedrock_nb.store.salvage.alone", refused)
        with pytest.raises(StoreDamaged, match=r"is damaged, and it cannot be set aside: .*\.") as found:
            store.recordings(Recording)
    assert "BEDROCK_NB_STORE" in found.value.advice
    assert (told, filled.read_bytes()) == ([], damaged)


def full(*_arguments):
    raise sqlite3.OperationalError("database or disk is full")


def is_full_where_it_opens(path):
    with translated(path):
        full()


def is_full_where_it_checkpoints(path):
    return WatchedConnection(open_to_write(path), lambda statement: full() if "wal_checkpoint" in statement else None)


@pytest.mark.parametrize(
    ("step", "fails"),
    [
        ("open_to_write", is_full_where_it_opens),
        ("_insert_page", full),
        ("open_to_write", is_full_where_it_checkpoints),
    ],
)
def test_on_a_disk_too_full_to_take_anything_over_a_damaged_history_is_where_and_as_it_was(
    filled, monkeypatch, step, fails
):
    overwritten(filled, 0, b"\0" * PAGE)
    beside = filled.with_name(f"{filled.name}-wal")
    beside.write_bytes(b"the newest runs")
    damaged = filled.read_bytes()

    monkeypatch.setattr(salvage, step, fails)
    with pytest.raises(StoreDamaged, match=r"history\.db is damaged, and .* set aside: the disk is full\.") as found:
        set_aside(filled, STARTED)
    assert "Free some space" in found.value.advice
    assert (filled.read_bytes(), beside.read_bytes()) == (damaged, b"the newest runs")
    assert [file.name for file in filled.parent.iterdir() if "damaged" in file.name or "salvage" in file.name] == []

    monkeypatch.undo()
    assert set_aside(filled, STARTED).read_bytes() == damaged
    assert len(Store(filled).recordings(Recording)) == RUNS


def test_a_small_disk_that_gets_room_again_loses_nothing_of_a_damaged_history(tmp_path, monkeypatch):
    with small_disk(tmp_path / "disk", kilobytes=8000) as disk:
        path = tmp_path / "disk" / "history.db"
        fill(path, RUNS)
        overwritten(path, 0, b"\0" * PAGE)
        damaged = path.read_bytes()
        filler = path.with_name("filler")
        if disk is None:
            monkeypatch.setattr(salvage.shutil, "copy", no_room)
        else:
            filler.write_bytes(bytes(shutil.disk_usage(disk).free - 200_000))

        with pytest.raises(StoreDamaged, match="the disk is full"):
            Store(path).recordings(Recording)
        assert path.read_bytes() == damaged

        filler.unlink(missing_ok=True)
        monkeypatch.undo()
        assert len(Store(path).recordings(Recording)) == RUNS


def no_room(*_arguments):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_history_whose_files_cannot_all_be_moved_is_where_and_as_it_was(filled, monkeypatch):
    overwritten(filled, 0, b"\0" * PAGE)
    beside = filled.with_name(f"{filled.name}-wal")
    beside.write_bytes(b"the newest runs")
    rename = Path.rename

    def refuse_the_main_file(path, to):
        return refused(path) if path == filled else rename(path, to)

    monkeypatch.setattr(Path, "rename", refuse_the_main_file)
    with pytest.raises(StoreDamaged, match="cannot be set aside: it is read-only"):
        set_aside(filled, STARTED)
    assert beside.read_bytes() == b"the newest runs"
    assert filled.exists()


def test_nobody_makes_a_new_history_while_a_damaged_one_is_taken_over(filled, store, monkeypatch):
    """The thread that wants to write in the middle of it writes into the history that comes of it."""
    overwritten(filled, 0, b"\0" * PAGE)
    seal_all = salvage._seal_what_never_was
    wrote = threading.Thread(target=lambda: Store(filled).write(lambda writer: writer.add(made("f" * 32))))

    def let_another_write(connection):
        wrote.start()
        assert not filled.exists()
        seal_all(connection)

    monkeypatch.setattr(salvage, "_seal_what_never_was", let_another_write)
    assert len(store.recordings(Recording)) >= RUNS
    wrote.join()
    assert len(store.recordings(Recording)) == RUNS + 1


def refused(_path):
    raise PermissionError(errno.EACCES, "Permission denied")


def test_a_damaged_file_that_another_process_has_just_set_aside_is_left_to_it(filled):
    seen = identity(filled)
    filled.unlink()
    assert set_aside(filled, STARTED, seen) is None


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
