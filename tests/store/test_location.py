import os

import pytest

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.store.location import DAYS_VARIABLE, MEGABYTES_VARIABLE, VARIABLE, store_limits, store_path


def test_the_history_is_in_the_users_data_folder(home):
    assert home in store_path().parents
    assert store_path().name == "history.db"


@pytest.mark.parametrize("word", ["off", "OFF", " 0 ", "none", "false", "no", os.devnull])
def test_the_environment_switches_it_off(monkeypatch, word):
    monkeypatch.setenv(VARIABLE, word)

    assert store_path() is None


def test_the_environment_names_another_file(monkeypatch, home):
    monkeypatch.setenv(VARIABLE, "~/elsewhere.db")

    assert store_path() == home / "elsewhere.db"


def test_a_home_folder_that_there_is_not_is_told(monkeypatch):
    monkeypatch.setenv(VARIABLE, "~nobody-has-this-name/history.db")

    with pytest.raises(InvalidInput, match="no such home folder"):
        store_path()


def test_the_environment_limits_age_and_size(monkeypatch):
    assert store_limits() == {"days": None, "megabytes": None}
    monkeypatch.setenv(DAYS_VARIABLE, "30")
    monkeypatch.setenv(MEGABYTES_VARIABLE, " 1.5 ")

    assert store_limits() == {"days": 30.0, "megabytes": 1.5}


@pytest.mark.parametrize("limit", ["many", "0", "-1", "nan", "inf"])
def test_a_limit_that_is_none_is_told(monkeypatch, limit):
    monkeypatch.setenv(DAYS_VARIABLE, limit)

    with pytest.raises(InvalidInput, match="BEDROCK_NB_STORE_DAYS"):
        store_limits()
