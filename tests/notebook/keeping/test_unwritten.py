"""What ended an exchange after its last call: the history says so, whatever the disk and the clock do meanwhile."""

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest

import bedrock_nb as bnb
import wires
from bedrock_nb.core.errors import BedrockError, Stopped
from bedrock_nb.core.summary import RunState
from bedrock_nb.local import LocalBedrock
from bedrock_nb.notebook.calling import composing
from bedrock_nb.notebook.keeping import recorder as recording_of_calls
from bedrock_nb.notebook.keeping import unwritten
from bedrock_nb.notebook.keeping.recorder import HistoryWarning, Recorder, end_otherwise, recorded, recorder_of, settle
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.store.errors import StoreUnavailable
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.location import VARIABLE, store_path
from bedrock_nb.store.writing import Writer
from bedrock_nb.wire.source import OpenResponse
from histories import made
from systems import NEEDS_FORK
from waiting import eventually

MODEL = "local.scripted-tool-rounds-v1:0"
REQUEST = made().request
STOPPED = Stopped("The exchange was stopped.")
FAILED = BedrockError("The model asks for more: \ud800.", code="TooManyRounds", advice="Say when to stop.")


@pytest.fixture
def recorder(tmp_path):
    recorder = Recorder(Store(tmp_path / "data" / "history.db"))
    yield recorder
    recorder.close()


def hello(_interrupt):
    return OpenResponse(iter(wires.HELLO))


def over(recorder):
    """A call that is over, and perhaps not written yet."""
    stream = recorder.stream(hello, REQUEST)
    stream.result()
    return stream


def states(recorder):
    return [run.state for run in recorder.store.summaries()]


def failures(recorder):
    return [kept.failure for kept in recorder.store.recordings(Recording)]


# In whatever order the two come.


def test_an_ending_waits_for_its_call_that_is_not_written_yet(recorder, monkeypatch):
    monkeypatch.setattr(unwritten, "RESPITE", 60.0)
    stream = over(recorder)
    recorder.end_otherwise(stream, FAILED)
    eventually(lambda: [len(kept.log) for kept in recorder.store.recordings(Recording)] == [len(wires.HELLO)])
    assert states(recorder) == [RunState.STREAMING]

    assert recorder.flush(5)  # a reader waits for both
    assert (states(recorder), failures(recorder)) == ([RunState.FAILED], [FAILED])


def test_an_ending_is_written_behind_its_call_though_nobody_asks(recorder):
    stream = over(recorder)
    assert recorder.flush(5)
    assert states(recorder) == [RunState.COMPLETE]

    recorder.end_otherwise(stream, STOPPED)
    eventually(lambda: states(recorder) == [RunState.STOPPED])
    [kept] = recorder.store.recordings(Recording)
    assert (kept.failure, kept.wire_events) == (STOPPED, stream.recording.wire_events)


def test_an_ending_that_comes_while_its_call_is_being_written_is_not_lost(recorder, monkeypatch):
    settled = Writer.settle

    def settled_and_ended(writer, recording, **rest):
        settled(writer, recording, **rest)
        recorder.end_otherwise(recorder._unwritten[0].stream, STOPPED)

    monkeypatch.setattr(Writer, "settle", settled_and_ended)
    over(recorder)
    assert recorder.flush(5)
    eventually(lambda: not recorder._unwritten)
    assert failures(recorder) == [STOPPED]


def test_it_wakes_a_recorder_that_has_ended_its_thread(recorder, monkeypatch):
    monkeypatch.setattr(recording_of_calls, "IDLE", 0.01)
    stream = over(recorder)
    assert recorder.flush(5)
    eventually(lambda: recorder._thread is None)

    recorder.end_otherwise(stream, STOPPED)
    assert recorder.flush(5)
    assert failures(recorder) == [STOPPED]


# What cannot be written at once, or not at all.


@pytest.fixture
def locked(recorder):
    """Another program that holds the history, until it is told to let go."""
    recorder.store.writer().close()
    with closing(sqlite3.connect(recorder.store.path, isolation_level=None)) as other:
        yield other


def test_a_moments_lock_loses_no_ending(recorder, locked):
    stream = over(recorder)
    assert recorder.flush(5)
    locked.execute("BEGIN IMMEDIATE")
    recorder.end_otherwise(stream, STOPPED)
    eventually(lambda: recorder._trouble)
    assert states(recorder) == [RunState.COMPLETE]
    locked.execute("ROLLBACK")

    assert recorder.flush(5)
    assert failures(recorder) == [STOPPED]
    with pytest.warns(HistoryWarning, match="locked it. How an exchange ended is not kept so far"):
        recorder.tell_trouble()


