import pytest

import bedrock_nb as bnb
from bedrock_nb.local import LocalBedrock
from bedrock_nb.notebook.keeping.recorder import settle
from bedrock_nb.store.location import VARIABLE


@pytest.fixture
def endpoint(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "history.db"))
    with LocalBedrock() as running:
        yield running


def asked(endpoint, **options):
    recording = bnb.converse("Hello", model="local.scripted-default-v1:0", endpoint_url=endpoint.url, **options)
    settle()
    return recording


def test_a_call_with_no_history_leaves_nothing_on_disk(endpoint, tmp_path):
    asked(endpoint, no_history=True)
    assert not (tmp_path / "history.db").exists()


def test_a_call_is_kept_where_nothing_is_said(endpoint):
    recording = asked(endpoint)
    assert bnb.last() == recording


def test_it_is_a_setting_of_the_environment_too(endpoint, tmp_path, monkeypatch):
    monkeypatch.setenv("BEDROCK_NB_NO_HISTORY", "1")
    asked(endpoint)
    assert not (tmp_path / "history.db").exists()
