import sqlite3
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import wires
from bedrock_nb.core.encoding.page import page_of
from bedrock_nb.core.errors import BedrockError, ConnectionCut, Stopped
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.summary import RunState, summary_of
from bedrock_nb.store import writing
from bedrock_nb.store.errors import StoreUnavailable
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.presence import folder_of
from bedrock_nb.store.privacy import masked_failure
from bedrock_nb.store.query import Query
from bedrock_nb.store.writing import NewRun, Writer
from histories import STARTED, made, stream_into


def states(store):
    return {run.id: run.state for run in store.summaries()}


@settings(max_examples=25)
@given(wires.wire_lists, st.data())
def test_what_is_written_comes_back_as_it_was(events, data):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "history.db")
        recording = made(events=events, response={"request_id": "r-1", "http_status": 200}, duration=1.5)
        writer = store.writer()
        stream_into(writer, made(events=events[: data.draw(st.integers(0, len(events)))]))
        writer.settle(recording)
        writer.close()

        assert repr(store.recordings(Recording)) == repr([recording])
        assert repr(store.summaries()) == repr([summary_of(recording)])
        assert store.with_pages(Query(), list) == [(recording.id, page_of(recording.wire_events))]


@pytest.mark.parametrize("failure", [ConnectionCut("The line went dead.", request_id="r"), Stopped("enough")])
def test_how_a_run_failed_is_kept_with_it(writer, store, failure):
    recording = made(events=wires.HELLO[:3], failure=failure)
    stream_into(writer, recording)
    writer.settle(recording)

    assert store.recording(Recording, recording.id).failure == failure


def test_a_run_is_there_before_anything_came_and_streams(writer, store):
    stream_into(writer, made(events=[]))

    assert states(store) == {"a" * 32: RunState.STREAMING}


def test_events_are_there_while_the_run_goes_on(writer, store):
    recording = made(events=wires.HELLO[:5])
    stream_into(writer, recording)

    assert store.recordings(Recording)[0].wire_events == recording.wire_events


def test_events_that_could_not_be_written_before_are_written_at_the_end(writer, store):
    recording = made()
    stream_into(writer, made(events=wires.HELLO[:2]))
    writer.settle(recording)

    assert store.recordings(Recording) == [recording]


@pytest.mark.parametrize(
    ("failure", "state"),
    [(Stopped("Stopped while a tool ran."), RunState.STOPPED), (BedrockError("Too many rounds."), RunState.FAILED)],
)
def test_a_complete_run_whose_exchange_ended_otherwise_says_so(writer, store, failure, state):
    writer.add(made())
    writer.end_otherwise("a" * 32, failure)

    [run] = store.summaries()
    kept = store.recording(Recording, "a" * 32)
    assert (run.state, run.error, run.error_message) == (state, failure.code, failure.message)
    assert (kept.error, kept.wire_events) == (failure, made().wire_events)


TEXTS = st.text(st.characters(max_codepoint=0xDBFF))
"""With halves of pairs in them, but no pairs: JSON takes those for the characters that they are."""


@settings(max_examples=25)
@given(TEXTS, TEXTS)
@example("\ud800", "\udfff")
def test_whatever_an_error_says_is_written_and_comes_back(message, code):
    failure = BedrockError(message, code=code)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "history.db")
        with closing(store.writer()) as writer:
            writer.add(made())
            writer.end_otherwise("a" * 32, failure)
        assert states(store) == {"a" * 32: RunState.FAILED}
        assert store.recording(Recording, "a" * 32).failure.to_dict() == masked_failure(failure.to_dict())


def test_a_run_that_is_not_complete_or_not_there_stays_as_it_is(writer, store):
    failed = made("b" * 32, failure=ConnectionCut("Cut."))
    writer.add(failed)
    writer.begin(NewRun("c" * 32, made().request))
    for name in "abc":
        writer.end_otherwise(name * 32, Stopped("Stopped."))

    assert store.recording(Recording, "b" * 32).error == failed.error
    assert states(store) == {"b" * 32: RunState.FAILED, "c" * 32: RunState.STREAMING}


def test_what_ended_an_exchange_names_no_account(path, writer):
    writer.add(made())
    writer.end_otherwise("a" * 32, BedrockError("arn:aws:bedrock:us-east-1:123456789012:guardrail/x is not there."))
    writer.close()
    assert b"123456789012" not in path.read_bytes()


def test_a_recording_is_added_once(writer, store):
    assert writer.add(made()) is True
    assert writer.add(made(prompt="another")) is False
    assert store.recordings(Recording) == [made()]


