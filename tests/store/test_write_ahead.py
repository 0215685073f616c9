"""The write-ahead file that a killed process leaves: whole, in the making, and damaged."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import wires
from bedrock_nb.core.recording import Recording
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.write_ahead import is_cut_off
from histories import made, stream_into

RUNS = 12
HEADER, FRAME_HEADER, PAGE = 32, 24, 4096
FRAME = FRAME_HEADER + PAGE
LONG = [wires.START, *(wires.text(0, f"piece {number} of the answer ") for number in range(40)), wires.END_TURN]


def log_of(path):
    return path.with_name(f"{path.name}-wal")


def left_by_a_killed_process(path, to, *, index=True):
    """What is on the disk when the process that has the history open is gone all at once."""
    to.parent.mkdir(exist_ok=True)
    for ending in ("", "-wal", "-shm")[: 3 if index else 2]:
        shutil.copy(path.with_name(path.name + ending), to.with_name(to.name + ending))
    return to


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A history whose runs are in the write-ahead file, but for the first."""
    path = tmp_path_factory.mktemp("killed") / "history.db"
    with closing(Store(path).writer()) as writer:
        writer.add(made("f" * 32, LONG))
    with closing(Store(path).writer()) as writer:
        for number in range(RUNS):
            writer.add(made(f"{number:032x}", LONG), cache_key=f"key {number}")
        return left_by_a_killed_process(path, path.with_name("left.db"))


@pytest.fixture
def left(killed, path):
    return left_by_a_killed_process(killed, path)


def changed(path, place):
    with log_of(path).open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 0x40]))


def kept(path, told):
    return Store(path, on_damage=told.append).recordings(Recording)


@pytest.mark.parametrize("index", [True, False])
def test_what_a_killed_process_left_is_whole(killed, path, index):
    told = []

    found = kept(left_by_a_killed_process(killed, path, index=index), told)

    assert (len(found), told) == (RUNS + 1, [])


@pytest.mark.parametrize("place", [0, 8, 16, 24, HEADER + 2, HEADER + 10, HEADER + 20, HEADER + 5 * FRAME + 900])
def test_runs_beyond_a_damaged_place_are_told_of_and_found(left, place):
    changed(left, place)
    damaged, told = log_of(left).read_bytes(), []

    found = kept(left, told)

    assert [log_of(aside).read_bytes() for aside in told] == [damaged], "it is kept as it was"
    assert len(found) >= RUNS
    assert all(recording == made(recording.id, LONG) for recording in found if recording.complete)
    assert sum(recording.complete for recording in found) >= RUNS


def test_the_damage_is_found_by_who_writes_first_and_is_told_once(left):
    changed(left, HEADER + 5 * FRAME + 900)
    told = []
    store = Store(left, on_damage=told.append)

    store.write(lambda writer: writer.add(made("e" * 32)))

    assert len(store.recordings(Recording)) >= RUNS + 1
    assert len(told) == 1


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_passes_for_an_answer_and_only_the_last_commit_can_be_lost_in_silence(killed, tmp_path, data):
    folder = tmp_path / "each"
    shutil.rmtree(folder, ignore_errors=True)
    left = left_by_a_killed_process(killed, folder / "history.db")
    changed(left, data.draw(st.integers(0, log_of(left).stat().st_size - 1)))
    told = []

    found = kept(left, told)

    assert all(recording == made(recording.id, LONG) for recording in found if recording.complete)
    assert len(found) >= RUNS - (not told)


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_process_that_is_killed_in_the_midst_of_writing_gives_no_alarm(killed, tmp_path, data):
    folder = tmp_path / "each"
    shutil.rmtree(folder, ignore_errors=True)
    left = left_by_a_killed_process(killed, folder / "history.db", index=False)
    with log_of(left).open("r+b") as file:
        file.truncate(data.draw(st.integers(0, log_of(left).stat().st_size)))

    assert not is_cut_off(left)


def test_a_commit_whose_page_was_not_written_any_more_gives_no_alarm(left):
    size = log_of(left).stat().st_size
    with log_of(left).open("r+b") as file:  # of a file that is written anew, what was there before stays below
        file.seek(size - PAGE)
        file.write(b"\x55" * PAGE)

    assert not is_cut_off(left)


def test_a_file_that_was_begun_anew_is_not_cut_off_by_what_is_left_of_before(path):
    with closing(Store(path).writer()) as writer:
        for number in range(RUNS):
            writer.add(made(f"{number:032x}", LONG))
        writer._connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
        assert not is_cut_off(path)
        writer.add(made("e" * 32))

        assert not is_cut_off(path)
        left = left_by_a_killed_process(path, path.with_name("left.db"), index=False)
        assert not is_cut_off(left)
        changed(left, HEADER + 10)  # as if only the new header had been written when the process was killed
        assert not is_cut_off(left)


def test_a_history_that_others_are_writing_to_is_not_cut_off(path):
    with closing(Store(path).writer()) as one, closing(Store(path).writer()) as other:
        for number in range(RUNS):
            stream_into(one, made(f"{number:032x}", LONG))
            assert not is_cut_off(path)
            other.add(made(f"{number + RUNS:032x}", LONG))
            one.settle(made(f"{number:032x}", LONG))
            assert not is_cut_off(path)
        with one.together():
            other_reader = Store(path, on_damage=pytest.fail)
            assert len(other_reader.summaries()) == 2 * RUNS


def test_what_was_rolled_back_gives_no_alarm(path):
    with closing(Store(path).writer()) as writer:
        connection = writer._connection
        connection.execute("PRAGMA cache_size = 2")  # so that it is written out before it is given up
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO runs (id, state, request) VALUES (?, 'failed', ?)", many_rows())
        connection.execute("ROLLBACK")
        writer.add(made())

        assert log_of(path).stat().st_size > 50 * FRAME
        assert not is_cut_off(path)
        assert not is_cut_off(left_by_a_killed_process(path, path.with_name("left.db"), index=False))


def many_rows():
    return [(f"{number:032x}", "x" * 3000) for number in range(100)]


IS_LOCKED = """
import sqlite3, sys
try:
    sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0).execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    sys.exit(error.sqlite_errorcode)
"""


def test_looking_lets_go_no_lock_of_this_process(left):
    with closing(sqlite3.connect(left, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")

        assert not is_cut_off(left)

        assert subprocess.run([sys.executable, "-c", IS_LOCKED, left], check=False).returncode == sqlite3.SQLITE_BUSY


def test_looking_changes_nothing(left):
    changed(left, HEADER + 5 * FRAME + 900)
    before = left.read_bytes(), log_of(left).read_bytes()

    assert is_cut_off(left)
    assert (left.read_bytes(), log_of(left).read_bytes()) == before


def test_junk_beside_no_history_is_in_nobodys_way(path):
    path.parent.mkdir()
    log_of(path).write_bytes(b"x" * 3 * FRAME)
    told = []

    Store(path, on_damage=told.append).write(lambda writer: writer.add(made()))

    assert (kept(path, told), told) == ([made()], [])


def test_a_file_that_is_no_database_is_left_to_who_opens_it(path):
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    log_of(path).write_bytes(b"no log" * 1000)

    assert not is_cut_off(path)


def test_a_history_that_somebody_has_locked_is_not_cut_off(left):
    with closing(sqlite3.connect(left, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")

        assert not is_cut_off(left)
