"""A request that is shown and counted, and not sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from bedrock_nb.core.counted import counted
from bedrock_nb.core.errors import BedrockError
from bedrock_nb.wire.checking import check_request
from bedrock_nb.wire.tokens import count_tokens

if TYPE_CHECKING:
    from bedrock_nb.notebook.calling.composing import Call


@dataclass(frozen=True, slots=True)
class DryRun:
    """The arguments of a converse_stream call that was not made."""

    request: Mapping[str, Any]
    input_tokens: int | None = None
    """As the service counts them; None where it could not."""
    problem: BedrockError | None = None
    """Why they are not counted."""

    @classmethod
    def of(cls, call: Call) -> Self:
        """Check the call's request and let the service count its tokens, which it does for nothing.

        Raises:
            InvalidInput: The request is not valid.
        """
        check_request(call.request)
        try:
            return cls(call.request, count_tokens(call.connection, call.request))
        except BedrockError as error:
            return cls(call.request, problem=error)

    def __repr__(self) -> str:
        return f"{self._summary()}\n{json.dumps(elided(self.request), indent=2, ensure_ascii=False)}"

    def _repr_markdown_(self) -> str:
        shown = json.dumps(elided(self.request), indent=2, ensure_ascii=False)
        fence = "`" * max(3, 1 + _longest_run_of_backticks(shown))
        return f"{_escaped(self._summary())}\n\n{fence}json\n{shown}\n{fence}"

    def _summary(self) -> str:
        if self.input_tokens is not None:
            tokens = counted(self.input_tokens, "input token")
            return f"Not sent: a request of {tokens}, as the service counts them."
        why = f" {self.problem.code}: {self.problem.message}" if self.problem else ""
        return f"Not sent: a request whose tokens the service did not count.{why}"


def elided(value: Any) -> Any:
    """The value as JSON-safe data, with the size of bytes in place of the bytes."""
    match value:
        case bytes() | bytearray():
            return f"<{len(value):,} bytes>"
        case Mapping():
            return {str(name): elided(each) for name, each in value.items()}
        case list() | tuple():
            return [elided(each) for each in value]
        case str() | int() | float() | bool() | None:
            return value
    return str(value)


def _longest_run_of_backticks(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    return longest


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in r"\`*_{}[]<>()#+-!|~$&" else character for character in text)
