"""Asking before a tool is called.

Whoever can put a question to the user is an `Ask`: it is given the call and returns a Future of the answer at once. A
Future that is cancelled means that nobody wants the answer any more.
"""

from __future__ import annotations

import contextvars
import json
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bedrock_nb.core.blocks import ToolUseBlock


class Consent(StrEnum):
    """What the user may answer."""

    YES = "yes"
    NO = "no"
    ALWAYS = "always"
    """Yes, and do not ask again for this tool until the exchange is over."""


Ask: TypeAlias = Callable[[ToolUseBlock], "Future[str]"]
"""Puts the question, and returns at once. The answer is one of `Consent`, or its plain word; any other is no."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that stands open. `answer` may be called from any thread; the first answer counts."""

    call: ToolUseBlock
    future: Future[str]

    def answer(self, consent: Consent) -> None:
        """Answer it."""
        with suppress(InvalidStateError):  # answered twice, or nobody wants to know any more
            self.future.set_result(consent)


class Questions:
    """An `Ask` for a panel: the panel looks at `standing`, draws it, and answers it when a button is pressed."""

    def __init__(self) -> None:
        self._standing: Question | None = None

    @property
    def standing(self) -> Question | None:
        """The question that waits for its answer; None where there is none."""
        question = self._standing
        return question if question is not None and not question.future.done() else None

    def __call__(self, call: ToolUseBlock) -> Future[str]:
        """Put the question."""
        self._standing = Question(call, Future())
        return self._standing.future


def ask_in_terminal(call: ToolUseBlock) -> Future[str]:
    """An `Ask` for a terminal, or for a notebook without widgets: a line of text, and a letter for an answer.

    What is no answer is no.
    """
    answers = {"y": Consent.YES, "a": Consent.ALWAYS}
    future: Future[str] = Future()
    # The model chose the arguments: in ASCII, they cannot move the cursor or hide what stands there.
    shown = json.dumps(call.input, ensure_ascii=True)

    def put() -> None:
        try:
            said = input(f"\nRun {call.name}({shown})? [y]es, [n]o, [a]lways: ")
        except (EOFError, OSError, NotImplementedError):  # nobody is there to answer, or the host has no way to ask
            said = "n"
        Question(call, future).answer(answers.get(said.strip().lower()[:1], Consent.NO))

    # In the cell's own context: there, `input` is the notebook's.
    run = contextvars.copy_context().run
    threading.Thread(target=run, args=(put,), name="bedrock-nb question", daemon=True).start()
    return future
