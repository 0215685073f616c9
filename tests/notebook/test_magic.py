"""The extension comes, goes and comes again."""

import gc
import weakref

import pytest

import bedrock_nb as bnb
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.calling.exchange import Exchange
from bedrock_nb.notebook.chats import CHATS
from bedrock_nb.notebook.magic import WrongSetting
from bedrock_nb.notebook.options import defaults

ECHO = "local.scripted-echo-v1:0"


def registered(shell):
    magics = shell.magics_manager
    formatter = shell.display_formatter.ipython_display_formatter
    callbacks = [each for several in shell.events.callbacks.values() for each in several]
    return {
        "line": "bedrock" in magics.magics["line"],
        "cell": "bedrock" in magics.magics["cell"],
        "registry": "BedrockMagics" in magics.registry,
        "lazy": "bedrock" in magics.lazy_magics,
        "config": any(type(each).__name__ == "BedrockMagics" for each in shell.configurables),
        "callbacks": sum("RunningCell" in repr(each) for each in callbacks),
        "matchers": sum("bedrock" in each.__module__ for each in shell.Completer.custom_matchers),
        "transformers": sum("bedrock" in each.__module__ for each in shell.input_transformers_cleanup),
        "recordings": any("bedrock_nb" in str(key) for key in formatter.deferred_printers)
        or any("bedrock_nb" in kind.__module__ for kind in formatter.type_printers),
        "followers": len(defaults.followers),
    }


def test_loading_twice_is_loading_once(shell):
    once = registered(shell)
    shell.extension_manager.loaded.clear()
    shell.run_line_magic("load_ext", "bedrock_nb")
    assert registered(shell) == once
    assert once["callbacks"] == 2


def test_unloading_leaves_nothing(shell, endpoint):
    shell.run_cell(f"%%bedrock a << --no-display -m {ECHO}\nHello")
    shell.user_ns["a"]._repr_mimebundle_()
    shell.display_formatter.format(shell.user_ns["a"])
    shell.run_line_magic("unload_ext", "bedrock_nb")
    assert not any(registered(shell).values())


def test_unloading_lets_go_of_the_magics(shell):
    magics = weakref.ref(shell.magics_manager.registry["BedrockMagics"])
    shell.run_line_magic("unload_ext", "bedrock_nb")
    gc.collect()
    assert magics() is None


def test_reloading_works_and_keeps_what_was_set(shell, endpoint):
    shell.run_cell(f"%bedrock use {ECHO}")
    shell.run_line_magic("reload_ext", "bedrock_nb")
    assert shell.run_cell("%%bedrock --no-display\nHello").result.text == "Hello"
    assert shell.magics_manager.registry["BedrockMagics"].model == ECHO


def test_the_recording_is_the_cells_value(shell, endpoint):
    result = shell.run_cell(f"%%bedrock a << --no-display -m {ECHO}\nHello", store_history=True)
    assert result.result is shell.user_ns["a"] is shell.user_ns["_"]


def test_stopping_is_no_failure(shell, endpoint, monkeypatch):
    def interrupted(exchange):
        exchange.cancel()
        raise KeyboardInterrupt

    monkeypatch.setattr(Exchange, "result", interrupted)
    result = shell.run_cell("%%bedrock a << --no-display -m local.fault-stall-v1:0\nHello")
    assert result.error_in_exec is None
    assert result.result.stopped


