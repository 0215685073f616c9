import hashlib
import re
import sqlite3
import tempfile
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wires
from bedrock_nb.core.recording import Recording
from bedrock_nb.store import deleting, schema, word_index
from bedrock_nb.store.errors import StoreUnavailable
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.query import Query
from histories import STARTED, WatchedConnection, made, stream_into

SECRET = b"secret"
ENDLESS = 500
"""Steps that nothing here takes."""


@pytest.fixture
def in_small_steps(monkeypatch):
    """Deletes run by run, and wipes page by page."""
    monkeypatch.setattr(deleting, "_DELETED_AT_ONCE", 1)
    monkeypatch.setattr(word_index, "_MERGED_AT_ONCE", 1)


def secret(run_id):
    return made(run_id, [wires.START, wires.text(0, "secret"), wires.END_TURN], prompt=f"my secret plan {run_id}")


def numbered(count, first=0):
    return [f"{number:032x}" for number in range(first, first + count)]


def words_of(number, count):
    """So many words that no other run says; their beginnings differ, as an index keeps only how a word goes on."""
    return [hashlib.sha256(f"{number} {place}".encode()).hexdigest()[:16] for place in range(count)]


def saying(number, words):
    return made(f"{number:032x}", [wires.START, wires.text(0, " ".join(words)), wires.END_TURN])


def check_nothing_is_left(path, words):
    left = b" ".join(file.read_bytes() for file in path.parent.glob("history.db*") if file.is_file())
    ends = {found[1] for found in re.finditer(rb"(?=([0-9a-f]{12}))", left)}
    assert [word for word in words if word[4:].encode() in ends] == []


def add_secrets(store, run_ids):
    """Keep so many secrets, each in a transaction of its own."""
    with closing(store.writer()) as writer:
        for run_id in run_ids:
            writer.add(secret(run_id))


