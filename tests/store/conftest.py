import pytest

from bedrock_nb.store.history_store import Store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "history.db"


@pytest.fixture
def store(path):
    return Store(path)


@pytest.fixture
def writer(store):
    writer = store.writer()
    yield writer
    writer.close()
