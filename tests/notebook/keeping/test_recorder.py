import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

import wires
from bedrock_nb.core.errors import Stopped
from bedrock_nb.core.summary import RunState
from bedrock_nb.local import LocalBedrock
from bedrock_nb.notebook.keeping import recorder as recording_of_calls
from bedrock_nb.notebook.keeping import unwritten
from bedrock_nb.notebook.keeping.recorder import HistoryWarning, Recorder, recorded, recorder_of, settle
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.store import connection as connections
from bedrock_nb.store.errors import StoreUnavailable
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.location import MEGABYTES_VARIABLE, VARIABLE
from bedrock_nb.store.presence import folder_of
from bedrock_nb.store.writing import Writer
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.source import OpenResponse, converse_stream
from histories import locked_disk, made, small_disk
from systems import NEEDS_FORK

HERE = Path(__file__).parents[1]
REQUEST = made().request


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "history.db"


@pytest.fixture
def recorder(path):
    recorder = Recorder(Store(path))
    recorder.store.on_damage = recorder.note_damage
    yield recorder
    recorder.close()


def ran(recorder, events=wires.HELLO, **options):
    """The recording of a call that is over, and written as far as it can be."""
    stream = recorder.stream(lambda interrupt: OpenResponse(iter(events), {"request_id": "r-1"}), REQUEST, **options)
    recording = stream.result()
    recorder.flush(5)
    return recording


def test_a_call_is_in_the_history_when_it_is_over(recorder):
    recording = ran(recorder)

    assert recorder.store.recordings(Recording) == [recording]
    assert recorder.store.summaries()[0].state == RunState.COMPLETE


def test_the_row_is_there_before_the_call_is_made(recorder):
    seen = []

    def opened(interrupt):
        seen.extend(run.state for run in recorder.store.summaries())
        return OpenResponse(iter(wires.HELLO))

    recorder.stream(opened, REQUEST).result()

    assert seen == [RunState.STREAMING]


def test_events_are_written_while_the_call_goes_on(recorder):
    more = threading.Event()

    def events():
        yield from wires.HELLO[:3]
        more.wait(10)
        yield from wires.HELLO[3:]

    stream = recorder.stream(lambda interrupt: OpenResponse(events()), REQUEST)
    until(lambda: [kept.text for kept in recorder.store.recordings(Recording)] == ["Hello"])
    assert recorder.store.summaries()[0].state == RunState.STREAMING
    more.set()
    stream.result()
    assert recorder.flush(5)
    assert recorder.store.summaries()[0].state == RunState.COMPLETE


def test_the_events_of_a_call_that_is_over_are_written_before_what_it_amounted_to(recorder, monkeypatch):
    monkeypatch.setattr(unwritten, "RESPITE", 60.0)
    stream = recorder.stream(lambda interrupt: OpenResponse(iter(wires.HELLO)), REQUEST)
    whole = stream.result()
    until(lambda: [len(kept.log) for kept in recorder.store.recordings(Recording)] == [len(whole.log)])
    assert recorder.store.summaries()[0].state == RunState.STREAMING
    assert recorder.flush(5)  # a reader does not wait so long
    assert recorder.store.recordings(Recording) == [whole]


def test_what_a_call_amounted_to_is_written_though_nobody_asks(recorder):
    recorder.stream(lambda interrupt: OpenResponse(iter(wires.HELLO)), REQUEST).result()
    until(lambda: [run.state for run in recorder.store.summaries()] == [RunState.COMPLETE])


def test_a_stopped_call_is_kept_with_what_came(recorder):
    hold = threading.Event()

    def events():
        yield from wires.HELLO[:3]
        hold.wait(10)

    stream = recorder.stream(lambda interrupt: OpenResponse(events()), REQUEST)
    stream.wait_for_news(2, 5)
    stream.cancel()
    assert recorder.flush(5)
    hold.set()

    assert recorder.store.summaries()[0].state == RunState.STOPPED
    assert isinstance(recorder.store.recordings(Recording)[0].failure, Stopped)


def test_many_calls_at_once_are_each_written_whole(recorder):
    events = [wires.START, *(wires.text(0, f"{number} ") for number in range(200)), wires.END_TURN]
    streams = [recorder.stream(lambda interrupt: OpenResponse(iter(events)), REQUEST) for _ in range(12)]
    expected = {stream.id: stream.result() for stream in streams}
    assert recorder.flush(10)

    assert {kept.id: kept for kept in recorder.store.recordings(Recording)} == expected


def test_limits_are_kept(path):
    recorder = Recorder(Store(path), megabytes=0.000001)
    ran(recorder)
    newest = ran(recorder)
    recorder.close()

    assert len(recorder.store.summaries()) <= 1
    assert newest.complete


