"""Running what the model asks for: a tool call bound to the function that it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bedrock_nb.core.blocks import ToolUseBlock
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.request.messages import tool_result


@dataclass(frozen=True, slots=True)
class BoundCall:
    """A tool call and the function that answers it: `call()` runs it, `call.result()` makes what goes back."""

    block: ToolUseBlock
    function: Callable[..., Any]

    def __call__(self) -> Any:
        """Run the function with the call's input as keywords.

        Raises:
            InvalidInput: The input is not a JSON object, or the service runs this tool itself.
            Exception: Whatever the function raises.
        """
        return self.function(**runnable_input(self.block))

    def result(self) -> dict[str, Any]:
        """The toolResult block that answers the call; where the function raises, it tells the model what was raised."""
        try:
            output = self()
        except Exception as error:  # noqa: BLE001 - whatever a user's function raises is for the model to read
            return tool_result(self.block.tool_use_id, f"{type(error).__name__}: {error}", failed=True)
        return tool_result(self.block.tool_use_id, output)


def runnable_input(block: ToolUseBlock) -> dict[str, Any]:
    """The input of a call that the client may run.

    Raises:
        InvalidInput: The input is not a JSON object, or the service runs this tool itself.
    """
    if block.server:
        raise InvalidInput(f"The service runs `{block.name}` itself; its result is in the same answer.")
    if not block.valid:
        raise InvalidInput(
            f"The input of the call of `{block.name}` is not a JSON object: {block.input_json[:200]!r}.",
            advice="It was most likely cut off by the token limit. Answer it with `tool_result(..., failed=True)`.",
        )
    return dict(block.input)
