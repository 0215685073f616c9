import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.request.turns_syntax import parse_turns


def said(text):
    system, turns = parse_turns(text)
    return system, [(turn.role, turn.text) for turn in turns]


def test_each_line_that_begins_with_a_name_begins_a_turn():
    question = "user: What is the capital of France?\nassistant: Paris.\n"
    text = f"system: Be terse.\n{question}user:\n\nAnd of Spain?\n\nSay why.\n"
    assert said(text) == (
        "Be terse.",
        [
            ("user", "What is the capital of France?"),
            ("assistant", "Paris."),
            ("user", "And of Spain?\n\nSay why."),
        ],
    )


@pytest.mark.parametrize("line", [" user: x", "User: x", "the user: x", "users: x", "user : x", "- user: x"])
def test_other_lines_are_text(line):
    assert said(f"user: hello\n{line}") == (None, [("user", f"hello\n{line}")])


@pytest.mark.parametrize(
    ("written", "meant"), [(r"\user: x", "user: x"), (r"\\system: x", r"\system: x"), (r"\other: x", r"\other: x")]
)
def test_a_backslash_keeps_a_line_within_its_turn(written, meant):
    assert said(f"user: a\n{written}\nb") == (None, [("user", f"a\n{meant}\nb")])


def test_the_assistant_may_have_begun_its_answer():
    assert said("user: Name one.\nassistant: Surely,") == (None, [("user", "Name one."), ("assistant", "Surely,")])


def test_where_a_turn_begins_is_known():
    _, turns = parse_turns("\nuser: a\nb\nassistant: c")
    assert [turn.line for turn in turns] == [2, 4]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Hello", "'Hello' belongs to nobody"),
        ("", "begins with no turn"),
        ("Hello\nuser: x", "'Hello' belongs to nobody"),
        ("user:\nassistant: x", "`user:` in line 1 is empty"),
        ("system: x", "begins with a turn of the user"),
        ("assistant: x", "line 1 is the assistant's"),
        ("user: a\nsystem: b", "`system:` in line 2 comes too late"),
        ("system: a\nsystem: b\nuser: c", "`system:` in line 2 comes too late"),
        ("user: a\nuser: b", "lines 1 and 2"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, why):
    with pytest.raises(InvalidInput, match=why):
        parse_turns(text)


def written(text):
    lines = text.split("\n")
    marks = ("user:", "assistant:", "system:")
    return "\n".join("\\" + line if line.lstrip("\\").startswith(marks) else line for line in lines)


texts = (
    st.lists(st.sampled_from(["user: x", "\\user:", "assistant:", "system: y", "plain", "", "  indented"]) | st.text())
    .map("\n".join)
    .map(str.strip)
    .filter(bool)
)


@given(st.none() | texts, st.lists(texts, min_size=1, max_size=4))
def test_whatever_is_written_is_read_again(system, turns):
    roles = ["user", "assistant"] * len(turns)
    pairs = list(zip(roles, turns, strict=False))
    cell = "\n".join(f"{role}: {written(text)}" for role, text in ([("system", system)] if system else []) + pairs)
    assert said(cell) == (system, pairs)