def test_a_stop_before_the_panel_is_there_ends_the_call_and_keeps_it(shell, endpoint, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("bedrock_nb.notebook.display.watch", interrupted)
    result = shell.run_cell("%%bedrock a << -m local.fault-stall-v1:0\nHello")
    assert result.error_in_exec is None
    assert result.result is shell.user_ns["a"]
    assert result.result.stopped


@pytest.mark.parametrize("cell", [f"%%bedrock -m {ECHO}\nHello", "%bedrock models"])
def test_a_stop_before_anything_is_asked_is_told_in_two_lines(shell, endpoint, monkeypatch, cell):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("bedrock_nb.notebook.calling.composing.Connection", interrupted)
    before = len(endpoint.requests)
    with pytest.raises(KeyboardInterrupt) as raised:
        shell.run_cell(cell).raise_error()
    assert raised.value._render_traceback_()[0] == "KeyboardInterrupt: Stopped before anything was asked."
    assert len(endpoint.requests) == before


def test_settings_hold_for_cells_and_functions_alike(shell, endpoint):
    shell.run_cell("%config BedrockMagics.max_tokens = 33")
    shell.run_cell(f"%%bedrock --no-display -m {ECHO}\nHello")
    assert endpoint.requests[-1].body["inferenceConfig"] == {"maxTokens": 33}
    bnb.converse("Hello", model=ECHO)
    assert endpoint.requests[-1].body["inferenceConfig"] == {"maxTokens": 33}
    bnb.converse("Hello", model=ECHO, max_tokens=44)
    assert endpoint.requests[-1].body["inferenceConfig"] == {"maxTokens": 44}


def test_a_cached_answer_is_shown_in_place_of_a_call(shell, endpoint, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("BEDROCK_NB_STORE", str(tmp_path / "history.db"))
    cell = f"%%bedrock a << --cache --no-display -m {ECHO}\nHello"
    shell.run_cell(cell)
    first, before = shell.user_ns["a"], len(endpoint.requests)
    shell.run_cell(cell)
    assert shell.user_ns["a"].id == first.id
    assert len(endpoint.requests) == before
    shell.run_cell(cell.replace("--cache", "--cache --refresh"))
    assert len(endpoint.requests) == before + 1
    assert shell.user_ns["a"].id != first.id


CHAT = f"%%bedrock a << --chat c --cache --no-display -m {ECHO}\n"


@pytest.fixture
def run_cell(shell, endpoint, monkeypatch, tmp_path):
    """Runs a cell of this id, with a history of its own; how many calls the endpoint got of it."""
    monkeypatch.setenv("BEDROCK_NB_STORE", str(tmp_path / "history.db"))

    def run_cell(text, cell_id):
        before = len(endpoint.requests)
        shell.run_cell(text, cell_id=cell_id).raise_error()
        return len(endpoint.requests) - before

    return run_cell


def test_a_chat_that_runs_again_is_answered_by_the_history(run_cell):
    assert [run_cell(f"{CHAT}One", "1"), run_cell(f"{CHAT}Two", "2")] == [1, 1]
    said, messages = CHATS["c"].exchanges, CHATS["c"].messages
    CHATS._by_name.clear()
    assert [run_cell(f"{CHAT}One", "1"), run_cell(f"{CHAT}Two", "2"), run_cell(f"{CHAT}One", "1")] == [0, 0, 0]
    assert (CHATS["c"].exchanges, CHATS["c"].messages, CHATS["c"].outdated) == (said, messages, ())
    assert run_cell(f"{CHAT}Another", "1") == 1
    assert run_cell(f"{CHAT}Two", "2") == 1


def test_a_cached_answer_of_a_chat_says_what_no_longer_follows(run_cell, capsys):
    for text, cell_id in [("One", "1"), ("Two", "2"), ("Another", "1")]:
        run_cell(CHAT + text, cell_id)
    capsys.readouterr()
    assert run_cell(f"{CHAT}One", "1") == 0
    assert "follows" not in capsys.readouterr().out
    assert run_cell(f"{CHAT}Another", "1") == 0
    assert "Exchange 2 of this chat no longer follows" in capsys.readouterr().out


def test_an_answer_with_tools_is_never_taken_from_the_history(shell, run_cell):
    shell.user_ns["weather"] = lambda city: city
    with pytest.raises(InvalidInput, match="what they gave then may not hold now"):
        run_cell("%%bedrock --cache --tools weather -m local.scripted-tools-v1:0\nHow is it?", "1")


def test_a_chat_tells_what_it_has_cost(run_cell, capsys):
    run_cell(f"%%bedrock --chat c --no-display -m {ECHO}\nOne", "1")
    run_cell("%bedrock chat", "2")
    assert "c  1 exchange; cost: unknown; last: One\n" in capsys.readouterr().out
    assert bnb.cost(CHATS["c"]).caption == "Cost of 1 call in this chat: unknown."


@pytest.mark.parametrize("shown", ["", "--no-display"])
def test_prices_that_cannot_be_loaded_break_no_cell_and_no_list_of_chats(run_cell, capsys, broken, shown):
    broken("genai_prices")
    assert run_cell(f"%%bedrock --chat c {shown} -m {ECHO}\nOne", "1") == 1
    capsys.readouterr()
    run_cell("%bedrock chat", "2")
    assert capsys.readouterr().out == "c  1 exchange; last: One\n"


@pytest.mark.parametrize(
    ("setting", "waits"), [("region = 'eu-west-1'", True), ("profile = 'p'", True), ("top_p = 1", False)]
)
def test_a_setting_that_waits_for_the_end_of_local_says_so(shell, capsys, setting, waits):
    bnb.use_local()
    shell.run_line_magic("config", f"BedrockMagics.{setting}")
    assert ("waits until `%bedrock local off`" in capsys.readouterr().out) == waits
    bnb.use_local("off")
    shell.run_line_magic("config", f"BedrockMagics.{setting}")
    assert capsys.readouterr().out == ""


def test_a_wrong_setting_of_the_configuration_is_told_in_a_line(shell):
    shell.run_line_magic("unload_ext", "bedrock_nb")
    shell.config.BedrockMagics.temperature = 7
    with pytest.raises(WrongSetting) as told:
        shell.extension_manager.load_extension("bedrock_nb")
    shell.config.BedrockMagics.temperature = 0.5
    said = told.value._render_traceback_()
    assert said[0] == "%config BedrockMagics.temperature takes a number from 0 to 1, not 7."


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--new", "--new begins a chat anew, and no chat is named."),
        ("--refresh", "--refresh asks the model in spite of the history, and the history was not asked for."),
        ("--schema-mode tool", "--schema-mode says how the form of an answer is asked for, and no form is given."),
    ],
)
def test_an_option_that_means_nothing_by_itself_says_what_is_missing(shell, option, said):
    with pytest.raises(InvalidInput) as told:
        shell.run_cell(f"%%bedrock {option} -m {ECHO}\nHello").raise_error()
    assert told.value.message == said


def test_names_of_tools_may_have_commas_between_them(shell, endpoint):
    shell.run_cell("def rain(city: str): ...\ndef snow(city: str): ...\ndef sun(city: str): ...")
    shell.run_cell(f"%%bedrock --no-display -m {ECHO} --tools rain,snow, sun\nHello").raise_error()
    declared = endpoint.requests[-1].body["toolConfig"]["tools"]
    assert [tool["toolSpec"]["name"] for tool in declared] == ["rain", "snow", "sun"]


@pytest.mark.parametrize("way", ["", "--no-display", "--bg"])
def test_a_terminal_asks_before_a_tool_is_called_however_the_answer_is_shown(shell, endpoint, monkeypatch, way):
    asked = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "n")
    shell.run_cell("def weather(city: str) -> str:\n    'The weather.'\n    return 'Sunny.'")
    shell.run_cell(f"%%bedrock told << -m local.scripted-tools-v1:0 --tools weather --confirm {way}\nHow is it?")
    assert "The user did not allow this call" in shell.user_ns["told"].result().text
    assert len(asked) == 1