def test_the_next_call_is_kept_where_the_old_ones_cannot_be_deleted(path, monkeypatch):
    monkeypatch.setattr(recording_of_calls, "PERSISTENCE", -1.0)  # what fails once is given up
    recorder = Recorder(Store(path), days=1)

    def full(*_, **__):
        raise StoreUnavailable("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "trim", full)
        ran(recorder)
        until(lambda: recorder._trouble)
    warned = told(recorder)
    assert "The disk is full. Answers are kept, but old ones past the limit may still be there." in warned
    assert "not kept" not in warned
    newer = ran(recorder)

    assert newer in recorder.store.recordings(Recording)
    recorder.close()


def test_the_environment_switches_it_off_and_so_does_the_call(monkeypatch, path):
    monkeypatch.setenv(VARIABLE, "off")
    recorded(lambda interrupt: OpenResponse(iter(wires.HELLO)), REQUEST).result()
    monkeypatch.setenv(VARIABLE, str(path))
    recorded(lambda interrupt: OpenResponse(iter(wires.HELLO)), REQUEST, keep=False).result()

    assert not path.exists()

    recorded(lambda interrupt: OpenResponse(iter(wires.HELLO)), REQUEST).result()
    settle(5)
    assert len(recorder_of(path).store.summaries()) == 1


def test_a_limit_that_is_none_is_told_and_deletes_nothing(path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(path))
    monkeypatch.setenv(MEGABYTES_VARIABLE, "a few")

    with pytest.warns(HistoryWarning, match=r"BEDROCK_NB_STORE_MEGABYTES is 'a few'.*nothing is deleted"):
        assert recorded(lambda interrupt: OpenResponse(iter(wires.HELLO)), REQUEST).result().complete
    settle(5)
    assert len(recorder_of(path).store.summaries()) == 1


def test_an_idle_recorder_leaves_no_thread_and_no_open_file_and_begins_again(path, monkeypatch):
    monkeypatch.setattr(recording_of_calls, "IDLE", 0.01)
    recorder = Recorder(Store(path))
    ran(recorder)
    until(lambda: recorder._thread is None)
    until(lambda: not list(folder_of(path).iterdir()))

    ran(recorder)

    assert len(recorder.store.summaries()) == 2
    recorder.close()


# What cannot be used.


def told(recorder):
    """The one warning; that a second call gives none is part of it."""
    with pytest.warns(HistoryWarning) as caught:
        recorder.tell_trouble()
    recorder.tell_trouble()
    assert len(caught) == 1
    return str(caught[0].message)


def test_on_a_full_disk_the_call_answers_with_one_warning(tmp_path, monkeypatch):
    with small_disk(tmp_path / "disk", kilobytes=400) as disk:
        folder = disk or tmp_path / "disk"
        if disk is None:
            pages_at_most(monkeypatch, 80)
        recorder = Recorder(Store(folder / "history.db"))
        ran(recorder)
        long = [wires.START, *(wires.text(0, "x" * 1000) for _ in range(800)), wires.END_TURN]
        monkeypatch.setattr(recording_of_calls, "PERSISTENCE", 0.0)
        monkeypatch.setattr(recording_of_calls, "RETRY", 0.0)
        recording = ran(recorder, long)

        assert recording.complete
        assert "the disk is full" in told(recorder)
        assert RunState.COMPLETE in {run.state for run in recorder.store.summaries()}
        ran(recorder)
        recorder.tell_trouble()  # the same again is not told again
        recorder.close()


def pages_at_most(monkeypatch, count):
    """SQLite's own limit, for machines where no small disk can be made: it gives the same error."""
    connected = connections._connected

    def limited(*arguments):
        connection = connected(*arguments)
        connection.execute(f"PRAGMA max_page_count = {count}")
        return connection

    monkeypatch.setattr(connections, "_connected", limited)


def test_sqlites_own_limit_is_a_full_disk_too(path, monkeypatch):
    pages_at_most(monkeypatch, 80)
    monkeypatch.setattr(recording_of_calls, "PERSISTENCE", 0.0)
    recorder = Recorder(Store(path))

    assert ran(recorder, [wires.START, *(wires.text(0, "x" * 1000) for _ in range(800)), wires.END_TURN]).complete
    assert "the disk is full" in told(recorder)
    recorder.close()


def test_in_a_read_only_home_the_call_answers_and_what_is_there_is_read(path, monkeypatch):
    monkeypatch.setattr(recording_of_calls, "PERSISTENCE", 0.0)
    before = Recorder(Store(path))
    kept = ran(before)
    before.close()

    with locked_disk(path.parent) as folder:
        home = path if folder else Path("/proc/no-such-folder/history.db")
        recorder = Recorder(Store(home))
        assert ran(recorder).complete
        assert "cannot be used" in told(recorder)
        assert recorder.store.recordings(Recording) == ([kept] if folder else [])
        recorder.close()


def test_with_a_locked_history_the_call_answers_and_is_written_once_it_is_free(path, recorder):
    recorder.store.writer().close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        begin = time.monotonic()
        stream = recorder.stream(lambda interrupt: OpenResponse(iter(wires.HELLO)), REQUEST)
        recording = stream.result()
        assert time.monotonic() - begin < recording_of_calls.WRITE_AHEAD + 1
        until(lambda: recorder._trouble)
        other.execute("ROLLBACK")
    assert recorder.flush(5)

    assert "another program has locked it" in told(recorder)
    assert recorder.store.recordings(Recording) == [recording]


def test_a_history_of_a_newer_version_is_left_alone_and_the_call_answers(path, recorder, monkeypatch):
    monkeypatch.setattr(recording_of_calls, "PERSISTENCE", 0.0)
    recorder.store.writer().close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")

    assert ran(recorder).complete
    assert "version 99" in told(recorder)


@pytest.mark.parametrize("damaged_while", ["before", "open"])
def test_a_damaged_history_is_set_aside_and_the_call_is_written_into_a_new_one(path, recorder, damaged_while):
    for _ in range(30):
        ran(recorder)
    if damaged_while == "before":
        recorder.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(size - 8192))
    fresh = recorder if damaged_while == "open" else Recorder(recorder.store)
    recorder.store.on_damage = fresh.note_damage

    recording = ran(fresh)

    assert recording in fresh.store.recordings(Recording)
    assert "was damaged" in told(fresh)
    assert len(list(path.parent.glob("history.damaged-*.db"))) == 1
    fresh.close()


