import sqlite3
from contextlib import closing

import pytest

from bedrock_nb.core.recording import Recording
from bedrock_nb.store.connection import open_to_write
from bedrock_nb.store.errors import StoreUnavailable
from bedrock_nb.store.schema import STEPS, migrate, version_of
from histories import made


def add_stars(connection):
    connection.execute("ALTER TABLE runs ADD COLUMN stars INTEGER NOT NULL DEFAULT 3")


def stars_to_text(connection):
    connection.execute("ALTER TABLE runs ADD COLUMN rating TEXT")
    connection.execute("UPDATE runs SET rating = stars || ' stars'")


FUTURE = (*STEPS, add_stars, stars_to_text)


@pytest.mark.parametrize("version", range(len(FUTURE)))
def test_a_file_of_each_older_version_comes_to_the_newest_with_all_it_holds(path, store, version):
    if version:
        store.writer().close()
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            migrate(connection, FUTURE[:version])
            connection.execute("INSERT INTO runs (id, state, request) VALUES ('x', 'complete', '{}')")

    with closing(open_to_write(path, FUTURE)) as connection:
        assert version_of(connection) == len(FUTURE)
        assert connection.execute("SELECT id, rating FROM runs").fetchall() == ([("x", "3 stars")] if version else [])


def test_what_was_written_by_an_older_version_reads_the_same_in_a_newer(path, store, writer):
    writer.add(made())
    open_to_write(path, (*STEPS, add_stars)).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")

    assert store.recordings(Recording) == [made()]


def test_an_older_version_that_may_only_be_read_is_read(path, store):
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, STEPS[:1])
        connection.execute("INSERT INTO runs (id, state, request) VALUES ('x', 'stopped', '{}')")
    before = path.read_bytes()

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # as good as a read-only disk
        assert [run.id for run in store.summaries()] == ["x"]
    assert path.read_bytes() == before
    store.writer().close()
    assert [run.id for run in store.summaries()] == ["x"]


def test_a_migration_that_fails_leaves_the_file_as_it_was(path, store):
    store.writer().close()

    def breaks(connection):
        add_stars(connection)
        raise sqlite3.OperationalError("no more")

    with pytest.raises(StoreUnavailable, match="no more"):
        open_to_write(path, (*STEPS, breaks))
    with closing(open_to_write(path)) as connection:
        assert version_of(connection) == len(STEPS)
        assert "stars" not in {name for _, name, *_ in connection.execute("PRAGMA table_info(runs)")}


def test_a_file_of_a_newer_version_is_left_alone_and_named(path, store):
    open_to_write(path, FUTURE).close()
    before = path.read_bytes()

    for use in (store.writer, store.summaries):
        with pytest.raises(StoreUnavailable, match=f"version {len(FUTURE)}.*up to {len(STEPS)}"):
            use()
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_left_alone(path, store):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE accounts (name)")
    before = path.read_bytes()

    for use in (store.writer, store.summaries):
        with pytest.raises(StoreUnavailable, match="another program"):
            use()
    assert path.read_bytes() == before
