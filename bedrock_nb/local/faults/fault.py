"""What a fault is, and the pieces of streams that faults are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bedrock_nb.local.answer import pieces
from bedrock_nb.local.steps import Script, Step, WireEvent

PARTIAL_TEXT = "This scripted answer was going well, until it"
"""What has come of the answer before a fault in mid-stream."""

WHOLE_TEXT = "This scripted answer is whole, in spite of what came with it."
"""What is said by the answers that are odd, but not broken."""


class When(StrEnum):
    """Where in a response its fault shows."""

    BEFORE_HEADERS = "before the headers"
    MID_STREAM = "in mid-stream"
    NEVER = "never: the answer is odd but whole"


@dataclass(frozen=True)
class Fault:
    """One fault: `build` makes its script anew for each endpoint, as a flaky one keeps count.

    `code` is the error code that the service names, empty where it names none; `status` the HTTP status
    of an error before the headers; `text` what has come of the answer when the fault shows.
    """

    name: str
    when: When
    summary: str
    build: Callable[[], Script]
    code: str = ""
    status: int = 200
    text: str = ""

    @property
    def model_id(self) -> str:
        """The id to ask for."""
        return f"local.fault-{self.name}-v1:0"


def opening(text: str = PARTIAL_TEXT) -> list[WireEvent]:
    """A stream that has begun: the messageStart and the deltas of one open text block."""
    return [{"messageStart": {"role": "assistant"}}, *(delta(0, text=piece) for piece in pieces(text))]


def closing(stop_reason: str = "end_turn") -> list[WireEvent]:
    """How a stream ends that has one text block open."""
    usage = {"inputTokens": 12, "outputTokens": 12, "totalTokens": 24}
    return [
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": stop_reason}},
        {"metadata": {"usage": usage, "metrics": {"latencyMs": 321}}},
    ]


def always(*steps: Step) -> Callable[[], Script]:
    """Builds the script that does the same for every request."""
    return lambda: lambda _request: steps


def delta(index: int, **members: object) -> WireEvent:
    """The delta with these members, `text="…"` for one."""
    return {"contentBlockDelta": {"delta": members, "contentBlockIndex": index}}


def tool_start(index: int, name: str) -> WireEvent:
    """The start of a tool call."""
    tool_use = {"toolUseId": f"tooluse_scripted_{name}", "name": name}
    return {"contentBlockStart": {"start": {"toolUse": tool_use}, "contentBlockIndex": index}}


def stop(index: int) -> WireEvent:
    """The end of a content block."""
    return {"contentBlockStop": {"contentBlockIndex": index}}
