import subprocess
import sys

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from bedrock_nb.core.errors import MissingExtra
from bedrock_nb.core.summary import summary_of
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.views.tables import arrow
from bedrock_nb.views.tables.arrow import arrow_of, arrow_of_events
from bedrock_nb.views.tables.columns import EVENTS, RUNS
from bedrock_nb.views.tables.event_columns import events_table
from bedrock_nb.views.tables.table import pages_of, runs_table
from histories import made


def test_both_ways_to_a_table_of_events_lead_to_the_same():
    recordings = [made(), made("b" * 32, events=[])]

    assert arrow_of_events(pages_of(recordings)).equals(arrow_of(events_table(pages_of(recordings))))


@pytest.mark.parametrize("recordings", [[], [made()]])
def test_a_table_has_its_columns_be_it_empty(recordings):
    assert arrow_of_events(pages_of(recordings)).column_names == list(EVENTS)
    runs = arrow_of(runs_table([summary_of(recording) for recording in recordings], lambda run: None))
    assert runs.column_names == list(RUNS)
    assert runs.schema.field("started_at").type == pa.timestamp("us", "UTC")


def test_polars_and_duckdb_read_a_recording_itself():
    recording = made(kind=Recording)

    assert pl.DataFrame(recording)["text"].drop_nulls().to_list() == ["Hel", "lo"]
    found = duckdb.sql("SELECT string_agg(text, '' ORDER BY seq) FROM recording WHERE kind = 'text_delta'")
    assert found.fetchall() == [("Hello",)]


WITHOUT_PANDAS = """
import sys


class NoPandas:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "pandas":
            raise ModuleNotFoundError(name)


sys.meta_path.insert(0, NoPandas())
sys.path[:0] = sys.argv[1:]
from histories import made
from bedrock_nb.notebook.keeping.history import history
from bedrock_nb.notebook.keeping.recorder import recorder_of
from bedrock_nb.store.location import store_path
recorder_of(store_path()).store.write(lambda writer: writer.add(made()))
import duckdb, polars
found = history("sky")
assert polars.DataFrame(found)["answer"].to_list() == ["Hello"]
assert duckdb.sql("SELECT total_tokens FROM found").fetchall() == [(5,)]
assert polars.DataFrame(found.to_arrow("events")).height == 6
assert found.to_parquet("runs.parquet").exists()
"""


def test_polars_and_duckdb_read_a_history_without_pandas(tmp_path, home):
    command = [sys.executable, "-c", WITHOUT_PANDAS, str(__file__).split("/views/")[0]]
    subprocess.run(command, check=True, cwd=tmp_path, env={"HOME": str(home)})


def test_without_pyarrow_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(MissingExtra) as caught:
        arrow.pyarrow()
    assert "bedrock-nb[arrow]" in caught.value.advice


def test_a_pyarrow_that_cannot_be_loaded_is_told_as_that(broken):
    broken("pyarrow")

    with pytest.raises(MissingExtra, match=r"need pyarrow, which is installed and cannot be loaded .*what_it_needs"):
        arrow.pyarrow()
