"""Asking before a tool is called.

Whoever can put a question to the user is an `Ask`: it is given the call and returns a Future of the answer at once. A
Future that is cancelled means that nobody wants the answer any more.
"""

from __future__ import annotations

import contextvars
import json
import os
import select
import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, InvalidStateError, wait
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from types import BuiltinFunctionType
from typing import TypeAlias

from bedrock_nb.core.blocks import ToolUseBlock


class Consent(StrEnum):
    """What the user may answer."""

    YES = "yes"
    NO = "no"
    ALWAYS = "always"
    """Yes, and do not ask again for this tool until the exchange is over."""
    NOBODY = "nobody"
    """There was nobody to be asked: no answer of the user's, and a no all the same."""


Ask: TypeAlias = Callable[[ToolUseBlock], "Future[str]"]
"""Puts the question, and returns at once. The answer is one of `Consent`, or its plain word; any other is no."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that stands open. `answer` may be called from any thread; the first answer counts."""

    call: ToolUseBlock
    future: Future[str]

    def answer(self, consent: str) -> None:
        """Answer it with one of `Consent`."""
        with suppress(InvalidStateError):  # answered twice, or nobody wants to know any more
            self.future.set_result(consent)


PATIENCE = 3.0
"""Seconds until a question that no page has shown is put in another way."""


class Questions:
    """An `Ask` for a panel: the panel looks at `standing`, draws it, and answers it when a button is pressed.

    In a terminal, what writes the answer looks at it, and puts it below the call that it is about.

    Some hosts do not let a page be heard while its cell runs, and some have no page. There `seen` is never called, and
    the question is put `otherwise` after a while.
    """

    def __init__(self, otherwise: Ask | None = None, *, patience: float = PATIENCE) -> None:
        self._standing: Question | None = None
        self._otherwise = otherwise
        self._patience = patience
        self._seen = threading.Event()

    @property
    def standing(self) -> Question | None:
        """The question that waits for its answer; None where there is none."""
        question = self._standing
        return question if question is not None and not question.future.done() else None

    def __call__(self, call: ToolUseBlock) -> Future[str]:
        """Put the question."""
        question = Question(call, Future())
        self._seen.clear()
        self._standing = question
        if self._otherwise is not None:
            # In the cell's own context: there, `input` is the notebook's.
            run = contextvars.copy_context().run
            waiting = (self._put_otherwise, question, self._otherwise)
            threading.Thread(target=run, args=waiting, name="bedrock-nb unseen question", daemon=True).start()
        return question.future

    def seen(self) -> None:
        """The question is on a page that can answer it."""
        self._seen.set()

    def _put_otherwise(self, question: Question, otherwise: Ask) -> None:
        if self._seen.wait(self._patience) or self.standing is not question:
            return
        self._standing = None
        with suppress(CancelledError):  # nobody wants to know any more
            question.answer(otherwise(question.call).result())


def put_in_terminal(question: Question) -> None:
    """Put a question that stands open, and wait until it is answered, or nobody wants to know any more."""
    typed = ask_in_terminal(question.call)
    question.future.add_done_callback(lambda _: typed.cancel())
    while not typed.done():  # not everywhere does Ctrl-C end a wait in the middle
        wait([typed], _BETWEEN_LOOKS)
    with suppress(CancelledError):  # as above
        question.answer(typed.result())


def ask_in_terminal(call: ToolUseBlock) -> Future[str]:
    """An `Ask` for a terminal, or for a notebook without widgets: a line of text, and a letter for an answer.

    What is no answer is no. Where nobody can be asked, that is told.
    """
    answers = {"y": Consent.YES, "a": Consent.ALWAYS}
    future: Future[str] = Future()
    # The model chose the arguments: in ASCII, they cannot move the cursor or hide what stands there.
    shown = json.dumps(call.input, ensure_ascii=True)

    def put() -> None:
        try:
            said = _typed(f"\nRun {call.name}({shown})? [y]es, [n]o, [a]lways: ", future)
        except (EOFError, OSError, NotImplementedError):  # nobody is there to answer, or the host has no way to ask
            print(f"Nobody can be asked here, so {call.name} is not run. --confirm needs somebody to answer.")
            Question(call, future).answer(Consent.NOBODY)
        else:
            Question(call, future).answer(answers.get(said.strip().lower()[:1], Consent.NO))

    # In the cell's own context: there, `input` is the notebook's.
    run = contextvars.copy_context().run
    threading.Thread(target=run, args=(put,), name="bedrock-nb question", daemon=True).start()
    return future


_TERMINAL = threading.Lock()
_BETWEEN_LOOKS = 0.05
"""Seconds until it is seen that nobody waits for an answer any more."""


def _typed(question: str, answer: Future[str]) -> str:
    """A line that the user types; nothing once nobody waits for it.

    `input` cannot be left: after Ctrl-C it would keep the terminal, and take the next line that is meant for IPython.
    """
    if not (isinstance(input, BuiltinFunctionType) and sys.stdin.isatty() and os.name == "posix"):
        return input(question)
    with _TERMINAL:
        print(question, end="", flush=True)
        while not answer.done():
            if select.select([sys.stdin], [], [], _BETWEEN_LOOKS)[0]:
                return os.read(sys.stdin.fileno(), _LONGEST_LINE).decode(errors="replace")
    return ""


_LONGEST_LINE = 4096
"""Bytes: a terminal's line has no more."""
