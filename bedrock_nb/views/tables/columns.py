"""The columns of the tables, at each of the four grains, and what they mean.

What is not known, or does not apply, is NA. A column has the same type whatever is in it, be the table empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bedrock_nb.core.summary import RunState


class Kind(StrEnum):
    """The type of a column, by its name in pandas."""

    TEXT = "string"
    CATEGORY = "category"
    COUNT = "Int32"
    LARGE_COUNT = "Int64"
    NUMBER = "Float64"
    TRUTH = "boolean"
    SPAN = "timedelta64[us]"
    TIME = "datetime64[us, UTC]"


@dataclass(frozen=True, slots=True)
class Column:
    """The type of a column, and what it says."""

    kind: Kind
    about: str
    known: tuple[str, ...] = ()
    """Categories that there always are, so that tables of several histories go together; others follow them."""

    def categories(self, values: Iterable[str | None]) -> list[str]:
        """The categories of a column with these values."""
        return list(dict.fromkeys([*self.known, *(value for value in values if value is not None)]))


_MEMBERS = ("messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata")
_EVENT_KINDS = (
    *("message_start", "text_delta", "reasoning_delta", "reasoning_signature", "reasoning_redacted"),
    *("tool_use_start", "tool_input_delta", "tool_result_start", "tool_result_delta", "citation_delta"),
    *("image_start", "image_delta", "block_stop", "message_stop", "metadata", "exception", "unknown"),
)
_BLOCK_KINDS = ("text", "reasoning", "tool_use", "tool_result", "image", "unknown")
_STOP_REASONS = (
    *("end_turn", "tool_use", "max_tokens", "stop_sequence", "guardrail_intervened", "content_filtered"),
    *("malformed_model_output", "malformed_tool_use", "model_context_window_exceeded"),
)


EVENTS = {
    "run": Column(Kind.CATEGORY, "id of the recording"),
    "seq": Column(Kind.COUNT, "number of the event in its recording, from 0"),
    "t": Column(Kind.SPAN, "time since the request; NA where nobody measured it"),
    "type": Column(Kind.CATEGORY, "the member of Bedrock's union, such as contentBlockDelta", _MEMBERS),
    "kind": Column(Kind.CATEGORY, "what it is, such as text_delta or tool_input_delta", _EVENT_KINDS),
    "block": Column(Kind.COUNT, "contentBlockIndex"),
    "text": Column(Kind.TEXT, "the piece of text, of reasoning or of a tool input's JSON that it brings"),
    "tool_use_id": Column(Kind.TEXT, "id of the tool call that its block makes or answers"),
    "tool_name": Column(Kind.TEXT, "name of the tool that its block calls"),
    "raw": Column(Kind.TEXT, "the wire event as JSON, whole"),
}
BLOCKS = {
    "run": Column(Kind.CATEGORY, "id of the recording"),
    "block": Column(Kind.LARGE_COUNT, "contentBlockIndex"),
    "kind": Column(Kind.CATEGORY, "text, reasoning, tool_use, tool_result, image or unknown", _BLOCK_KINDS),
    "text": Column(Kind.TEXT, "its text, reasoning, or the JSON of its tool input or result"),
    "tool_use_id": Column(Kind.TEXT, "id of the tool call that it makes or answers"),
    "tool_name": Column(Kind.TEXT, "name of the tool that it calls"),
    "citations": Column(Kind.COUNT, "how many sources it cites"),
    "whole": Column(Kind.TRUTH, "whether its stop event came"),
}
TOOLS = {
    "run": Column(Kind.CATEGORY, "id of the recording"),
    "block": Column(Kind.LARGE_COUNT, "contentBlockIndex"),
    "tool_use_id": Column(Kind.TEXT, "id of the call"),
    "tool_name": Column(Kind.TEXT, "name of the tool"),
    "server": Column(Kind.TRUTH, "whether the service runs it, and the client must not"),
    "input": Column(Kind.TEXT, "the input as JSON, as it came"),
    "valid": Column(Kind.TRUTH, "whether the input is a JSON object, as it has to be"),
    "status": Column(Kind.CATEGORY, "success or error, of a call that the service ran", ("success", "error")),
    "whole": Column(Kind.TRUTH, "whether its stop event came"),
}
RUNS = {
    "id": Column(Kind.TEXT, "id of the recording"),
    "started_at": Column(Kind.TIME, "when the request was sent"),
    "state": Column(Kind.CATEGORY, "streaming, complete, incomplete, failed, stopped or lost", tuple(RunState)),
    "model": Column(Kind.CATEGORY, "model id, inference profile or ARN that was asked for"),
    "region": Column(Kind.TEXT, "AWS region"),
    "prompt": Column(Kind.TEXT, "text of the user's last message that has any"),
    "answer": Column(Kind.TEXT, "all text of the answer"),
    "stop_reason": Column(Kind.CATEGORY, "Bedrock's stopReason", _STOP_REASONS),
    "error": Column(Kind.TEXT, "code of what went wrong"),
    "error_message": Column(Kind.TEXT, "what went wrong, in words"),
    "request_id": Column(Kind.TEXT, "the service's id of the call"),
    "invoked_model": Column(Kind.TEXT, "the model that a prompt router chose"),
    "service_tier": Column(
        Kind.CATEGORY, "the tier that served the call, or was asked for", ("default", "priority", "flex", "reserved")
    ),
    "performance": Column(
        Kind.CATEGORY, "the latency that served the call, or was asked for", ("standard", "optimized")
    ),
    "input_tokens": Column(Kind.LARGE_COUNT, "input tokens, without those read from or written to the cache"),
    "output_tokens": Column(Kind.LARGE_COUNT, "output tokens"),
    "total_tokens": Column(Kind.LARGE_COUNT, "all of them"),
    "cache_read_tokens": Column(Kind.LARGE_COUNT, "input tokens read from the cache"),
    "cache_write_tokens": Column(Kind.LARGE_COUNT, "input tokens written to the cache"),
    "cache_write_1h_tokens": Column(Kind.LARGE_COUNT, "those of them that are kept for an hour"),
    "cost": Column(Kind.NUMBER, "US dollars; NA where the price is not known"),
    "latency": Column(Kind.SPAN, "the service's own figure"),
    "time_to_first_event": Column(Kind.SPAN, "from the request to the first event"),
    "time_to_first_text": Column(Kind.SPAN, "from the request to the first text or reasoning"),
    "duration": Column(Kind.SPAN, "from the request to the end"),
    "tokens_per_second": Column(Kind.NUMBER, "output tokens over the time from the first event to the last"),
    "events": Column(Kind.LARGE_COUNT, "how many events came"),
    "blocks": Column(Kind.LARGE_COUNT, "how many content blocks they make"),
    "tool_calls": Column(Kind.LARGE_COUNT, "calls that the client has to run"),
    "server_tool_calls": Column(Kind.LARGE_COUNT, "calls that the service runs"),
    "pinned": Column(Kind.TRUTH, "whether it stays when old recordings are deleted"),
}
GRAINS = {"events": EVENTS, "blocks": BLOCKS, "tools": TOOLS, "runs": RUNS}
"""The four grains: a row an event, a content block, a tool call, a call of the model."""
