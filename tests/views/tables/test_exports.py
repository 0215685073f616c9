import errno
import json
import sys

import pandas as pd
import pytest
from pyarrow import parquet

import wires
from bedrock_nb.core.errors import InvalidInput, MissingExtra
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.views.tables.columns import GRAINS
from histories import made


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("events", [[], made().wire_events])
def test_a_parquet_file_gives_the_frame_back_be_it_empty(tmp_path, grain, events):
    recording = made(kind=Recording, wire_events=events)

    file = recording.to_parquet(tmp_path / "table.parquet", grain)

    back = pd.read_parquet(file)
    assert back.equals(recording.to_frame(grain))
    assert back.attrs == recording.to_frame(grain).attrs


def test_lines_of_json_have_times_in_iso_and_spans_in_seconds(tmp_path):
    recording = made(kind=Recording)

    events = recording.to_jsonl(tmp_path / "events.jsonl").read_text().splitlines()
    (run,) = recording.to_jsonl(tmp_path / "runs.jsonl", "runs").read_text().splitlines()

    assert [json.loads(line)["t"] for line in events] == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
    assert json.loads(run)["started_at"] == "2026-11-03T14:05:00+00:00"
    assert json.loads(run)["error"] is None


def ways_out(path):
    recording = made(kind=Recording)
    return (lambda: recording.to_parquet(path), lambda: recording.to_jsonl(path))


def test_a_folder_that_is_missing_is_named(tmp_path):
    for write in ways_out(tmp_path / "missing" / "table"):
        with pytest.raises(InvalidInput, match=r"there is no folder .*missing"):
            write()


def test_what_cannot_be_written_is_told(tmp_path):
    for write in ways_out(tmp_path):
        with pytest.raises(InvalidInput, match="cannot be written"):
            write()
    for write in ways_out(3):
        with pytest.raises(InvalidInput, match="not the name of a file"):
            write()


def test_what_was_there_stays_until_the_table_is_whole(tmp_path, monkeypatch):
    def full_disk(*_arguments, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.write_table", full_disk)
    monkeypatch.setattr("bedrock_nb.views.tables.exports._told", full_disk)
    file = tmp_path / "table"
    file.write_text("before")
    for write in ways_out(file):
        with pytest.raises(InvalidInput, match="No space left"):
            write()
    assert [each.name for each in tmp_path.iterdir()] == ["table"]
    assert file.read_text() == "before"


def test_a_device_is_no_file_for_a_table():
    for write in ways_out("/dev/null"):
        with pytest.raises(InvalidInput, match="it is a device"):
            write()


@pytest.mark.parametrize("grain", GRAINS)
def test_half_a_character_is_a_question_mark_in_every_table(tmp_path, grain):
    events = [wires.START, wires.text(0, "half \ud83d"), wires.END_TURN]
    recording = made(kind=Recording, wire_events=[(0.1, each) for each in events])

    file = recording.to_parquet(tmp_path / "table.parquet", grain)

    assert pd.read_parquet(file).equals(recording.to_frame(grain))
    assert "half" in recording.to_jsonl(tmp_path / "table.jsonl", "blocks").read_text(encoding="utf-8")


def test_parquet_needs_no_pandas_that_can_be_loaded(tmp_path, broken):
    broken("pandas")

    file = made(kind=Recording).to_parquet(tmp_path / "table.parquet")

    assert parquet.read_table(file).equals(made(kind=Recording).to_arrow())


def test_a_pyarrow_without_parquet_is_told_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)

    with pytest.raises(MissingExtra, match=r"need pyarrow, which is installed and cannot be loaded .*pyarrow\.parquet"):
        made(kind=Recording).to_parquet(tmp_path / "table.parquet")
    assert list(tmp_path.iterdir()) == []
