"""What ended an exchange between its calls is in the history too, once its last call is written."""

import os
import subprocess
import sys
import threading

import pytest

import bedrock_nb as bnb
from bedrock_nb.core.errors import Stopped
from bedrock_nb.core.summary import RunState
from bedrock_nb.local import LocalBedrock
from bedrock_nb.notebook.keeping import endings
from bedrock_nb.notebook.keeping.endings import note_ending
from bedrock_nb.notebook.keeping.recorder import settle
from bedrock_nb.store.errors import StoreUnavailable
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.location import VARIABLE, store_path

MODEL = "local.scripted-tool-rounds-v1:0"


@pytest.fixture
def way(home):
    """Options of a call that reach an endpoint of this machine; the history is in an empty home."""
    with LocalBedrock() as endpoint:
        yield {"model": MODEL, "endpoint_url": endpoint.url, "region": "us-east-1"}


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
    assert endings._noted == {}


def test_of_a_call_that_is_not_to_be_kept_nothing_is_written(way):
    stopped_while_a_tool_runs(**way, no_history=True)
    endings.write_endings()
    assert not store_path().exists()
    assert endings._noted == {}


def test_where_the_history_is_off_nothing_is_remembered(way, monkeypatch):
    monkeypatch.setenv(VARIABLE, "off")
    stopped_while_a_tool_runs(**way)
    endings.write_endings()
    assert endings._noted == {}


def test_a_history_that_cannot_be_written_is_told(way, monkeypatch):
    def full(*_arguments):
        raise StoreUnavailable("The disk is full.", advice="Free some space.")

    note_ending("a" * 32, Stopped("The exchange was stopped."))
    monkeypatch.setattr(Store, "end_otherwise", full)
    bnb.history()
    with pytest.warns(match=r"The disk is full\. How an exchange ended is not kept\. Free some space\."):
        bnb.history()


ENDING = f"""
import threading
import bedrock_nb as bnb
begun = threading.Event()
def weather(city: str) -> str:
    "Tell the weather of a city."
    begun.set()
    return threading.Event().wait(10)
exchange = bnb.exchange("How is it?", model={MODEL!r}, tools=[weather])
assert begun.wait(10)
exchange.cancel()
"""


def test_a_process_that_ends_right_after_the_stop_has_written_it(home):
    with LocalBedrock() as endpoint:
        subprocess.run(
            [sys.executable, "-c", ENDING], env={**os.environ, **endpoint.environment}, check=True, timeout=60
        )
    assert [run.state for run in Store(store_path()).summaries()] == [RunState.STOPPED]
