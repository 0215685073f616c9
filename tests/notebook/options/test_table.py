"""The table of options, and what is made of it."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.magic import BedrockMagics
from bedrock_nb.notebook.options import values
from bedrock_nb.notebook.options.first_line import help_text, written_value
from bedrock_nb.notebook.options.keywords import OF_CELLS_ALONE, Keywords
from bedrock_nb.notebook.options.table import BY_FLAG, BY_NAME, OPTIONS, SETTINGS, Group

README = Path(__file__).parents[3] / "README.md"
OF_A_CALL = [option for option in OPTIONS if option.group is not Group.NOTEBOOK]


def rows_of_the_readme():
    """The cells of the README's table of options: the flags, and what it says of them."""
    table = README.read_text(encoding="utf-8").partition("### The first line")[2].partition("\n### ")[0]
    return re.findall(r"^\| (`.*?) \| (.*?) \|$", table.replace(r"\|", "¦"), re.MULTILINE)


def test_every_flag_and_every_name_is_there_once():
    flags = [flag for option in OPTIONS for flag in option.flags]
    assert len(flags) == len(set(flags)) == len(BY_FLAG)
    assert len(BY_NAME) == len(OPTIONS)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_option_has_a_line_in_the_help(option):
    described = f"  {', '.join(option.flags)} {written_value(option)}".rstrip()
    lines = help_text().splitlines()
    assert [line for line in lines if line == described or line.startswith(described + "  ")]
    assert option.help in " ".join(help_text().split())


def test_the_readme_has_a_row_for_every_option_in_the_order_of_the_help():
    written = [re.findall(r"`(-[^` ]*)", flags) for flags, _ in rows_of_the_readme()]
    assert [flags for flags in written if flags] == [list(option.flags) for option in OPTIONS]


def test_the_readme_says_something_of_every_option():
    assert all(len(said) >= 10 for _, said in rows_of_the_readme())


def test_the_keywords_in_python_are_the_options():
    assert list(Keywords.__annotations__) == [option.name for option in OF_A_CALL]


def test_config_has_every_setting():
    assert set(BedrockMagics.class_own_traits(config=True)) == {option.name for option in SETTINGS}


CHECKED = [each for each in OPTIONS if each.shown and each.read is not values.given]


@pytest.mark.parametrize("option", CHECKED, ids=lambda option: option.name)
def test_no_option_takes_what_is_nothing(option):
    with pytest.raises(InvalidInput, match=f"^{option.flags[-1]} "):
        option.checked("")


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.builds(object)
    | st.just(len),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner),
    max_leaves=5,
)


@given(ANYTHING)
def test_every_option_takes_a_value_or_says_what_it_takes(value):
    for option in OPTIONS:
        said = ""
        try:
            option.checked(value, "It")
        except InvalidInput as error:
            said = error.message
        assert re.match("$|It (takes|is|cannot read) ", said)


@pytest.mark.parametrize("address", ["notaurl", "ftp://host", "http://", "https://host:port", "", 5, "//host"])
def test_an_address_is_one_and_else_it_is_not_told_again(address):
    with pytest.raises(InvalidInput, match=r"--endpoint-url takes an address that begins with http:// or https://"):
        BY_NAME["endpoint_url"].checked(address)


def test_a_guardrail_that_the_request_cannot_have_is_refused_where_it_is_given():
    said = r"^--guardrail takes a guardrail as ID or ID:VERSION, not 'x:': it has no version after its colon"
    with pytest.raises(InvalidInput, match=said):
        BY_NAME["guardrail"].checked("x:")


@pytest.mark.parametrize("given", ["x", "x:1", "arn:aws:bedrock:us-east-1:123456789012:guardrail/x"])
def test_a_guardrail_is_an_id_or_an_arn_with_or_without_a_version(given):
    assert BY_NAME["guardrail"].checked(given) == given


def test_every_option_of_cells_says_what_python_has_in_its_place():
    assert set(OF_CELLS_ALONE) == {option.name for option in OPTIONS if option.group is Group.NOTEBOOK}
