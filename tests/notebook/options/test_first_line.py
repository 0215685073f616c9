import re

import pytest
from IPython.core.error import UsageError

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.options.first_line import FirstLine, help_text, parse_first_line
from bedrock_nb.notebook.options.table import BY_FLAG, HELP_FLAGS

NAMESPACE = {"model": "some.model", "evil": '" -m other --raw', "flag": "--raw", "table": {"a": "b"}, "n": 7}


def parse(line):
    return parse_first_line(line, lambda expression: expression.value(NAMESPACE))


@pytest.mark.parametrize("line", ["-h", "--help", "--temprature 1 -h", "answer << stray --help", "-m -h"])
def test_help_is_given_whatever_else_is_wrong(line):
    assert parse(line) is None


def test_an_empty_line_asks_for_nothing():
    assert parse("") == FirstLine()


def test_options_go_by_their_names_in_python():
    line = "answer << -m some.model -s 'Be brief.' -t 0.5 --max-tokens 10 --stop a 'b c' --region eu-west-1 --raw"
    assert parse(line) == FirstLine(
        name="answer",
        options={
            "model": "some.model",
            "system": "Be brief.",
            "temperature": 0.5,
            "max_tokens": 10,
            "stop": ["a", "b c"],
            "region": "eu-west-1",
            "raw": True,
        },
    )


@pytest.mark.parametrize("line", ["a<<", "a <<", " a << "])
def test_a_name_may_stand_close_to_its_arrows(line):
    assert parse(line).name == "a"


@pytest.mark.parametrize("line", ["-h", "--help", "-m x -h"])
def test_help_is_asked_for(line):
    assert parse(line) is None


@pytest.mark.parametrize("flag", HELP_FLAGS)
def test_each_way_to_ask_for_help_is_in_the_help_and_no_option_takes_it(flag):
    assert re.search(rf"^  .*{flag}\b.*  show this help$", help_text(), re.MULTILINE)
    assert flag not in BY_FLAG


def test_the_help_fits_a_terminal():
    assert max(map(len, help_text().splitlines())) <= 110


def test_an_option_with_several_values_may_be_given_again():
    assert parse("--stop a --stop b").options == {"stop": ["a", "b"]}


def test_cache_prompt_may_stand_alone():
    assert parse("--cache-prompt").options == {"cache_prompt": "default"}
    assert parse("--cache-prompt 1h").options == {"cache_prompt": "1h"}


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("-m {{model}}", {"model": "some.model"}),
        ("-m {{ model }}", {"model": "some.model"}),
        ('-s "Of {{n + 1}} and {{table["a"]}}."', {"system": "Of 8 and b."}),
        ("--max-tokens {{n}}", {"max_tokens": 7}),
        ("--stop {{flag}}", {"stop": ["--raw"]}),
        ("-s {{evil}}", {"system": '" -m other --raw'}),
        ("--raw -m {{model}}", {"raw": True, "model": "{{model}}"}),
    ],
)
def test_expressions_are_filled_in_as_values_and_never_as_words(line, options):
    assert parse(line).options == options


def test_a_failing_expression_is_named():
    with pytest.raises(InvalidInput, match=r"\{\{missing\}\} could not be filled in: NameError"):
        parse("-m {{missing}}")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--modle x", "there is no option --modle; did you mean --model?"),
        ("--wholly-unlike", "there is no option --wholly-unlike"),
        ("--temp 1", "there is no option --temp"),
        ("-t warm", "--temperature takes a number from 0 to 1, not 'warm'"),
        ("-t 1.5", "--temperature takes a number from 0 to 1, not '1.5'"),
        ("-t -1", "--temperature takes a number from 0 to 1, not '-1'"),
        ("-t nan", "--temperature takes a number from 0 to 1, not 'nan'"),
        ("--top-p 2", "--top-p takes a number from 0 to 1, not '2'"),
        ("--max-tokens 0", "--max-tokens takes a whole number from 1 on, not '0'"),
        ("--max-tokens 1.5", "--max-tokens takes a whole number from 1 on, not '1.5'"),
        ("--service-tier gold", "--service-tier takes priority or default or flex or reserved, not 'gold'"),
        ("--cache-prompt 2h", "--cache-prompt takes 5m, 1h or nothing, not '2h'"),
        ("--stop", "--stop takes TEXT … after it; a value that begins with a hyphen is written --stop=-…"),
        ("-t 1 -m", "--model takes ID after it; a value that begins with a hyphen is written --model=-…"),
        ("-s \u201cBe brief\u201d", "only straight quotes, \" and ', hold words together"),
        ('--fields {"top_k":1}', "'{top_k:1}' is neither: put it in single quotes"),
        ("--fields nonsense", "--fields takes JSON or TOML"),
        ("--fields @missing.json", "--fields cannot read missing.json: No such file"),
        ("--fields '[1]'", "--fields takes an object"),
        ("--response-paths stop", "--response-paths takes JSON pointers"),
        ("--metadata team", "--metadata takes NAME=VALUE, not 'team'"),
        ("--read-timeout 0", "--read-timeout takes a number from"),
        ("--retries -1", "--retries takes a whole number from 0 to 20"),
        ("-s 'open", "cannot be read"),
        ("-s 'a\0b'", "cannot be read"),
        ("1a << -m x", "'1a' is not a name"),
        ("a-b << -m x", "'a-b' is not a name"),
        ("class << -m x", "'class' is not a name"),
        ("None <<", "'None' is not a name"),
        ("-m x answer <<", "NAME << stands before all options"),
        ("<<", "NAME << stands before all options"),
        ("a, b <<", "and is one name"),
        ("answer = -t 0", "NAME << gives the answer a name"),
        ("stray words", "'stray words' is no option; the prompt stands below the first line"),
        ("-s be terse", "'terse' is no option; the prompt stands below the first line, and a value of several words"),
    ],
)
def test_what_no_cell_understands_is_told(line, said):
    with pytest.raises(UsageError) as told:
        parse(line)
    assert str(told.value).startswith("%%bedrock: ")
    assert said in str(told.value)
    assert str(told.value).endswith("%%bedrock -h lists the options.")
