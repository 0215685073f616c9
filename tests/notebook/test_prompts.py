"""A prompt arrives as it was written: byte for byte, whatever it is made of."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ECHO = "local.scripted-echo-v1:0"
HARD = st.sampled_from(
    [
        "{", "}", "{{", "}}", "{{{", "{x}", "$", "$HOME", "$$", "!ls", "!!ls", "%time", "%%bash", "?", "x?", "`", "```",
        "\\", "\\frac{a}{b}", "\t", "\r", "\r\n", "\n", "\u2028", "\x0b", "\x0c", "\x1c", "\x85", "'", '"', '"""', "#",
        ">>> ", "In [1]: ", "...: ", "    ", "user: ", "\\n", "\N{SNOWMAN}", "\N{PILE OF POO}", "\u202e", "\x00", ";",
        '{"a": [1, {"b": null}]}', "<<", "-m x", "def f():\n    return {{}}\n",
    ]
)  # fmt: skip
PROMPTS = st.lists(HARD | st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=12)


def last_text(endpoint):
    return endpoint.requests[-1].body["messages"][-1]["content"][-1]["text"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PROMPTS)
def test_a_prompt_arrives_byte_for_byte(shell, endpoint, pieces):
    prompt = "".join(pieces) + "z"
    result = shell.run_cell(f"%%bedrock --raw --no-display -m {ECHO}\n{prompt}")
    assert result.error_in_exec is None
    assert last_text(endpoint) == prompt
    assert result.result.text == prompt


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PROMPTS, PROMPTS)
def test_what_is_filled_in_arrives_byte_for_byte_and_so_does_what_stands_around_it(shell, endpoint, around, within):
    around = "".join(around).replace("{", "").replace("}", "")
    shell.user_ns["value"] = "".join(within)
    shell.run_cell(f"%%bedrock --no-display -m {ECHO}\n{around}{{{{value}}}}z")
    assert last_text(endpoint) == f"{around}{''.join(within)}z"


def test_a_megabyte_arrives(shell, endpoint):
    prompt = "a" + "{$`\\\N{SNOWMAN}\n" * 130_000
    assert len(prompt.encode()) > 1_000_000
    shell.run_cell(f"%%bedrock --no-display -m {ECHO}\n{prompt}z")
    assert last_text(endpoint) == prompt + "z"


@pytest.mark.parametrize("begin", [">>> ", "... ", "In [1]: ", "   ...: ", "    ", "\n\n", "\t"])
def test_what_ipython_would_take_for_its_own_is_the_prompts(shell, endpoint, begin):
    prompt = f"{begin}x = 1\n>>> x\n1"
    shell.run_cell(f"%%bedrock --no-display -m {ECHO}\n{prompt}")
    assert last_text(endpoint) == prompt


def test_a_cell_that_runs_the_magic_by_itself_says_what_it_says(shell, endpoint):
    shell.run_cell(f"get_ipython().run_cell_magic('bedrock', '--no-display -m {ECHO}', '>>> Hello')")
    assert last_text(endpoint) == ">>> Hello"


@pytest.mark.parametrize("end", ["", "\n", "\n\n", " ", "\t\n"])
def test_what_a_prompt_ends_with_is_its_own(shell, endpoint, end):
    shell.run_cell(f"%%bedrock --no-display -m {ECHO}\nHello{end}")
    # IPython gives every cell a line break at its end where it has none, so one of them is not the prompt's.
    assert last_text(endpoint) == f"Hello{end}".removesuffix("\n")


def test_the_dollars_and_braces_of_the_first_line_are_text(shell, endpoint):
    shell.user_ns["HOME"] = "elsewhere"
    shell.run_cell(f"%%bedrock --no-display -m {ECHO} -s 'Costs $HOME {{HOME}}'\nHello")
    assert endpoint.requests[-1].body["system"] == [{"text": "Costs $HOME {HOME}"}]


def test_a_failing_expression_sends_nothing(shell, endpoint, capsys):
    before = len(endpoint.requests)
    result = shell.run_cell(f"%%bedrock --no-display -m {ECHO}\nHello {{{{1 / 0}}}}")
    assert "{{1 / 0}} could not be filled in: ZeroDivisionError" in str(result.error_in_exec)
    assert len(endpoint.requests) == before