def test_a_deleted_run_leaves_nothing_in_the_file(path, store):
    writer = store.writer()
    writer.add(made(prompt="my secret plan", events=[wires.START, wires.text(0, "secret answer"), wires.END_TURN]))
    writer.add(made("b" * 32, prompt="the weather"))
    assert writer.delete(["a" * 32, "unknown"]) == 1
    writer.close()

    assert [run.prompt for run in store.summaries()] == ["the weather"]
    assert not store.summaries(Query(text="secret"))
    assert b"secret" not in path.read_bytes()
    assert not store.with_pages(Query(id="a" * 32), list)


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


@pytest.fixture
def in_small_steps(monkeypatch):
    """Deletes run by run, and wipes page by page."""
    monkeypatch.setattr(writing, "_DELETED_AT_ONCE", 1)
    monkeypatch.setattr(writing, "_MERGED_AT_ONCE", 1)


def secret(run_id):
    return made(run_id, [wires.START, wires.text(0, "secret"), wires.END_TURN], prompt=f"my secret plan {run_id}")


@pytest.mark.usefixtures("in_small_steps")
def test_others_write_while_runs_are_deleted_and_nothing_of_these_is_left(path, store):
    with closing(store.writer()) as writer, closing(store.writer()) as other:
        for number in range(20):
            writer.add(secret(f"{number:032x}"))
        added = (other.add(made(f"{number:032x}", prompt="the weather")) for number in range(100, 1000))
        turns = writer._turn = TurnsOfOthers(writer._turn, lambda: next(added))

        assert writer.delete([f"{number:032x}" for number in range(20)]) == 20

    assert turns.count > 20
    assert {run.prompt for run in store.summaries()} == {"the weather"}
    assert len(store.summaries(Query(text="weather"))) == turns.count
    assert b"secret" not in path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")


class Gone(BaseException):
    """The process is no more."""


@pytest.mark.usefixtures("in_small_steps")
@pytest.mark.parametrize("steps", range(7))
def test_a_deletion_that_dies_in_the_middle_leaves_each_run_whole_or_not_at_all(path, store, steps):
    def die():
        if turns.count > steps:
            raise Gone

    kept = [secret(f"{number:032x}") for number in range(5)]
    with closing(store.writer()) as writer:
        for recording in kept:
            writer.add(recording)
        turns = writer._turn = TurnsOfOthers(writer._turn, die)
        with pytest.raises(Gone):
            writer.delete([recording.id for recording in kept])

    assert store.recordings(Recording) == kept[steps + 1 :][::-1]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM pages").fetchone() == (len(kept[steps + 1 :]),)

    store.write(lambda writer: writer.delete([recording.id for recording in kept]))
    assert b"secret" not in path.read_bytes()


def test_the_file_gets_smaller_by_what_is_deleted(path, store):
    store.write(lambda writer: writer.add(made("b" * 32)))
    before = path.stat().st_size
    store.write(lambda writer: writer.add(made(events=[wires.START, wires.text(0, "x" * 1_000_000)])))
    assert path.stat().st_size > before + 1_000_000

    store.write(lambda writer: writer.delete(["a" * 32]))

    assert path.stat().st_size < before + 100_000


class FullDisk:
    """A connection to a disk that has no room to copy the write-ahead file."""

    def __init__(self, connection):
        self._connection = connection

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def __enter__(self):
        return self._connection.__enter__()

    def __exit__(self, *exception):
        return self._connection.__exit__(*exception)

    def execute(self, statement, *values):
        if "wal_checkpoint" in statement:
            raise sqlite3.OperationalError("database or disk is full")
        return self._connection.execute(statement, *values)


def test_what_is_deleted_on_a_full_disk_is_deleted_and_it_is_told_that_its_bytes_are_not(writer, store):
    writer.add(made("a" * 32))
    writer.add(made("b" * 32))
    writer._connection = FullDisk(writer._connection)

    with pytest.raises(StoreUnavailable, match=r"Deleted from the history: 1\. .*still in its files"):
        writer.delete(["a" * 32])
    assert [run.id for run in store.summaries()] == ["b" * 32]


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


def test_the_files_are_the_users_alone(path, writer):
    writer.add(made())

    assert path.parent.stat().st_mode & 0o077 == 0
    assert [file.name for file in path.parent.glob("*") if file.is_file() and file.stat().st_mode & 0o077] == []


def test_a_writer_that_cannot_begin_leaves_no_sign_of_life(path, monkeypatch):
    def fail(_writer):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Writer, "settle_lost", fail)
    with pytest.raises(StoreUnavailable, match="Input/output error"):
        Writer(path)
    assert list(folder_of(path).iterdir()) == []


def test_what_cannot_be_written_is_an_error_of_the_family(writer):
    writer._connection.close()

    with pytest.raises(BedrockError, match="cannot be used"):
        writer.add(made())
