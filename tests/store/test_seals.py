import sqlite3
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.recording import Recording
from bedrock_nb.store.connection import open_to_write
from bedrock_nb.store.schema import STEPS, migrate
from bedrock_nb.store.seals import is_whole, sealed

numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False)
values = st.lists(st.none() | numbers | st.text(), min_size=1, max_size=8)


@given(values)
def test_what_was_sealed_is_whole(row):
    assert is_whole(row, sealed(*row))


@given(values, st.data())
def test_what_changed_is_not(row, data):
    place = data.draw(st.integers(0, len(row) - 1))
    other = data.draw((st.none() | st.integers() | st.text()).filter(lambda value: value != row[place]))

    assert not is_whole([*row[:place], other, *row[place + 1 :]], sealed(*row))


def test_a_row_without_a_seal_is_not_whole():
    assert not is_whole(["a"], None)


def test_what_was_written_before_there_were_seals_is_sealed_as_it_was(path, store):
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, STEPS[:1])
        connection.execute("INSERT INTO runs (id, state, request) VALUES ('x', 'stopped', '{}')")
    open_to_write(path).close()

    assert [run.error for run in store.summaries()] == [None]
    assert [recording.id for recording in store.recordings(Recording) if recording.failure is None] == ["x"]
