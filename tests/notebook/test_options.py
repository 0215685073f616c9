import pytest
from IPython.core.error import UsageError

from bedrock_nb.notebook.options import FirstLine, parse_first_line, parser


def test_an_empty_line_asks_for_nothing():
    assert parse_first_line("") == FirstLine()


def test_options_become_the_request_and_the_way_to_reach_bedrock():
    line = "answer << -m some.model -s 'Be brief.' -t 0.5 --max-tokens 10 --region eu-west-1 --profile p --endpoint-url http://x"
    assert parse_first_line(line) == FirstLine(
        name="answer",
        request={"model": "some.model", "system": "Be brief.", "temperature": 0.5, "max_tokens": 10},
        connection={"region": "eu-west-1", "profile": "p", "endpoint_url": "http://x"},
    )


@pytest.mark.parametrize("line", ["a<<", "a <<", " a << "])
def test_a_name_may_stand_close_to_its_arrows(line):
    assert parse_first_line(line).name == "a"


@pytest.mark.parametrize("line", ["-h", "--help", "-m x -h"])
def test_help_is_asked_for(line):
    assert parse_first_line(line) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--modle x", "unrecognized arguments: --modle x"),
        ("-t warm", "invalid float value: 'warm'"),
        ("-s 'open", "cannot be read"),
        ("1a << -m x", "'1a' is not a name"),
        ("a-b << -m x", "'a-b' is not a name"),
        ("stray words", "unrecognized arguments"),
        ("--temp 1", "unrecognized arguments"),
        ("-m", "expected one argument"),
    ],
)
def test_what_no_cell_understands_is_told(line, said):
    with pytest.raises(UsageError, match=said):
        parse_first_line(line)


def test_every_option_explains_itself():
    for action in parser()._actions:
        assert action.help, action.option_strings
