import pytest

import bedrock_nb as bnb
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.options import defaults
from bedrock_nb.notebook.options.defaults import nearest_pyproject, set_for_notebook, setting, settings
from bedrock_nb.notebook.options.table import BY_NAME, SETTINGS


def found(name):
    each = setting(BY_NAME[name])
    return each and each.value


@pytest.fixture
def project(tmp_path):
    def write(table):
        (tmp_path / "pyproject.toml").write_text(f"[tool.bedrock-nb]\n{table}\n", encoding="utf-8")

    return write


def test_where_nothing_is_set_nothing_holds():
    assert settings() == {}


def test_the_nearest_place_that_says_something_is_used(project, monkeypatch):
    project('model = "of.the.project"')
    assert found("model") == "of.the.project"
    monkeypatch.setenv("BEDROCK_NB_MODEL", "of.the.environment")
    assert found("model") == "of.the.environment"
    set_for_notebook("model", "of.the.notebook")
    assert found("model") == "of.the.notebook"
    set_for_notebook("model", None)
    assert found("model") == "of.the.environment"


def test_each_option_is_looked_up_by_itself(project, monkeypatch):
    project("max-tokens = 5\ntemperature = 0.5")
    monkeypatch.setenv("BEDROCK_NB_MAX_TOKENS", "7")
    assert (found("max_tokens"), found("temperature")) == (7, 0.5)


def test_each_value_tells_where_it_comes_from(project, monkeypatch, tmp_path):
    project("max-tokens = 5")
    monkeypatch.setenv("BEDROCK_NB_TOP_P", "0.5")
    set_for_notebook("temperature", 0.25)
    rows = {row["option"]: (row["value"], row["from"]) for row in bnb.config()}
    assert rows == {
        "temperature": (0.25, "%config BedrockMagics"),
        "top_p": (0.5, "BEDROCK_NB_TOP_P"),
        "max_tokens": (5, f"[tool.bedrock-nb] in {tmp_path / 'pyproject.toml'}"),
    }


@pytest.mark.parametrize("login", ["someone:hunter2", "hunter2", "someone:h@nter2"])
def test_a_password_in_an_address_is_not_shown(login):
    set_for_notebook("endpoint_url", f"http://{login}@127.0.0.1:9/")
    assert bnb.config()[0]["value"] == "http://…@127.0.0.1:9/"


def test_the_project_is_found_from_a_folder_within(project, tmp_path, monkeypatch):
    project('model = "m.m"')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert nearest_pyproject() == tmp_path / "pyproject.toml"
    (inner / "pyproject.toml").write_text("")
    assert found("model") is None


def test_a_file_that_changes_is_read_again(project):
    project('model = "one.one"')
    assert found("model") == "one.one"
    project('model = "three.three"')
    assert found("model") == "three.three"


@pytest.mark.parametrize(
    ("variable", "written", "value"),
    [
        ("STOP", "END 'two words'", ["END", "two words"]),
        ("METADATA", "team=search", {"team": "search"}),
        ("METADATA", '{"team": "search"}', {"team": "search"}),
        ("FIELDS", "top_k = 5", {"top_k": 5}),
        ("RAW", "yes", True),
        ("RAW", "0", False),
        ("RETRIES", "0", 0),
        ("CACHE_PROMPT", "1h", "1h"),
        ("CACHE_PROMPT", "true", "default"),
        ("CACHE_PROMPT", "off", None),
        ("THINKING", "2000", 2000),
    ],
)
def test_the_environment_says_it_in_words(variable, written, value, monkeypatch):
    monkeypatch.setenv(f"BEDROCK_NB_{variable}", written)
    assert found(variable.lower()) == value


def test_an_empty_variable_says_nothing(monkeypatch):
    monkeypatch.setenv("BEDROCK_NB_MODEL", "")
    assert found("model") is None


def test_a_wrong_value_names_its_place(project, monkeypatch):
    monkeypatch.setenv("BEDROCK_NB_TEMPERATURE", "warm")
    with pytest.raises(InvalidInput, match=r"^BEDROCK_NB_TEMPERATURE: `temperature` takes a number"):
        found("temperature")
    project("max-tokens = 0")
    with pytest.raises(InvalidInput, match=r"pyproject.toml: `max_tokens` takes a whole number"):
        found("max_tokens")


def test_a_wrong_value_that_another_place_outdoes_is_no_matter(monkeypatch):
    monkeypatch.setenv("BEDROCK_NB_TEMPERATURE", "warm")
    set_for_notebook("temperature", 0.5)
    assert found("temperature") == 0.5


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("max-token = 5", "`max_token` is no setting. Did you mean `max_tokens`?"),
        ('attach = "x"', "`attach` is no setting."),
        ("max-tokens = ", "cannot be read"),
    ],
)
def test_a_mistake_in_the_project_names_the_file(table, said, project):
    project(table)
    with pytest.raises(InvalidInput) as told:
        found("model")
    assert said in str(told.value)
    assert "pyproject.toml" in str(told.value)


@pytest.mark.parametrize("name", ["dry_run", "attach", "unknown"])
def test_what_is_no_setting_cannot_be_set(name):
    with pytest.raises(InvalidInput, match="cannot be set for all calls"):
        set_for_notebook(name, "x")


def test_config_sets_what_holds_and_shows_it(shell, monkeypatch):
    shell.run_cell("%config BedrockMagics.max_tokens = 5")
    assert found("max_tokens") == 5
    set_for_notebook("max_tokens", 6)
    assert shell.magics_manager.registry["BedrockMagics"].max_tokens == 6
    shell.run_cell("%config BedrockMagics.max_tokens = None")
    assert found("max_tokens") is None


def test_config_refuses_a_wrong_value_at_once(shell, caplog):
    shell.run_cell("%config BedrockMagics.temperature = 7")
    assert "takes a number from 0 to 1" in caplog.text
    assert found("temperature") is None


def test_every_setting_can_be_set_in_the_documented_ways():
    assert {option.name for option in SETTINGS} >= {"model", "system", "temperature", "region", "bg", "chat"}
    assert defaults.PREFIX == "BEDROCK_NB_"