def test_nor_does_a_lock_under_which_not_even_the_call_has_a_row(recorder, locked):
    locked.execute("BEGIN EXCLUSIVE")
    recorder.end_otherwise(over(recorder), FAILED)
    eventually(lambda: recorder._trouble)
    locked.execute("ROLLBACK")

    assert recorder.flush(5)
    assert failures(recorder) == [FAILED]
    with pytest.warns(HistoryWarning, match="Answers are shown, but not kept"):
        recorder.tell_trouble()


def full(*_arguments, **_rest):
    raise StoreUnavailable("The disk is full.", advice="Free some space.")


def test_an_ending_that_cannot_be_written_is_told_once_and_given_up(recorder, monkeypatch):
    monkeypatch.setattr(recording_of_calls, "PERSISTENCE", -1.0)
    monkeypatch.setattr(Writer, "end_otherwise", full)
    stream = over(recorder)
    assert recorder.flush(5)
    recorder.end_otherwise(stream, STOPPED)

    assert recorder.flush(5)
    told = r"^The disk is full\. How an exchange ended is not kept so far\. Free some space\.$"
    with pytest.warns(HistoryWarning, match=told):
        recorder.tell_trouble()
    assert (recorder._unwritten, states(recorder)) == ([], [RunState.COMPLETE])


def test_what_nobody_has_foreseen_is_told_too_and_the_next_call_is_kept(recorder, monkeypatch):
    def broken(*_arguments):
        raise LookupError("no such thing")

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "end_otherwise", broken)
        stream = over(recorder)
        recorder.end_otherwise(stream, STOPPED)
        assert recorder.flush(5)
    with pytest.warns(HistoryWarning, match="How an exchange ended could not be written .* LookupError: no such thing"):
        recorder.tell_trouble()
    over(recorder)
    assert recorder.flush(5)
    assert states(recorder) == [RunState.COMPLETE, RunState.COMPLETE]


def test_with_a_call_that_is_given_up_goes_what_ended_its_exchange(recorder, monkeypatch):
    monkeypatch.setattr(unwritten, "RESPITE", 60.0)
    monkeypatch.setattr(recording_of_calls, "PERSISTENCE", -1.0)
    monkeypatch.setattr(Writer, "settle", full)
    tried = []
    monkeypatch.setattr(Writer, "end_otherwise", lambda *tried_with: tried.append(tried_with))
    stream = over(recorder)
    recorder.end_otherwise(stream, STOPPED)
    assert recorder.flush(5)
    recorder.end_otherwise(stream, STOPPED)  # too late: there is no row that says how the call ended
    assert recorder.flush(5)

    assert (recorder._unwritten, tried) == ([], [])
    with pytest.warns(
        HistoryWarning, match=r"^The disk is full\. Answers are shown, but not kept\. Free some space\.$"
    ):
        recorder.tell_trouble()


# Calls that are no business of this history.


def test_of_a_call_that_is_not_kept_nothing_is_written(monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "history.db"))
    stream = recorded(hello, REQUEST, keep=False)
    stream.result()
    end_otherwise(stream, STOPPED)
    recorder = recorder_of(tmp_path / "history.db")
    assert not recorder._unwritten
    end_otherwise(stream, STOPPED)
    assert not recorder._unwritten
    assert not (tmp_path / "history.db").exists()


def test_it_is_written_where_the_call_is_kept_whatever_is_named_meanwhile(monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "first.db"))
    stream = recorded(hello, REQUEST)
    stream.result()
    for name in (str(tmp_path / "second.db"), "off"):
        monkeypatch.setenv(VARIABLE, name)
        recorder_of(tmp_path / "second.db")
        end_otherwise(stream, STOPPED)
        settle(5)
    assert states(recorder_of(tmp_path / "first.db")) == [RunState.STOPPED]
    assert not (tmp_path / "second.db").exists()


# Whole exchanges.


@pytest.fixture
def endpoint(home):
    with LocalBedrock() as endpoint:
        yield endpoint


@pytest.fixture
def way(endpoint):
    """Options of a call that reach an endpoint of this machine; the history is in an empty home."""
    return {"model": MODEL, "endpoint_url": endpoint.url, "region": "us-east-1"}


def stopped_while_a_tool_runs(**options):
    begun, release = threading.Event(), threading.Event()

    def weather(city: str) -> str:
        """Tell the weather of a city."""
        begun.set()
        release.wait(10)
        return "Sunny."

    exchange = bnb.exchange("How is it?", tools=[weather], **options)
    assert begun.wait(10)
    exchange.cancel()
    release.set()
    recording = exchange.result()
    settle(10)
    return recording


