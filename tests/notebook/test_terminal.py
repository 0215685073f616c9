"""What a user of IPython in a terminal sees."""

import os
import subprocess
import sys

import pytest

from bedrock_nb.core.errors import Throttled
from bedrock_nb.local import LocalBedrock

ECHO = "local.scripted-echo-v1:0"


@pytest.fixture
def ipython(home):
    """Runs statements in a new IPython, as from a file; what it prints."""
    with LocalBedrock() as endpoint:
        environment = {**os.environ, **endpoint.environment, "IPYTHONDIR": str(home / "ipython")}

        def run(*statements, **more):
            script = home / "session.ipy"
            script.write_text("\n".join(["%load_ext bedrock_nb", *statements]) + "\n", encoding="utf-8")
            command = [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", str(script)]
            variables = {name: value for name, value in {**environment, **more}.items() if value is not None}
            return subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=60)

        yield run


def cell(text):
    return f"result = get_ipython().run_cell({text!r})"


def test_the_answer_is_written_once_as_it_comes(ipython):
    told = ipython(cell(f"%%bedrock answer << -m {ECHO}\nHello there"), "print(answer.text.upper())")
    assert told.stdout.count("Hello there") == 1
    assert "HELLO THERE" in told.stdout
    assert "— Done" in told.stdout


def test_the_value_of_the_cell_has_a_line_of_its_own(ipython):
    told = ipython(cell(f"%%bedrock answer << -m {ECHO}\nHello there"), "print(answer.id)")
    *_, value, answer_id = told.stdout.splitlines()
    assert value.endswith(f"<Recording {answer_id[:8]}>")


def test_every_round_of_tools_is_written(ipython):
    told = ipython(
        'def weather(city: str) -> str:\n    "The weather."\n    return "Sunny."\n',
        cell("%%bedrock -m local.scripted-tool-rounds-v1:0 --tools weather\nHow is it?"),
    )
    assert "Tool call: weather" in told.stdout
    assert "success: Sunny." in told.stdout


def test_a_replay_is_written_as_the_answer_was(ipython, home):
    told = ipython(
        cell(f"%%bedrock answer << -m {ECHO}\nHello there"), "%bedrock replay", BEDROCK_NB_STORE=str(home / "history")
    )
    assert told.stdout.count("Hello there") == 2
    assert "StreamWidget" not in told.stdout


@pytest.mark.parametrize("fault", ["throttling", "cut", "access-denied", "bad-crc", "no-message-stop"])
def test_a_failure_is_short_and_its_recording_is_there(ipython, fault):
    told = ipython(
        cell(f"%%bedrock failed << -m local.fault-{fault}-v1:0 --retries 0\nHello"),
        "print(type(failed.error).__name__, failed.error.code)",
    )
    assert "Traceback" not in told.stdout + told.stderr
    assert "bedrock_nb/" not in told.stdout + told.stderr
    name, code = told.stdout.splitlines()[-1].split()
    assert name != "NoneType"
    assert f"{code}: " in told.stdout


@pytest.mark.parametrize("shown", ["", "--no-display"])
def test_what_to_do_after_a_failure_is_told_once(ipython, shown):
    told = ipython(cell(f"%%bedrock failed << -m local.fault-throttling-v1:0 --retries 0 {shown}\nHello"))
    assert " ".join(told.stdout.split()).count(Throttled.advice_text) == 1


def test_misuse_is_one_line(ipython):
    told = ipython(cell("%%bedrock -t 7\nHello"))
    assert "UsageError: %%bedrock: --temperature takes a number from 0 to 1, not '7'." in told.stdout + told.stderr
    assert "Traceback" not in told.stdout + told.stderr


def test_with_no_credentials_the_cell_names_both_ways_out(ipython):
    nothing = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": None}
    told = ipython(cell("%%bedrock -m us.amazon.nova-lite-v1:0\nHello"), **nothing).stdout
    assert "No AWS credentials were found." in told
    assert "aws configure" in told
    assert "%bedrock local" in told
    assert "scripted" not in told


def test_with_no_region_too(ipython):
    nothing = {"AWS_DEFAULT_REGION": None, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": None}
    told = ipython(cell("%%bedrock -m us.amazon.nova-lite-v1:0\nHello"), **nothing).stdout
    assert "No AWS region was named." in told
    assert "%bedrock local" in told


def test_with_no_model_too(ipython):
    told = ipython(cell("%%bedrock\nHello")).stdout
    assert "No model is named." in told
    assert "%bedrock local" in told


def test_a_question_mark_shows_every_option(ipython):
    assert "--max-tokens N" in ipython("%%bedrock?").stdout + ipython("%bedrock?").stdout
