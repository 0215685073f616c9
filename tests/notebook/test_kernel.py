"""What a user of a notebook sees, in a real kernel."""

import json
import os

import pytest

from bedrock_nb.local import FAULTS, LocalBedrock, When
from kernels import running

ECHO = "local.scripted-echo-v1:0"


@pytest.fixture(scope="module")
def endpoint():
    with LocalBedrock() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def kernel(endpoint, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, **endpoint.environment, "HOME": str(home), "IPYTHONDIR": str(home / "ipython")}
    with running(env=environment, cwd=str(home)) as kernel:
        kernel.run("%load_ext bedrock_nb")
        yield kernel


def sent(endpoint):
    return endpoint.requests[-1].body["messages"][-1]["content"][-1]["text"]


def test_a_cell_is_shown_once_and_its_last_picture_needs_no_kernel(kernel):
    ran = kernel.run(f"%%bedrock answer << -m {ECHO}\nHello")
    [shown] = ran.of("display_data")
    assert "application/vnd.jupyter.widget-view+json" in shown["data"]
    assert "application/vnd.jupyter.widget-view+json" not in ran.final_bundle
    assert {"text/html", "text/markdown", "text/plain"} < set(ran.final_bundle)
    assert ran.of("execute_result") == []
    assert kernel.run("answer.text, _.text, answer is Out[max(Out)]").value == "('Hello', 'Hello', True)"


@pytest.mark.parametrize("prompt", [">>> x\n>>> y", "Hello\n", "\n\nHello\n\n", "    Hello", "%%bash\nls $HOME", "?"])
def test_a_prompt_arrives_as_the_cell_has_it(kernel, endpoint, prompt):
    kernel.run(f"%%bedrock --no-display -m {ECHO}\n{prompt}")
    assert sent(endpoint) == prompt


def test_a_silent_cell_says_its_own_text(kernel, endpoint):
    kernel.run(f"%%bedrock --no-display -m {ECHO}\nOne")
    kernel.run(f"%%bedrock --no-display -m {ECHO}\nTwo", silent=True)
    assert sent(endpoint) == "Two"


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.when is not When.NEVER], ids=lambda f: f.name)
def test_every_failure_reads_well_and_leaves_its_recording(kernel, fault):
    ran = kernel.run(f"%%bedrock failed << -m {fault.model_id} --read-timeout 0.3 --retries 0\nHello")
    assert ran.reply["status"] == "error"
    lines = ran.traceback.splitlines()
    assert 1 <= len(lines) <= 2
    assert all(len(line) < 600 for line in lines)
    assert "Traceback" not in ran.traceback
    assert "bedrock_nb/" not in ran.traceback
    seen = kernel.run("type(failed.error).__name__, failed.error.code, _ is failed, Out[max(Out)] is failed").value
    name, code, *kept = eval(seen)
    assert kept == [True, True]
    assert ran.of("error")[0]["ename"] == name
    assert lines[0].startswith(f"{code}: ")
    assert code in ran.final_bundle["text/plain"]


def test_misuse_is_one_line(kernel):
    ran = kernel.run("%%bedrock --modle x\nHello")
    assert ran.printed == (
        "UsageError: %%bedrock: there is no option --modle; did you mean --model? %%bedrock -h lists the options.\n"
    )
    assert ran.of("error") == []


@pytest.mark.parametrize("cell", ["%%bedrock -h", "%%bedrock -h\n", "\n%%bedrock --help\nHello"])
def test_help_is_shown(kernel, cell):
    assert "--max-tokens N" in kernel.run(cell).printed


def test_a_cell_with_no_prompt_says_so(kernel):
    assert "The cell has no prompt." in kernel.run("%%bedrock -t 0").traceback


def test_a_chat_that_is_not_named_cannot_begin_anew(kernel):
    assert "no chat is named" in kernel.run("%%bedrock --new\nHello").traceback


def test_the_commands_are_listed(kernel):
    assert "--max-tokens N" in kernel.run("%bedrock help").printed


