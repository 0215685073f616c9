"""What a panel can show, and the calls and questions in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias, runtime_checkable

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.recording import Recording
from bedrock_nb.views.live.questions import Questions
from bedrock_nb.views.panel.calls import LiveCall


@runtime_checkable
class LiveExchange(Protocol):
    """Calls that follow on one another, where tools are called between."""

    @property
    def calls(self) -> Sequence[LiveCall]:
        """The calls so far."""

    @property
    def ask(self) -> object:
        """Whoever asks the user before a tool is called; a panel shows the questions of `Questions`."""

    def follow(self, follower: Callable[[Any], object], seen: int = 0) -> Callable[[], object]:
        """Tell the follower of each call, except for the first `seen`, until what this returns is called."""


Shown: TypeAlias = LiveCall | LiveExchange | Recording | Sequence[LiveCall | Recording]


def calls_of(shown: Shown) -> list[LiveCall | Recording]:
    """The calls in their order.

    Raises:
        InvalidInput: It is none of what can be shown.
    """
    if isinstance(shown, LiveExchange):
        return list(shown.calls)
    # A recording may know the calls of its exchange that came before it: they are shown together.
    calls = list(shown) if isinstance(shown, (list, tuple)) else list(getattr(shown, "rounds", (shown,)))
    if not calls:
        raise InvalidInput("There is no call to be shown.", advice="Give the panel one at least.")
    for call in calls:
        if not (hasattr(call, "recording") or isinstance(call, Recording)):
            raise InvalidInput(
                f"A panel cannot show a {type(call).__name__}.",
                advice="Give it a Stream, an Exchange, a Recording, or a list of an exchange's recordings.",
            )
    return calls


def questions_of(shown: Shown) -> Questions | None:
    """Whoever asks the user before a tool is called, in a way that a panel can show."""
    ask = shown.ask if isinstance(shown, LiveExchange) else None
    return ask if isinstance(ask, Questions) else None