def test_an_exchange_that_was_stopped_while_a_tool_ran_is_stopped_in_the_history_too(way):
    recording = stopped_while_a_tool_runs(**way)

    kept = bnb.last()
    assert (kept.id, kept.error, kept.stopped) == (recording.id, recording.error, True)
    assert kept.message == recording.message
    assert [row["state"] for row in bnb.history()._as_table()] == ["stopped"]
    assert [run.id for run in bnb.history(state="stopped").runs] == [recording.id]


def test_an_exchange_that_went_too_far_is_failed_in_the_history_and_its_earlier_calls_are_complete(way):
    def weather(city: str) -> str:
        """Tell the weather of a city."""
        return "Sunny."

    def wind(city: str) -> str:
        """Tell the wind of a city."""
        return "Calm."

    recording = bnb.exchange("How is it?", tools=[weather, wind], max_rounds=1, **way).result()
    settle(10)

    assert recording.error.code == "TooManyRounds"
    assert bnb.last().error == recording.error
    assert [run.state for run in bnb.history().runs] == [RunState.FAILED, RunState.COMPLETE]


def test_an_exchange_that_ended_well_is_complete(way):
    bnb.exchange("How is it?", **way).result()
    settle(10)
    assert [run.state for run in bnb.history().runs] == [RunState.COMPLETE]


@pytest.mark.parametrize(("name", "told"), [("weather", "weather"), ("\ud800 \x1b[2J", "\ufffd \ufffd[2J")])
def test_whatever_tools_the_model_asks_for_the_error_of_the_cell_is_that_of_the_history(shell, monkeypatch, name, told):
    events = [
        wires.START,
        {"contentBlockStart": {"contentBlockIndex": 0, "start": {"toolUse": {"toolUseId": "call-1", "name": name}}}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": "tool_use"}},
    ]
    monkeypatch.setattr(composing, "converse_stream", lambda *_: lambda _: OpenResponse(iter(events)))
    shell.user_ns["weather"] = lambda: "Sunny."
    result = shell.run_cell("%%bedrock failed << -m a-model --tools weather --max-rounds 1 --no-display\nHow is it?")

    failed = shell.user_ns["failed"]
    assert (result.error_in_exec, failed.error.code) == (failed.error, "TooManyRounds")
    assert f"asks for more ({told})" in failed.error.message
    settle(10)
    assert bnb.last().error == failed.error


def test_of_an_exchange_that_is_not_to_be_kept_nothing_is_written(way):
    stopped_while_a_tool_runs(**way, no_history=True)
    assert not store_path().exists()


# Processes.

WAITING = f"""
import os
import threading
import bedrock_nb as bnb
begun, release = threading.Event(), threading.Event()
def weather(city: str) -> str:
    "Tell the weather of a city."
    begun.set()
    release.wait(10)
    return "Sunny."
exchange = bnb.exchange("How is it?", model={MODEL!r}, tools=[weather])
assert begun.wait(10)
"""
LEAVING_SOON = "from bedrock_nb.notebook.keeping import recorder\nrecorder.LEAVING = 0.2\n"
ENDING = f"{WAITING}exchange.cancel()"
FORKING = f"""{WAITING}
if (child := os.fork()) == 0:
    exchange.cancel()
    bnb.history()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
release.set()
exchange.result()
"""


def ran(script, **environment):
    """What Python says of this script, which reaches an endpoint of this machine."""
    with LocalBedrock() as endpoint:
        return subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, **endpoint.environment, **environment},
            stderr=subprocess.PIPE,
            text=True,
            check=True,
            timeout=60,
        ).stderr


def test_a_process_that_ends_right_after_the_stop_has_written_it(home):
    ran(ENDING)
    assert [run.state for run in Store(store_path()).summaries()] == [RunState.STOPPED]


@NEEDS_FORK
def test_what_a_forks_child_makes_of_an_exchange_is_not_written(home):
    ran(FORKING)
    kept = Store(store_path()).summaries()
    assert {run.state for run in kept} == {RunState.COMPLETE}
    assert len(kept) > 1


def test_a_process_that_ends_has_told_what_could_not_be_kept(tmp_path):
    (tmp_path / "file").touch()
    told = ran(LEAVING_SOON + ENDING, **{VARIABLE: str(tmp_path / "file" / "history.db")})
    assert told.count("HistoryWarning: The history") == 1
    assert "Answers are shown, but not kept." in told