def test_a_history_that_is_deleted_while_it_is_used_begins_anew(path, recorder):
    ran(recorder)
    for file in path.parent.glob("history.db*"):
        if file.is_file():
            file.unlink()

    recording = ran(recorder)

    assert recorder.store.recordings(Recording) == [recording]


# Processes.


def until(condition, seconds=10):
    """Wait for it, at most so long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        threading.Event().wait(0.005)


def test_four_processes_write_at_once_and_lose_nothing(path):
    command = [sys.executable, HERE / "writing_child.py", path, "2"]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    answers = [child.communicate(timeout=60)[0].split() for child in children]

    assert [child.returncode for child in children] == [0] * 4
    written = {run_id for _, *run_ids in answers for run_id in run_ids}  # the first word is a figure for the benchmarks
    kept = {run.id: run.events for run in Store(path).summaries()}
    assert kept == dict.fromkeys(written, 101)


@NEEDS_FORK
def test_a_forks_calls_are_its_own(monkeypatch, path):
    monkeypatch.setenv(VARIABLE, str(path))

    def source(_interrupt):
        return OpenResponse(iter(wires.HELLO))

    recorded(source, REQUEST).result()
    settle(5)
    if (child := os.fork()) == 0:
        recorded(source, REQUEST).result()
        settle(5)
        recording_of_calls.close_all()
        os._exit(0)
    os.waitpid(child, 0)
    recorded(source, REQUEST).result()
    settle(5)

    assert [run.state for run in recorder_of(path).store.summaries()] == [RunState.COMPLETE] * 3


# Privacy.


def test_nothing_of_the_caller_is_in_the_files(path, recorder, monkeypatch):
    planted = ["AKIAPLANTED000000000", "planted-secret-key", "planted-session-token", "123456789012", "planted-role"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", planted[0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", planted[1])
    monkeypatch.setenv("AWS_SESSION_TOKEN", planted[2])
    monkeypatch.setenv("AWS_ACCOUNT_ID", planted[3])
    arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/team"
    denied = "User: arn:aws:sts::123456789012:assumed-role/planted-role/me is not authorized"
    said = "Explain arn:aws:iam::888888888888:role/reader and account 888888888888"
    with LocalBedrock() as endpoint:
        trace = {"metadata": {"usage": {"inputTokens": 1}, "trace": {"promptRouter": {"invokedModelId": arn}}}}
        spoken = wires.text(0, "Bring 999999999999 roses.")
        model = endpoint.play([wires.START, spoken, wires.END_TURN, trace], arn)
        failing = endpoint.play([wires.START, {"throttlingException": {"message": denied}}])
        connection = Connection(endpoint_url=endpoint.url.replace("//", "//me:planted-password@"), region="us-east-1")
        straight = Connection(endpoint_url=endpoint.url, region="us-east-1")
        for model_id in (model, failing):
            request = {
                "modelId": model_id,
                "messages": [{"role": "user", "content": [{"text": said}]}],
                "requestMetadata": {"account": "123456789012", "team": "acct-123456789012"},
                "guardrailConfig": {
                    "guardrailIdentifier": "arn:aws:bedrock:us-east-1:123456789012:guardrail/g",
                    "guardrailVersion": "1",
                },
            }
            stream = recorder.stream(
                converse_stream(straight, request), request, endpoint=lambda: f"{connection.endpoint_url}/123456789012"
            )
            stream.result()
        assert recorder.flush(5)
    recorder.close()

    kept = b"".join(file.read_bytes() for file in path.parent.rglob("*") if file.is_file())
    for secret in [*planted, "planted-password", "Authorization", "AWS4-HMAC-SHA256", "Signature="]:
        assert secret.encode() not in kept, secret
    assert said.encode() in kept  # what was said stays as it was said
    assert b"999999999999 roses" in kept
    assert {run.state for run in recorder.store.summaries()} == {RunState.COMPLETE, RunState.FAILED}
