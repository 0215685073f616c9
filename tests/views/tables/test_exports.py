import json

import pandas as pd
import pytest

from bedrock_nb.core.errors import InvalidInput
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
