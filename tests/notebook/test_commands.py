import re
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from IPython.core.error import UsageError

import bedrock_nb as bnb
from bedrock_nb.core.errors import AccessDenied, InvalidInput
from bedrock_nb.notebook import local_endpoint
from bedrock_nb.notebook.commands import COMMANDS, help_of_commands, run
from bedrock_nb.notebook.options.table import HELP_FLAGS
from bedrock_nb.wire import models

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_every_command_is_in_the_help_and_in_the_readme():
    told = re.findall(r"`%bedrock (\w+)", README.partition("### Commands")[2].partition("\n### ")[0])
    assert set(told) == set(COMMANDS)
    for name, command in COMMANDS.items():
        assert re.search(rf"^  {name} .*{re.escape(command.help)}$", help_of_commands(), re.MULTILINE)


@pytest.mark.parametrize("line", ["", "help", *HELP_FLAGS])
def test_help_lists_commands_and_options(line, capsys):
    run(line)
    shown = capsys.readouterr().out
    assert "models [WORD …]" in shown
    assert "--max-tokens N" in shown


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("modles", "there is no command 'modles'. Did you mean models?"),
        ("'open", "cannot be read"),
        ("help me", "%bedrock help takes no words after it."),
        ("use a b", "%bedrock use takes MODEL."),
        ("use", "%bedrock use MODEL"),
        ("alias one", "NAME MODEL, or --remove NAME"),
        ("alias --one two", "NAME MODEL, or --remove NAME"),
    ],
)
def test_misuse_is_told(line, said):
    with pytest.raises(UsageError) as told:
        run(line)
    assert said in str(told.value)


@pytest.mark.parametrize("asks", HELP_FLAGS)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_and_does_nothing(name, asks, capsys):
    for line in (f"{name} {asks}", f"{name} one {asks}"):
        assert run(line) is None
        shown = capsys.readouterr().out
        assert shown.startswith(f"%bedrock {name}")
        assert len(shown.splitlines()) > 1
    assert len(bnb.config()) == 0


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if not command.has_options])
def test_an_option_is_never_taken_for_a_name(name):
    with pytest.raises(UsageError, match=f"there is no option --what. %bedrock {name} -h"):
        run(f"{name} --what")


def test_use_and_default(capsys):
    run("use us.amazon.nova-lite-v1:0")
    assert [row["value"] for row in bnb.config()] == ["us.amazon.nova-lite-v1:0"]
    run("use default")
    assert len(bnb.config()) == 0


def test_alias_makes_lists_and_removes():
    assert len(run("alias small us.amazon.nova-lite-v1:0")) == 1
    assert run("alias")[0]["model"] == "us.amazon.nova-lite-v1:0"
    assert len(run("alias --remove small")) == 0


def test_models_are_those_of_the_account(endpoint):
    table = run("models echo")
    ids = [row["id"] for row in table]
    assert {"local.scripted-echo-v1:0", "us.local.scripted-echo-v1:0"} <= set(ids)
    assert all("echo" in row["id"] for row in table)
    assert len(bnb.models("echo", "global")) == 1


def test_an_application_profile_goes_by_its_arn(endpoint):
    [row] = bnb.models("application")
    assert row["id"].startswith("arn:aws:bedrock:")


def test_models_that_cannot_be_listed_say_why(endpoint, monkeypatch):
    def refuse(*_, **__):
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "ListFoundationModels")

    monkeypatch.setattr(models, "_model", refuse)
    with pytest.raises(AccessDenied):
        bnb.models()


def test_a_table_shows_itself_and_escapes_what_it_shows():
    bnb.alias("x", "<img src=y>")
    table = bnb.aliases()
    assert "<img src=y>" in repr(table)
    assert "<img" not in table._repr_html_()


# The endpoint on this machine


def test_local_is_on_until_it_is_off(capsys):
    run("local")
    assert "local.scripted-echo-v1:0" in capsys.readouterr().out
    assert bnb.converse("Hello", model="local.scripted-echo-v1:0").text == "Hello"
    run("local off")
    assert not local_endpoint.is_running()


def test_what_was_set_for_the_notebook_comes_back():
    bnb.use("us.amazon.nova-lite-v1:0")
    assert "us.amazon.nova-lite-v1:0 waits until `%bedrock local off`." in bnb.use_local()
    assert {row["option"]: row["from"] for row in bnb.config()}["endpoint_url"] == "%bedrock local"
    assert bnb.converse("Hello").complete
    told = bnb.use_local("off")
    assert told == "Calls go to Amazon Bedrock again. Those that name no model ask us.amazon.nova-lite-v1:0."
    assert [row["value"] for row in bnb.config()] == ["us.amazon.nova-lite-v1:0"]


def test_a_model_that_is_chosen_meanwhile_stays_unless_it_is_of_the_endpoint(capsys):
    bnb.use("us.amazon.nova-lite-v1:0")
    bnb.use_local()
    run("use local.scripted-echo-v1:0")
    assert "does not have it" not in capsys.readouterr().out
    bnb.use_local("off")
    assert [row["value"] for row in bnb.config()] == ["us.amazon.nova-lite-v1:0"]
    bnb.use_local()
    run("use us.amazon.nova-pro-v1:0")
    assert "The endpoint on this machine does not have it" in capsys.readouterr().out
    bnb.use_local("off")
    assert [row["value"] for row in bnb.config()] == ["us.amazon.nova-pro-v1:0"]


def test_local_needs_nothing_of_the_aws_configuration(monkeypatch, home):
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("this is [no configuration")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_PROFILE", "missing")
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "token")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    bnb.use_local()
    assert bnb.converse("Hello", model="local.scripted-echo-v1:0").text == "Hello"
    assert len(bnb.models("echo")) > 1


def test_a_call_that_names_another_way_leads_away(endpoint):
    bnb.use_local()
    assert bnb.converse("Hello", model="local.scripted-echo-v1:0", endpoint_url=endpoint.url).text == "Hello"
    assert endpoint.requests[-1].body["messages"][0]["content"] == [{"text": "Hello"}]


def test_a_model_that_the_endpoint_does_not_have_is_told_before_anything_is_sent():
    bnb.use_local()
    with pytest.raises(InvalidInput, match="; nothing was sent") as told:
        bnb.converse("Hello", model="us.amazon.nova-lite-v1:0")
    assert "has no model `us.amazon.nova-lite-v1:0`" in told.value.message
    assert "%bedrock local off" in told.value.advice


def test_timeouts_hold_there_too():
    bnb.use_local()
    stream = bnb.stream("Hello", model="local.fault-stall-v1:0", read_timeout=0.2, retries=0)
    assert type(stream.result().error).__name__ == "Stalled"


def test_a_call_that_was_made_for_the_endpoint_does_not_start_it_again():
    bnb.use_local()
    connection = local_endpoint.connection()
    bnb.use_local("off")
    with pytest.raises(InvalidInput, match="is off"):
        connection.client()
    assert not local_endpoint.is_running()


def test_local_is_on_or_off():
    with pytest.raises(InvalidInput, match="on or off"):
        bnb.use_local("maybe")
