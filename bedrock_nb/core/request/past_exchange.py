"""What is left of an exchange in a conversation: its messages, and whether they can be carried on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

from bedrock_nb.core.encoding.jsonable import from_jsonable, to_jsonable
from bedrock_nb.core.errors import BedrockError, IncompleteResponse, Stopped
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.request.carried_messages import answered, told, without_cache_points
from bedrock_nb.core.request.messages import Message

_NOT_CARRIED_ON = {
    "guardrail_intervened": "a guardrail stepped in",
    "content_filtered": "its content was filtered",
    "malformed_model_output": "the model's answer was malformed",
    "malformed_tool_use": "the model's tool call was malformed",
}
"""Stop reasons after which the same history would be refused, or would stop the guardrail, each time it is sent."""


@dataclass(frozen=True, slots=True)
class PastExchange:
    """One prompt up to its final answer, once it is over.

    `messages` are what it adds to the history, from the user's prompt to the assistant's answer. Where `problem` is not
    empty, it says why they are not carried on.
    """

    id: str
    messages: tuple[Message, ...] = ()
    cell: str = ""
    """The notebook's id of the cell that ran it; empty where there was none."""
    after: str = ""
    """The id of the exchange that it went on from; empty where it was the first."""
    model: str = ""
    problem: str = ""

    @property
    def prompt(self) -> str:
        """What the user wrote last; turns that stand before it, and results of tools, are in `told`."""
        asked = [message for message in self.messages if message["role"] == "user" and not _is_of_tools(message)]
        return told(asked[-1]) if asked else ""

    @property
    def answer(self) -> str:
        """What the assistant said last; empty where there is no answer."""
        last = self.messages[-1:]
        return told(last[0]) if last and last[0]["role"] == "assistant" else ""

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """Who said what, in words: `user`, `assistant` or `tools`, and what was said."""
        return tuple(("tools" if _is_of_tools(each) else each["role"], told(each)) for each in self.messages)

    def to_dict(self) -> dict[str, Any]:
        """The exchange as JSON-safe data."""
        return {
            "id": self.id,
            "messages": [to_jsonable(message) for message in self.messages],
            "cell": self.cell,
            "after": self.after,
            "model": self.model,
            "problem": self.problem,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The exchange that `to_dict` described."""
        texts = {name: str(data[name]) for name in ("id", "cell", "after", "model", "problem")}
        return cls(messages=tuple(from_jsonable(message) for message in data["messages"]), **texts)


def past_exchange(
    last: Recording, *, history: int = 0, error: BedrockError | None = None, cell: str = "", after: str = ""
) -> PastExchange:
    """What an exchange adds to its conversation.

    Args:
        last: Its last call. The request holds all that came before, tool calls and their results included.
        history: How many messages of that request are the conversation's own, from before the prompt.
        error: What ended the exchange, where it did not end well.
        cell: The notebook's id of the cell that ran it.
        after: The id of the exchange that it went on from.
    """
    answer = _answer(last)
    sent = last.request.get("messages") or []
    messages = (*without_cache_points(sent[history:]), *([answer] if answer else []))
    problem = _ending_problem(last, error or last.error) or history_problem(messages)
    return PastExchange(last.id, messages, cell, after, last.model, problem)


def _answer(last: Recording) -> Message | None:
    """The answer as the history has it. Where a tool was forced so that its input be the answer, the input is."""
    choice = (last.request.get("toolConfig") or {}).get("toolChoice") or {}
    forced = (choice.get("tool") or {}).get("name")
    calls = last.tool_calls
    if forced and len(calls) == 1 and calls[0].name == forced and calls[0].valid:
        return {"role": "assistant", "content": [{"text": json.dumps(calls[0].input, ensure_ascii=False)}]}
    return last.message


def _ending_problem(last: Recording, error: BedrockError | None) -> str:
    match error:
        case None:
            return _NOT_CARRIED_ON.get(last.stop_reason or "", "")
        case Stopped():
            return "it was stopped"
        case IncompleteResponse():
            return "its answer broke off"
    return f"it failed: {error.code}"


def history_problem(messages: Sequence[Message]) -> str:
    """Why these messages cannot stand in a history, in words; empty where they can."""
    roles = [message.get("role") for message in messages]
    if not messages or roles[0] != "user":
        return "it does not begin with the user"
    if any(one == other for one, other in pairwise(roles)):
        return "two messages of the same side follow one another"
    if roles[-1] != "assistant":
        return "there is no answer"
    if not answered(messages):
        return "a tool call has no result"
    return ""


def _is_of_tools(message: Message) -> bool:
    """Whether it holds nothing but what tools gave."""
    return all("toolResult" in part for part in message["content"])
