import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.errors import InvalidInput
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
