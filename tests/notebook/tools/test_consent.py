import contextvars
import os
import sys
import threading
from concurrent.futures import Future

import pytest

from bedrock_nb.core.blocks import ToolUseBlock
from bedrock_nb.core.rope import NO_TEXT
from bedrock_nb.notebook.tools.consent import Consent, Questions, ask_in_terminal, put_in_terminal
from waiting import eventually

CALL = ToolUseBlock(0, "1", "pay", rope=NO_TEXT.grown('{"to": "\\u001b[2J\\u202eBob"}'), whole=True)


def test_a_question_stands_until_it_is_answered():
    questions = Questions()
    assert questions.standing is None
    future = questions(CALL)
    assert questions.standing.call is CALL
    questions.standing.answer(Consent.ALWAYS)
    assert future.result(1) is Consent.ALWAYS
    assert questions.standing is None


def test_only_the_first_answer_counts():
    questions = Questions()
    future = questions(CALL)
    question = questions.standing
    question.answer(Consent.NO)
    question.answer(Consent.YES)
    assert future.result(1) is Consent.NO


def test_a_question_that_nobody_asks_any_more_may_still_be_answered():
    questions = Questions()
    future = questions(CALL)
    question = questions.standing
    future.cancel()
    question.answer(Consent.YES)
    assert questions.standing is None


@pytest.mark.parametrize(
    ("typed", "consent"),
    [
        ("y", Consent.YES),
        (" Yes ", Consent.YES),
        ("a", Consent.ALWAYS),
        ("n", Consent.NO),
        ("", Consent.NO),
        ("what?", Consent.NO),
    ],
)
def test_a_letter_answers_in_a_terminal(typed, consent, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: typed)
    assert ask_in_terminal(CALL).result(5) is consent


def test_where_nobody_can_answer_that_is_told_and_is_no_answer_of_the_user(monkeypatch, capsys):
    def read(_):
        raise EOFError

    monkeypatch.setattr("builtins.input", read)
    assert ask_in_terminal(CALL).result(5) is Consent.NOBODY
    assert "Nobody can be asked here, so pay is not run." in capsys.readouterr().out


@pytest.fixture
def keyboard(monkeypatch):
    """Types into the terminal that this process reads from."""
    ours, theirs = os.openpty()
    with os.fdopen(theirs) as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        yield lambda typed: os.write(ours, typed.encode())
    os.close(ours)


def test_what_is_typed_answers_the_questions_in_their_order(keyboard):
    keyboard("always\nno\n")
    assert [ask_in_terminal(CALL).result(5) for _ in range(2)] == [Consent.ALWAYS, Consent.NO]


def test_a_question_that_nobody_asks_any_more_leaves_the_terminal_alone(keyboard):
    before = set(threading.enumerate())
    ask_in_terminal(CALL).cancel()
    eventually(lambda: set(threading.enumerate()) <= before)
    keyboard("1 + 1\n")
    assert sys.stdin.readline() == "1 + 1\n"


def test_a_question_that_stands_is_put_in_the_terminal(keyboard):
    questions = Questions()
    future = questions(CALL)
    keyboard("always\n")
    put_in_terminal(questions.standing)
    assert future.result(0) is Consent.ALWAYS


def test_a_question_that_is_cancelled_while_the_terminal_waits_is_left(keyboard):
    questions = Questions()
    future = questions(CALL)
    before = set(threading.enumerate())
    waiting = threading.Thread(target=put_in_terminal, args=(questions.standing,))
    waiting.start()
    future.cancel()
    eventually(lambda: set(threading.enumerate()) <= before)
    keyboard("1 + 1\n")
    assert sys.stdin.readline() == "1 + 1\n"


def test_what_the_model_wrote_cannot_command_the_terminal(monkeypatch):
    shown = []
    monkeypatch.setattr("builtins.input", lambda question: shown.append(question) or "n")
    ask_in_terminal(CALL).result(5)
    assert shown == ['\nRun pay({"to": "\\u001b[2J\\u202eBob"})? [y]es, [n]o, [a]lways: ']


def test_the_question_is_put_in_the_context_of_the_cell(monkeypatch):
    cell = contextvars.ContextVar("cell", default="another")
    cell.set("this one")
    seen = []
    monkeypatch.setattr("builtins.input", lambda _: seen.append(cell.get()) or "n")
    ask_in_terminal(CALL).result(5)
    assert seen == ["this one"]


def answered(consent):
    """An Ask that answers at once, and notes what it was asked."""
    asked = []

    def ask(call):
        asked.append(call)
        future = Future()
        future.set_result(consent)
        return future

    return ask, asked


def test_a_question_that_no_page_shows_is_put_otherwise():
    otherwise, asked = answered(Consent.YES)
    questions = Questions(otherwise, patience=0.01)
    assert questions(CALL).result(5) is Consent.YES
    assert asked == [CALL]


def test_a_question_that_a_page_shows_waits_for_the_page_alone():
    otherwise, asked = answered(Consent.NO)
    questions = Questions(otherwise, patience=30)
    future = questions(CALL)
    questions.seen()
    questions.standing.answer("yes")
    assert future.result(5) == Consent.YES
    assert asked == []


def test_a_question_that_was_cancelled_is_put_to_nobody():
    otherwise, asked = answered(Consent.YES)
    questions = Questions(otherwise, patience=0.01)
    before = set(threading.enumerate())
    questions(CALL).cancel()
    eventually(lambda: not [t for t in set(threading.enumerate()) - before if t.name == "bedrock-nb unseen question"])
    assert asked == []
