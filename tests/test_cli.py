import json
import os
import re
import signal
import socket
import subprocess
import sys

import pytest

from bedrock_nb import __version__
from bedrock_nb.cli import main
from bedrock_nb.local import FAULTS, SCRIPTED_MODELS

ASK = """
import boto3, json
messages = [{"role": "user", "content": [{"text": "hello"}]}]
answer = boto3.client("bedrock-runtime").converse(modelId="local.scripted-echo-v1:0", messages=messages)
print(json.dumps(answer["output"]))
"""


@pytest.fixture
def serving():
    """A running `bedrock-nb serve` and what it has said until it was ready."""
    command = [
        sys.executable,
        "-c",
        "from bedrock_nb.cli import main; raise SystemExit(main())",
        "serve",
        "--pace",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        greeting = ""
        for line in process.stdout:
            greeting += line
            if "Ctrl-C" in line:
                break
        yield process, greeting
        process.kill()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_says_how_to_reach_it_serves_and_ends_cleanly(serving, end):
    process, greeting = serving
    exports = dict(re.findall(r"export (\w+)=(\S+)", greeting))
    assert exports["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] in greeting.splitlines()[0]
    answer = subprocess.run([sys.executable, "-c", ASK], env={**os.environ, **exports}, capture_output=True, check=True)
    assert json.loads(answer.stdout)["message"]["content"] == [{"text": "hello"}]
    process.send_signal(end)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "\nStopped.\n", "")


def test_it_lists_the_models(serving):
    _, greeting = serving
    assert all(model.model_id in greeting for model in SCRIPTED_MODELS)
    assert FAULTS[0].model_id in greeting


def test_it_warns_of_a_bearer_token(monkeypatch, request):
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "x")
    _, greeting = request.getfixturevalue("serving")
    assert "unset AWS_BEARER_TOKEN_BEDROCK" in greeting


def test_another_host_is_refused(capsys):
    assert main(["serve", "--host", "0.0.0.0"]) == 2
    assert "serves this machine only" in capsys.readouterr().err


def test_a_port_that_is_taken_is_named(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    assert f"can't listen on port {port} of 127.0.0.1" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--port", "99999"], ["--pace", "-1"], ["--pace", "nan"], ["--pace", "inf"]])
def test_numbers_that_make_no_sense_are_refused(arguments, capsys):
    assert main(["serve", *arguments]) == 2
    assert capsys.readouterr().err.startswith("bedrock-nb: ")


def test_ctrl_c_ends_it_cleanly_while_it_starts_too(monkeypatch, capsys):
    def interrupted(**_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("bedrock_nb.local.LocalBedrock", interrupted)
    assert main(["serve"]) == 0
    assert capsys.readouterr() == ("\nStopped.\n", "")


def test_it_knows_its_version_and_explains_itself(capsys):
    for arguments, part in ((["--version"], __version__), (["--help"], "serve"), (["serve", "--help"], "--pace")):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        assert part in capsys.readouterr().out


def test_a_command_is_needed(capsys):
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert "COMMAND" in capsys.readouterr().err
