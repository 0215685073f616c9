import pytest

from bedrock_nb.store.location import VARIABLE, store_path


def test_the_history_is_in_the_users_data_folder(home):
    assert home in store_path().parents
    assert store_path().name == "history.db"


@pytest.mark.parametrize("word", ["off", "OFF", " 0 ", "none", "false", "no"])
def test_the_environment_switches_it_off(monkeypatch, word):
    monkeypatch.setenv(VARIABLE, word)

    assert store_path() is None


def test_the_environment_names_another_file(monkeypatch, home):
    monkeypatch.setenv(VARIABLE, "~/elsewhere.db")

    assert store_path() == home / "elsewhere.db"