@pytest.mark.parametrize("question", ["%%bedrock?", "?%%bedrock", "%bedrock?"])
def test_a_question_mark_shows_every_option(kernel, question):
    [page] = kernel.run(question).reply["payload"]
    assert "--max-tokens N" in page["data"]["text/plain"]
    assert "fill" in page["data"]["text/plain"]


def test_a_call_in_the_background_returns_at_once_and_is_shown_in_its_own_cell(kernel, endpoint):
    ran = kernel.run("%%bedrock later << -m local.fault-slow-start-v1:0 --bg\nHello")
    assert ran.value is None
    display_id = ran.of("display_data")[0]["transient"]["display_id"]
    update = kernel.later("update_display_data")
    assert update["content"]["transient"]["display_id"] == display_id
    assert "text/html" in update["content"]["data"]
    assert kernel.run("later.result().complete").value == "True"
    assert "done" in kernel.run("later").value


@pytest.mark.parametrize(("most", "is_told"), [(5, True), (10, False)])
def test_a_cell_says_that_its_answer_has_not_the_form_that_was_asked_for(kernel, most, is_told):
    kernel.run(f"form = {{'type': 'object', 'properties': {{'n': {{'maximum': {most}}}}}, 'required': ['n']}}")
    ran = kernel.run(f'%%bedrock formed << -m {ECHO} --schema form\n{{"n": 7}}')
    assert ran.reply["status"] == "ok"
    told = "".join(content["text"] for content in ran.of("stream"))
    assert ("The answer does not have the form that was asked for: `n`: 7 is greater" in told) == is_told
    assert bool(told) == is_told


@pytest.mark.parametrize("around", ["%%capture seen", "%%time"])
def test_a_magic_around_the_cell_adds_nothing_to_the_prompt(kernel, endpoint, around):
    kernel.run(f"{around}\n%%bedrock -m {ECHO}\nHello")
    assert sent(endpoint) == "Hello"
    kernel.run(f"%%bedrock -m {ECHO}\nHello\n")
    assert sent(endpoint) == "Hello\n"


@pytest.mark.parametrize(("name", "echoes"), [("quiet <<", False), ("", True)])
def test_a_call_that_goes_on_unseen_and_unnamed_is_the_cells_value(kernel, name, echoes):
    ran = kernel.run(f"%%bedrock {name} -m {ECHO} --bg --no-display\nHello")
    assert (ran.value is not None) == echoes
    assert kernel.run("_.result().text").value == "'Hello'"


def test_events_can_be_left_out_of_the_notebook_file_and_stay_in_the_recording(kernel):
    recording_type = "application/vnd.bedrock-nb.recording.v1+json"
    ran = kernel.run(f"%%bedrock -m {ECHO}\nHello")
    assert len(ran.final_bundle[recording_type]["recordings"]) == 1
    ran = kernel.run(f"%%bedrock lean << --no-events -m {ECHO}\nHello")
    assert not ran.final_bundle.get(recording_type, {}).get("recordings")
    assert "Hello" in ran.final_bundle["text/html"]
    assert kernel.run("len(lean.events) > 3").value == "True"


def test_no_display_shows_nothing(kernel):
    ran = kernel.run(f"%%bedrock quiet << -m {ECHO} --no-display\nHello")
    assert [message["msg_type"] for message in ran.messages] == ["status", "execute_input", "status"]
    assert kernel.run("quiet.text").value == "'Hello'"


def test_a_chat_knows_its_cells(kernel):
    kernel.run(f"%%bedrock -m {ECHO} --chat c --no-display\nOne", cell_id="cell-1")
    kernel.run(f"%%bedrock -m {ECHO} --chat c --no-display\nTwo", cell_id="cell-2")
    again = kernel.run(f"%%bedrock -m {ECHO} --chat c --no-display\nOne more", cell_id="cell-1")
    assert "no longer follows" in again.printed
    listed = kernel.run("%bedrock chat show c").printed
    assert listed.index("user: One more") < listed.index("user: Two")


