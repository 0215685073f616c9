"""A conversation: exchanges that share a history, as a value.

Invariants, each held by a test:
- `messages` is always a history that the service takes: turns of the user and the assistant alternate, the user begins,
  the assistant ends, and every tool call has its result in the message after it.
- An exchange is never lost: one that cannot be carried on stays, says why, and sends nothing.
- Running a cell again replaces its own exchange, in its place. What came later stays and is still sent, and `outdated`
  tells which of it answered to something that is not there any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

from bedrock_nb.core.counted import counted
from bedrock_nb.core.encoding.jsonable import from_jsonable, to_jsonable
from bedrock_nb.core.encoding.version import checked_version
from bedrock_nb.core.errors import InvalidInput, UnreadableRecording
from bedrock_nb.core.request.carried_messages import for_another_model, in_words
from bedrock_nb.core.request.messages import Message
from bedrock_nb.core.request.past_exchange import PastExchange, history_problem


@dataclass(frozen=True, slots=True)
class Conversation:
    """Exchanges in their order, and the options that each of them used and the next one uses too."""

    FORMAT_VERSION: ClassVar[int] = 1

    exchanges: tuple[PastExchange, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    """JSON-safe options of a call, such as `model`, `system` and the names of `tools`."""

    def before(self, cell: str = "") -> tuple[PastExchange, ...]:
        """The exchanges that the next one of this cell goes on from: those before its own, or all."""
        place = self._place(cell)
        earlier = self.exchanges if place is None else self.exchanges[:place]
        return tuple(exchange for exchange in earlier if not exchange.problem)

    def messages(self, cell: str = "", *, model: str = "", tools: bool = True) -> list[Message]:
        """The history to send before the next prompt of this cell.

        Args:
            cell: The cell that asks; where it has asked before, the history ends before its exchange.
            model: The model that is asked. Reasoning signed by another one is left out.
            tools: Whether the request declares tools. Where it does not, calls and results are told in words, as the
                service refuses them without.
        """
        history: list[Message] = []
        for exchange in self.before(cell):
            messages: Sequence[Message] = exchange.messages
            if model and exchange.model != model:
                messages = for_another_model(messages)
            history += messages if tools else in_words(messages)
        return history

    def with_exchange(self, exchange: PastExchange) -> Conversation:
        """The conversation with this exchange in the place of its cell's earlier one, or at the end."""
        place = self._place(exchange.cell)
        if place is None:
            return replace(self, exchanges=(*self.exchanges, exchange))
        return replace(self, exchanges=(*self.exchanges[:place], exchange, *self.exchanges[place + 1 :]))

    def with_options(self, options: Mapping[str, Any]) -> Conversation:
        """The conversation with these options in place of its own of the same names."""
        return replace(self, options={**self.options, **options})

    def first(self, count: int) -> Conversation:
        """The conversation up to its exchange number `count`, counted from 1: where a fork leaves it.

        Raises:
            InvalidInput: It has no such exchange.
        """
        if not 0 <= count <= len(self.exchanges):
            raise InvalidInput(
                f"The conversation has {counted(len(self.exchanges), 'exchange')}; there is no number {count}."
            )
        return replace(self, exchanges=self.exchanges[:count])

    @property
    def outdated(self) -> tuple[int, ...]:
        """The numbers, from 1, of the exchanges that went on from something that has been replaced or taken away."""
        numbers = []
        last, follows = "", True
        for number, exchange in enumerate(self.exchanges, 1):
            follows = follows and exchange.after == last
            if not follows:
                numbers.append(number)
            if not exchange.problem:
                last = exchange.id
        return tuple(numbers)

    def to_dict(self) -> dict[str, Any]:
        """The conversation as JSON-safe data; bytes stand as in a recording."""
        return {
            "version": self.FORMAT_VERSION,
            "options": to_jsonable(dict(self.options)),
            "exchanges": [exchange.to_dict() for exchange in self.exchanges],
        }

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """The conversation that `to_dict` described. What of it cannot be sent, as somebody has edited it, says so.

        Raises:
            UnreadableRecording: It is of a newer version, or not a conversation.
        """
        checked_version(data, cls.FORMAT_VERSION)
        try:
            exchanges = tuple(PastExchange.from_dict(each) for each in data["exchanges"])
            problems = [each.problem or history_problem(each.messages) for each in exchanges]
            options = dict(from_jsonable(data.get("options", {})))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise UnreadableRecording(f"This is no saved conversation: {type(error).__name__}: {error}.") from error
        return cls(
            tuple(replace(each, problem=problem) for each, problem in zip(exchanges, problems, strict=True)), options
        )

    def _place(self, cell: str) -> int | None:
        places = (place for place, exchange in enumerate(self.exchanges) if cell and exchange.cell == cell)
        return next(places, None)
