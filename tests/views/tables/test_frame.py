import sys
from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given, settings

import wires
from bedrock_nb.core.errors import InvalidInput, MissingExtra
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.summary import summary_of
from bedrock_nb.views.tables.columns import BLOCKS, EVENTS, GRAINS, RUNS, TOOLS
from bedrock_nb.views.tables.event_columns import events_table
from bedrock_nb.views.tables.frame import frame_of, frame_of_events
from bedrock_nb.views.tables.table import blocks_table, checked_grain, pages_of, runs_table, tools_table
from histories import made

TOOL_CALL = [
    wires.START,
    wires.thought(0, "Let me look. "),
    wires.stop(0),
    wires.tool_start(1, "weather", "t7"),
    wires.tool_input(1, '{"city":'),
    wires.tool_input(1, ' "Oslo"}'),
    wires.stop(1),
    wires.tool_start(2, "web_search", "s1", type="server_tool_use"),
    wires.start(3, toolResult={"toolUseId": "s1", "status": "success"}),
    wires.delta(3, toolResult=[{"text": "rain"}]),
    wires.text(4, ""),
    wires.text(4, "Ræin 🌧"),
    wires.message_stop("tool_use"),
    wires.usage(3, 2),
]


def frames(recordings):
    """The frame of each grain."""
    summaries = [summary_of(recording) for recording in recordings]
    return {
        "events": frame_of_events(pages_of(recordings)),
        "blocks": frame_of(blocks_table(recordings)),
        "tools": frame_of(tools_table(recordings)),
        "runs": frame_of(runs_table(summaries, lambda run: 0.25)),
    }


def test_an_event_is_a_row():
    frame = frame_of_events(pages_of([made(events=TOOL_CALL)]))

    row = frame.iloc[4]
    assert (row["run"], row["seq"], row["t"]) == ("a" * 32, 4, pd.Timedelta("400ms"))
    assert (row["type"], row["kind"], row["block"]) == ("contentBlockDelta", "tool_input_delta", 1)
    assert (row["text"], row["tool_use_id"], row["tool_name"]) == ('{"city":', "t7", "weather")
    assert '"input"' in row["raw"]
    assert list(frame["text"].dropna()) == ["Let me look. ", '{"city":', ' "Oslo"}', "", "Ræin 🌧"]
    assert frame["block"].isna().sum() == 3


def test_a_content_block_is_a_row():
    frame = frame_of(blocks_table([made(events=TOOL_CALL)]))

    assert list(frame["kind"]) == ["reasoning", "tool_use", "tool_use", "tool_result", "text"]
    assert list(frame["text"]) == ["Let me look. ", '{"city": "Oslo"}', "", '[{"text": "rain"}]', "Ræin 🌧"]
    assert list(frame["whole"]) == [True, True, False, False, False]


def test_a_tool_call_is_a_row():
    frame = frame_of(tools_table([made(events=TOOL_CALL)]))

    assert list(frame["tool_name"]) == ["weather", "web_search"]
    assert list(frame["server"]) == [False, True]
    assert list(frame["status"].isna()) == [True, False]
    assert list(frame["valid"]) == [True, True]


def test_a_call_of_the_model_is_a_row():
    frame = frame_of(runs_table([summary_of(made(events=TOOL_CALL, duration=2.5))], lambda run: 0.25))

    row = frame.iloc[0]
    assert row["started_at"] == datetime(2026, 11, 3, 14, 5, tzinfo=UTC)
    assert (row["state"], row["stop_reason"], row["input_tokens"]) == ("complete", "tool_use", 3)
    assert (row["latency"], row["duration"]) == (pd.Timedelta("100ms"), pd.Timedelta("2.5s"))
    assert (row["cost"], row["tool_calls"], row["server_tool_calls"]) == (0.25, 1, 1)
    assert row["error"] is pd.NA


@pytest.mark.parametrize("events", [[], [{"novelEvent": {}}], wires.HELLO, TOOL_CALL])
@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("grain", GRAINS)
def test_a_column_has_its_type_whatever_is_in_it(events, count, grain):
    frame = frames([made(str(number) * 32, events) for number in range(count)])[grain]

    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        name: column.kind.value for name, column in GRAINS[grain].items()
    }


def test_each_column_is_explained():
    for columns in (EVENTS, BLOCKS, TOOLS, RUNS):
        assert all(column.about for column in columns.values())


@settings(max_examples=30)
@given(wires.timed_lists, wires.timed_lists)
def test_frames_come_back_from_parquet_equal(tmp_path_factory, one, other):
    folder = tmp_path_factory.mktemp("parquet")
    for grain, frame in frames([Recording(tuple(one), id="one"), Recording(tuple(other), id="other")]).items():
        frame.attrs["request"] = {"modelId": "m"}
        frame.to_parquet(folder / f"{grain}.parquet")
        back = pd.read_parquet(folder / f"{grain}.parquet")
        assert back.equals(frame) or frame.empty
        assert back.attrs == frame.attrs


@settings(max_examples=30)
@given(wires.timed_lists)
def test_with_and_without_pyarrow_frames_of_events_are_the_same(events):
    recordings = [Recording(tuple(events), id="one"), made(events=TOOL_CALL)]

    pd.testing.assert_frame_equal(frame_of(events_table(pages_of(recordings))), frame_of_events(pages_of(recordings)))


@pytest.mark.parametrize("grain", ["event", 3])
def test_a_grain_that_there_is_not_is_told(grain):
    with pytest.raises(InvalidInput, match=f"no grain {grain!r}") as caught:
        checked_grain(grain)
    assert "events" in caught.value.advice


def test_without_pandas_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match="Frames need pandas, which is not installed") as caught:
        frame_of(runs_table([], lambda run: None))
    assert "bedrock-nb[pandas]" in caught.value.advice


def test_a_pandas_that_cannot_be_loaded_is_told_as_that(broken):
    broken("pandas")
    with pytest.raises(MissingExtra, match=r"pandas, which is installed and cannot be loaded .*what_it_needs"):
        frame_of(runs_table([], lambda run: None))


def test_a_pyarrow_that_cannot_be_loaded_leaves_frames_of_events_as_they_are(broken):
    expected = frame_of_events(pages_of([made(events=TOOL_CALL)]))
    broken("pyarrow")
    pd.testing.assert_frame_equal(frame_of_events(pages_of([made(events=TOOL_CALL)])), expected)
