"""What a panel needs of whoever asks the user before a tool is called."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from bedrock_nb.core.blocks import ToolUseBlock

ANSWERS = ("yes", "no", "always")


class Question(Protocol):
    """A question that stands open."""

    @property
    def call(self) -> ToolUseBlock:
        """The call that waits for its answer, of the last message."""

    def answer(self, consent: str) -> None:
        """Answer it with one of `ANSWERS`, from any thread; the first answer counts."""


@runtime_checkable
class Questions(Protocol):
    """Asks one question at a time, for a panel to show it."""

    @property
    def standing(self) -> Question | None:
        """The question that waits for its answer; None where there is none."""

    def seen(self) -> None:
        """A page shows it, and is heard by the kernel: it can be answered there."""
