import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import wires
from bedrock_nb.core.encoding.page import page_of
from bedrock_nb.core.errors import BedrockError, ConnectionCut, Stopped
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.summary import RunState, summary_of
from bedrock_nb.store.errors import StoreUnavailable
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.presence import folder_of
from bedrock_nb.store.privacy import masked_failure
from bedrock_nb.store.query import Query
from bedrock_nb.store.writing import NewRun, Writer
from histories import made, stream_into


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
