import sqlite3
from contextlib import closing

import pytest

from bedrock_nb.store import word_index
from bedrock_nb.store.query import Query
from bedrock_nb.store.word_index import write_anew
from histories import made, stream_into


def found(store, word):
    return {run.id[0] for run in store.summaries(Query(text=word))}


def check_index(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")


@pytest.fixture
def no_merge(monkeypatch):
    """Merging leads nowhere, as if others wrote without end."""
    monkeypatch.setattr(word_index, "_is_merged", lambda *_: False)


@pytest.mark.usefixtures("no_merge")
def test_an_index_that_is_made_from_the_runs_finds_each_as_before(path, writer, store):
    for name in "abc":
        writer.add(made(name * 32, prompt=f"the {name}weather"))
    write_anew(writer._connection, writer.together)

    assert [found(store, f"{name}weather") for name in "abc"] == [{"a"}, {"b"}, {"c"}]
    check_index(path)


@pytest.mark.usefixtures("no_merge")
def test_a_run_that_streams_while_the_index_is_made_anew_is_in_it_once_when_it_is_over(path, writer, store):
    running = made("a" * 32, prompt="the weather")
    stream_into(writer, running)
    write_anew(writer._connection, writer.together)
    assert found(store, "weather") == set()

    writer.settle(running)
    assert found(store, "weather") == {"a"}
    check_index(path)


def test_a_merge_that_has_no_end_is_given_up(path, writer, store, monkeypatch):
    """Others begin the merge anew in each step: there is always something to do, and the old segments stay."""
    monkeypatch.setattr(word_index, "_merge", lambda *_: True)
    steps = []

    def step():
        steps.append(1)
        return writer.together()

    for name in "abc":
        writer.add(made(name * 32, prompt="the weather"))
    write_anew(writer._connection, step)

    (pages,) = writer._connection.execute("PRAGMA page_count").fetchone()
    assert 1 < len(steps) < pages + 20
    assert found(store, "weather") == {"a", "b", "c"}


def test_the_levels_have_all_segments(writer):
    for number in range(40):
        writer.add(made(f"{number:032x}", prompt=" ".join(f"word{number}x{place}" for place in range(number))))
        if number % 7 == 6:
            writer.delete([f"{number - 1:032x}"])
        connection = writer._connection
        assert sum(word_index._levels(connection)) == len(word_index._segments(connection)) > 0


@pytest.mark.parametrize(
    ("packed", "numbers"), [(b"", []), (b"\x00\x7f", [0, 127]), (b"\x81\x00\x01\x82\x80\x05", [128, 1, 32773])]
)
def test_numbers_are_read_as_sqlite_packs_them(packed, numbers):
    assert list(word_index._numbers(packed)) == numbers