def test_a_prompt_names_its_tools(kernel):
    kernel.run('def weather(city: str) -> str:\n    "The weather of a city."\n    return f"Sunny in {city}."')
    ran = kernel.run("%%bedrock told << -m local.scripted-tool-rounds-v1:0 --tools weather\nHow is it?")
    assert "Sunny in" in kernel.run("told.text").value
    assert "Sunny in" in ran.final_bundle["text/plain"]


TOOL = 'def weather(city: str) -> str:\n    "The weather of a city."\n    return f"Sunny in {city}."'
ASKING = "%%bedrock told << -m local.scripted-tool-rounds-v1:0 --tools weather --confirm\nHow is it?"


@pytest.mark.parametrize(("answer", "result"), [("y", "Sunny in"), ("n", "The user did not allow this call")])
def test_the_user_is_asked_before_a_tool_runs(kernel, answer, result):
    kernel.run(TOOL)
    assert "Run weather(" in kernel.answer(ASKING, answer)
    assert result in kernel.run("told.text").value


def test_where_nobody_can_be_asked_no_tool_runs(kernel):
    kernel.run(TOOL)
    kernel.run(ASKING)
    assert "Nobody was there to allow this call" in kernel.run("told.text").value


# Completion


@pytest.mark.parametrize(
    ("code", "offered"),
    [
        ("%%bedrock --mod", ["%%bedrock --model"]),
        ("%%bedrock --max-", ["%%bedrock --max-tokens", "%%bedrock --max-rounds"]),
        ("%%bedrock answer << --temp", ["%%bedrock answer << --temperature"]),
        ("%%bedrock -t 1 --temp", []),
        ("%%bedrock --latency ", ["%%bedrock --latency standard", "%%bedrock --latency optimized"]),
        ("%%bedrock --cache-prompt 1", ["%%bedrock --cache-prompt 1h"]),
        ("%bedrock mod", ["%bedrock models"]),
        ("table = %bedrock mod", ["table = %bedrock models"]),
    ],
)
def test_a_word_of_the_first_line_is_completed(kernel, code, offered):
    assert kernel.complete(code) == offered


def test_every_long_option_is_offered(kernel):
    offered = kernel.complete("%%bedrock ")
    assert {"%%bedrock --model", "%%bedrock --attach", "%%bedrock --bg"} <= set(offered)


def test_the_text_of_a_cell_is_completed_as_python(kernel):
    kernel.run("a_long_variable_name = 1")
    assert kernel.complete("%%bedrock\n--mod") == []
    assert kernel.complete("%%bedrock\n{{a_long_var") == ["%%bedrock\n{{a_long_variable_name"]


def test_models_come_from_the_account_once_they_are_known(kernel, endpoint):
    kernel.complete("%%bedrock -m ")
    table = json.loads(json.dumps(kernel.run("models = %bedrock models echo\nprint(len(models))").printed))
    assert int(table) > 1
    offered = kernel.complete("%%bedrock -m us.local.scripted-ec")
    assert offered == [f"%%bedrock -m us.{ECHO}"]
    assert kernel.complete("%bedrock use local.scripted-echo-v1:") == [f"%bedrock use {ECHO}"]


def test_an_alias_is_offered(kernel):
    kernel.run(f"%bedrock alias parrot {ECHO}")
    assert kernel.complete("%%bedrock -m parr") == ["%%bedrock -m parrot"]


def test_files_functions_and_chats_are_offered(kernel):
    kernel.run("open('figures.csv', 'w').close()\ndef forecast(city: str): ...\n")
    assert kernel.complete("%%bedrock --attach fig") == ["%%bedrock --attach figures.csv"]
    assert kernel.complete("%%bedrock --attach ./fig") == ["%%bedrock --attach ./figures.csv"]
    assert kernel.complete("%%bedrock --fields @fig") == ["%%bedrock --fields @figures.csv"]
    assert kernel.complete("%%bedrock --tools forec") == ["%%bedrock --tools forecast"]
    kernel.run(f"%%bedrock -m {ECHO} --chat planning --no-display\nHello")
    assert kernel.complete("%%bedrock --chat pl") == ["%%bedrock --chat planning"]
