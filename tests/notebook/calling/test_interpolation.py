import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.autocall import ExitAutocall

import wires
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.recording import Recording
from bedrock_nb.notebook.calling.interpolation import interpolated

NAMESPACE = {"x": 5, "name": "Ada", "table": {"a": {"b": 1}}, "nested": "{{x}}"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{x}}", "5"),
        ("{{ x + 1 }} of {{name}}", "6 of Ada"),
        ('{"a": {{x}}}', '{"a": 5}'),
        ("{{{x}}}", "{5}"),
        ("{{ {'a': {'b': 2}}['a']['b'] }}", "2"),
        ("{{ table['a']['b'] }}", "1"),
        ("{{'}}'}}", "}}"),
        ("{{x}}{{x}}", "55"),
        ("{{\n  x\n}}", "5"),
    ],
)
def test_an_expression_is_filled_in(text, filled):
    assert interpolated(text, NAMESPACE) == filled


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "}}",
        "{{",
        "{{}}",
        "{{ }}",
        "{x}",
        "$HOME",
        "!ls",
        "%time x",
        "`x`",
        "{{#if user}}",
        "{{> partial}}",
        r"\frac{a}{b}",
    ],
)
def test_all_else_is_text(text):
    assert interpolated(text, NAMESPACE) == text


def test_what_is_filled_in_is_not_read_again():
    assert interpolated("{{nested}}", NAMESPACE) == "{{x}}"


def test_a_failing_expression_is_named_and_nothing_is_given_back():
    with pytest.raises(InvalidInput, match=r"\{\{missing \+ 1\}\} could not be filled in: NameError"):
        interpolated("{{x}} and {{missing + 1}}", NAMESPACE)


async def fetched():
    return 5


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("1/0", "ZeroDivisionError: division by zero"),
        ("exit()", "it would end the notebook's kernel"),
        ("quit(5)", "it would end the notebook's kernel"),
        ("sys.exit()", "it would end the notebook's kernel"),
        ("await fetched()", "it has to be awaited"),
        ("fetched()", "it has to be awaited"),
        ("[x async for x in y]", "it has to be awaited"),
        ("untold", "ValueError: no words for it"),
    ],
)
def test_what_cannot_be_filled_in_says_why(expression, why):
    class Untold:
        def __str__(self):
            raise ValueError("no words for it")

    namespace = {"fetched": fetched, "sys": sys, "untold": Untold()}
    namespace |= {"exit": ExitAutocall(), "quit": ExitAutocall()}
    with pytest.raises(InvalidInput) as told:
        interpolated(f"{{{{{expression}}}}}", namespace)
    assert told.value.message.startswith(f"{{{{{expression}}}}} could not be filled in: {why}")
    assert told.value.advice.startswith("Nothing was sent.")


def test_an_exit_of_the_users_own_is_called():
    assert interpolated("{{exit()}}", {"exit": lambda: "the way out"}) == "the way out"


def test_a_recording_gives_its_answer():
    assert interpolated("> {{answer}}", {"answer": Recording.from_events(wires.HELLO)}) == "> Hello"


def test_the_namespace_stays_as_it_is():
    namespace = dict(NAMESPACE)
    interpolated("{{ (y := x) }}", namespace)
    assert namespace == NAMESPACE


def test_a_warning_about_text_that_is_no_python_is_not_shown(recwarn):
    interpolated(r"{{'\frac'}} {{3 is 3}}", NAMESPACE)
    assert not recwarn.list


@given(st.text().filter(lambda text: "{{" not in text))
def test_text_without_double_braces_is_untouched(text):
    assert interpolated(text, NAMESPACE) == text


@given(st.text(), st.text().filter(lambda text: "{" not in text and "}" not in text), st.text())
def test_a_value_arrives_whole(value, before, after):
    after = after.replace("}", "").replace("{", "")
    assert interpolated(before + "{{value}}" + after, {"value": value}) == before + value + after


def test_a_prompt_full_of_openings_is_read_in_linear_time():
    text = "{{(" * 100_000
    assert interpolated(text, {}) == text