def check_index(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")


class TurnsOfOthers:
    """The turns of a writer, and between them somebody else does something."""

    def __init__(self, turn, between):
        self._turn = turn
        self._between = between
        self.count = 0

    def __enter__(self):
        self._turn.__enter__()

    def __exit__(self, *exception):
        self._turn.__exit__(*exception)
        self.count += 1
        self._between()

    def close(self):
        self._turn.close()


# Nothing of what is deleted is left.


def test_a_deleted_run_leaves_nothing_in_the_file(path, store):
    writer = store.writer()
    writer.add(made(prompt="my secret plan", events=[wires.START, wires.text(0, "secret answer"), wires.END_TURN]))
    writer.add(made("b" * 32, prompt="the weather"))
    assert writer.delete(["a" * 32, "unknown"]) == 1
    writer.close()

    assert [run.prompt for run in store.summaries()] == ["the weather"]
    assert not store.summaries(Query(text="secret"))
    assert SECRET not in path.read_bytes()
    assert not store.with_pages(Query(id="a" * 32), list)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_whatever_was_written_and_deleted_before_no_word_of_a_deleted_run_is_left(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        with closing(Store(path).writer()) as writer, closing(Store(path).writer()) as other:
            kept = {}
            for number in range(data.draw(st.integers(1, 15))):
                recording = saying(number, words_of(number, data.draw(st.sampled_from([1, 5, 100, 900]))))
                keep(data.draw(st.sampled_from([writer, other])), recording, streamed=data.draw(st.booleans()))
                kept[recording.id] = recording.text.split()
                some = st.lists(st.sampled_from(sorted(kept)), unique=True)
                gone = data.draw(some) if number % 3 == 2 else []
                assert writer.delete(gone) == len(gone)
                check_nothing_is_left(path, [word for run_id in gone for word in kept.pop(run_id)])
        check_index(path)


def keep(writer, recording, *, streamed):
    if streamed:
        stream_into(writer, recording)
        writer.settle(recording)
    else:
        writer.add(recording)


def test_nothing_is_left_where_the_index_has_had_more_levels_than_it_needs_now(path, store):
    with closing(store.writer()) as writer:
        for number in range(6):
            writer.add(saying(number, words_of(number, 300)))
        writer.delete(numbered(1))
        writer.add(saying(6, words_of(6, 1)))
        writer.delete(numbered(1, first=1))  # two levels have become one above them
        writer.delete(numbered(7))
        for number in range(100, 103):
            writer.add(saying(number, words_of(number, 50)))
        writer.delete(numbered(1, first=100))

    check_nothing_is_left(path, words_of(100, 50))
    assert len(store.summaries(Query(text=words_of(101, 1)[0]))) == 1
    check_index(path)


def test_the_file_gets_smaller_by_what_is_deleted(path, store):
    store.write(lambda writer: writer.add(made("b" * 32)))
    before = path.stat().st_size
    store.write(lambda writer: writer.add(made(events=[wires.START, wires.text(0, "x" * 1_000_000)])))
    assert path.stat().st_size > before + 1_000_000

    store.write(lambda writer: writer.delete(["a" * 32]))

    assert path.stat().st_size < before + 100_000


# Others write and read meanwhile.


@pytest.mark.usefixtures("in_small_steps")
@pytest.mark.parametrize("each_time", [1, 2, 5])
def test_others_write_while_runs_are_deleted_and_nothing_of_these_is_left(path, store, each_time):
    add_secrets(store, numbered(20))
    with closing(store.writer()) as writer, closing(store.writer()) as other:
        weathers = (other.add(made(run_id, prompt="the weather")) for run_id in numbered(10_000, first=100))
        turns = writer._turn = TurnsOfOthers(writer._turn, lambda: [next(weathers) for _ in range(each_time)])

        assert writer.delete(numbered(20)) == 20

    assert turns.count > 20
    assert {run.prompt for run in store.summaries()} == {"the weather"}
    assert len(store.summaries(Query(text="weather"))) == turns.count * each_time
    assert SECRET not in path.read_bytes()
    check_index(path)


@pytest.mark.usefixtures("in_small_steps")
@pytest.mark.parametrize(
    ("others", "until"),
    [(1, 2), (2, 2), (3, 2), (4, 2), (8, ENDLESS)],
    ids=["1 run once", "2 runs once", "3 runs once", "4 runs once", "8 runs after each step"],
)
def test_a_merge_among_what_others_write_comes_to_its_end(path, store, others, until):
    with closing(store.writer()) as writer, closing(store.writer()) as other:
        for number in range(60):
            writer.add(saying(number, words_of(number, 100)))
        writer.delete(numbered(1))  # the index is one segment now

        def write_after_merges():
            assert turns.count < ENDLESS
            if 2 <= turns.count <= until:
                for number in range(others):
                    place = 1000 * turns.count + number
                    other.add(saying(place, words_of(place, 5)))

        turns = writer._turn = TurnsOfOthers(writer._turn, write_after_merges)
        writer.delete(numbered(1, first=1))

    check_nothing_is_left(path, words_of(1, 100))
    check_index(path)


def test_what_somebody_still_reads_is_told_and_goes_with_the_next_deletion(path, store, monkeypatch):
    monkeypatch.setattr(deleting, "PATIENCE", 0.01)
    add_secrets(store, numbered(3))
    with closing(store.writer()) as writer:
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM runs").fetchone()
            with pytest.raises(
                StoreUnavailable, match=r"Deleted from the history: 3\. .*still in .* being read"
            ) as found:
                writer.delete(numbered(3))
        assert found.value.advice == "Delete something once more when that is over."
        assert store.summaries() == []

        assert writer.delete([]) == 0
        assert SECRET not in path.read_bytes()


def test_who_reads_for_a_moment_is_waited_for(path, store):
    add_secrets(store, numbered(3))
    reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    looks = 0

    def end_the_second_time(statement):
        nonlocal looks
        looks += "wal_checkpoint" in statement
        if looks == 2:
            reader.close()

    with closing(store.writer()) as writer:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM runs").fetchone()
        writer._connection = WatchedConnection(writer._connection, end_the_second_time)
        assert writer.delete(numbered(3)) == 3
        assert SECRET not in path.read_bytes()
    assert looks == 2


# A deletion that is not brought to its end.


@pytest.fixture
def locked_after(path, monkeypatch):
    """Lets another program lock the history when a writer has had so many turns, and let it go some turns later."""
    monkeypatch.setattr(schema, "PATIENCE", 0.01)
    with ExitStack() as at_last:

        def lock(writer, turns_before, turns_until=None):
            def between():
                if turns.count == turns_before:
                    locker.execute("BEGIN IMMEDIATE")
                if turns.count == turns_until:
                    locker.execute("ROLLBACK")

            locker = at_last.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
            turns = writer._turn = TurnsOfOthers(writer._turn, between)
            if not turns_before:
                between()

        yield lock


def test_what_was_deleted_before_another_program_locked_the_history_is_wiped_and_told(path, store, locked_after):
    with closing(store.writer()) as writer:
        for number in range(50):
            writer.add(saying(number, words_of(number, 5)))
        locked_after(writer, turns_before=2, turns_until=3)
        with pytest.raises(StoreUnavailable) as found:
            writer.delete(numbered(50)[::-1])

    assert found.value.message.startswith("Deleted from the history: 40 of 50. The history in ")
    assert found.value.message.endswith("another program has locked it.")
    assert found.value.advice == "Delete them once more when that is over."
    assert [run.id for run in store.summaries()] == numbered(10, first=40)[::-1]
    check_nothing_is_left(path, [word for number in range(40) for word in words_of(number, 5)])


def test_a_deletion_and_its_wiping_that_were_both_locked_out_are_told_together(store, locked_after):
    add_secrets(store, numbered(50))
    with closing(store.writer()) as writer:
        locked_after(writer, turns_before=1)
        with pytest.raises(StoreUnavailable, match=r"Deleted from the history: 20 of 50\. .*still in its files\."):
            writer.delete(numbered(50))


def test_where_nothing_could_be_deleted_nothing_is_said_to_be_left_in_the_files(store, locked_after):
    add_secrets(store, numbered(5))
    with closing(store.writer()) as writer:
        locked_after(writer, turns_before=0)
        with pytest.raises(StoreUnavailable) as found:
            writer.delete(numbered(5))
    assert found.value.message.startswith("Deleted from the history: 0 of 5. ")
    assert "still in its files" not in found.value.message
    assert len(store.summaries()) == 5


def test_what_is_deleted_on_a_full_disk_is_deleted_and_it_is_told_that_its_bytes_are_not(writer, store):
    def refuse(statement):
        if "wal_checkpoint" in statement:
            raise sqlite3.OperationalError("database or disk is full")

    writer.add(made("a" * 32))
    writer.add(made("b" * 32))
    writer._connection = WatchedConnection(writer._connection, refuse)

    with pytest.raises(StoreUnavailable, match=r"history: 1\. .*still in its files\. .* the disk is full\."):
        writer.delete(["a" * 32])
    assert [run.id for run in store.summaries()] == ["b" * 32]


class Gone(BaseException):
    """The process is no more."""


@pytest.mark.usefixtures("in_small_steps")
@pytest.mark.parametrize("steps", range(7))
def test_a_deletion_that_dies_between_two_steps_leaves_each_run_whole_or_not_at_all(path, store, steps):
    def die():
        if turns.count > steps:
            raise Gone

    kept = [secret(run_id) for run_id in numbered(5)]
    add_secrets(store, numbered(5))
    with closing(store.writer()) as writer:
        turns = writer._turn = TurnsOfOthers(writer._turn, die)
        with pytest.raises(Gone):
            writer.delete(numbered(5))

    check_what_is_left(path, store, kept[steps + 1 :])


@pytest.mark.parametrize("deletions", range(1, 6))
def test_a_deletion_that_dies_within_a_step_leaves_each_run_whole_or_not_at_all(path, store, monkeypatch, deletions):
    monkeypatch.setattr(deleting, "_DELETED_AT_ONCE", 2)
    done = 0

    def die(statement):
        nonlocal done
        if statement.startswith("DELETE"):
            if done == deletions:
                raise Gone
            done += 1

    kept = [secret(run_id) for run_id in numbered(6)]
    add_secrets(store, numbered(6))
    with closing(store.writer()) as writer:
        writer._connection = WatchedConnection(writer._connection, die)
        with pytest.raises(Gone):
            writer.delete(numbered(6)[::-1])

    check_what_is_left(path, store, kept[deletions // 2 * 2 :])


def check_what_is_left(path, store, runs):
    assert store.recordings(Recording) == runs[::-1]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM pages").fetchone() == (len(runs),)
    check_index(path)

    store.write(lambda writer: writer.delete([run.id for run in runs]))
    assert SECRET not in path.read_bytes()


# Which are deleted when there are too many.


def test_past_a_size_the_oldest_are_deleted_but_the_pinned_and_the_running_stay(writer, store):
    for number in range(5):
        writer.add(made(str(number) * 32))
    stream_into(writer, made("5" * 32))
    writer.pin(["1" * 32])
    (size,) = writer._connection.execute("SELECT max(bytes) FROM runs").fetchone()

    writer.trim(megabytes=2 * size / 1_000_000, now=STARTED)

    kept = {run.id[0] for run in store.summaries()}
    assert {"1", "4", "5"} <= kept
    assert "0" not in kept


def test_past_an_age_they_are_deleted(writer, store):
    for number in range(4):
        writer.add(made(str(number) * 32, started_at=STARTED + timedelta(days=number)))
    writer.pin(["0" * 32])

    assert writer.trim(days=1.5, now=STARTED + timedelta(days=3)) == 1
    assert {run.id[0] for run in store.summaries()} == {"0", "2", "3"}


def test_a_run_whose_time_is_damaged_is_of_no_age(writer):
    writer.add(made())
    writer._connection.execute("UPDATE runs SET started_at = 'x'")

    assert writer.trim(days=1, now=STARTED + timedelta(days=9)) == 0


def test_without_a_limit_all_stay(writer, store):
    writer.add(made())

    assert writer.trim(now=STARTED + timedelta(days=9999)) == 0
