"""Streams that come to a good end, and are odd on the way."""

from bedrock_nb.local.faults.fault import WHOLE_TEXT, Fault, When, always, closing, delta, opening, stop, tool_start
from bedrock_nb.local.steps import Pause, Step


def _odd(name: str, summary: str, *steps: Step, text: str = WHOLE_TEXT) -> Fault:
    return Fault(name, When.NEVER, summary, always(*steps), text=text)


_START, *_TEXT = opening(WHOLE_TEXT)
_BLOCK_STOP, _MESSAGE_STOP, _METADATA = closing()
_TOOL_STOP = {"messageStop": {"stopReason": "tool_use"}}

ODD = (
    _odd("slow-start", "the first byte comes after half a second", Pause(0.5), _START, *_TEXT, *closing()),
    _odd(
        "unknown-event",
        "an event type that botocore doesn't know",
        _START,
        {"scriptedNovelEvent": {"note": "kept?", "contentBlockIndex": 0}},
        *_TEXT,
        *closing(),
    ),
    _odd(
        "unknown-delta",
        "a delta of an unknown kind",
        _START,
        *_TEXT,
        delta(0, scriptedNovelDelta={"note": "kept?"}),
        *closing(),
    ),
    _odd(
        "unknown-start",
        "a block that starts as an unknown kind",
        _START,
        *_TEXT,
        _BLOCK_STOP,
        {"contentBlockStart": {"start": {"scriptedNovelStart": {"note": "kept?"}}, "contentBlockIndex": 1}},
        stop(1),
        _MESSAGE_STOP,
        _METADATA,
    ),
    _odd(
        "unknown-members",
        "unknown keys beside the known ones",
        {"messageStart": {"role": "assistant", "scriptedNovelKey": 1}},
        *_TEXT,
        _BLOCK_STOP,
        {"messageStop": {"stopReason": "scripted_novel_reason", "scriptedNovelKey": {"a": [1, None]}}},
        {"metadata": {**_METADATA["metadata"], "scriptedNovelKey": "kept?"}},
    ),
    _odd("no-metadata", "an end after the messageStop, with no usage", _START, *_TEXT, _BLOCK_STOP, _MESSAGE_STOP),
    _odd(
        "metadata-first",
        "the metadata before the messageStop",
        _START,
        *_TEXT,
        _BLOCK_STOP,
        _METADATA,
        _MESSAGE_STOP,
    ),
    _odd("two-metadata", "the metadata twice", _START, *_TEXT, *closing(), _METADATA),
    _odd(
        "interleaved-text",
        "two text blocks whose deltas take turns",
        _START,
        delta(0, text="Hel"),
        delta(1, text="Wor"),
        delta(0, text="lo, "),
        delta(1, text="ld"),
        stop(0),
        stop(1),
        _MESSAGE_STOP,
        _METADATA,
        text="Hello, World",
    ),
    _odd(
        "interleaved-tools",
        "two tool calls whose input takes turns",
        _START,
        tool_start(0, "first"),
        tool_start(1, "second"),
        delta(0, toolUse={"input": '{"a":'}),
        delta(1, toolUse={"input": '{"b":'}),
        delta(0, toolUse={"input": "1}"}),
        delta(1, toolUse={"input": "2}"}),
        stop(0),
        stop(1),
        _TOOL_STOP,
        _METADATA,
        text="",
    ),
    _odd(
        "broken-tool-json",
        "a tool call whose input is no JSON",
        _START,
        tool_start(0, "first"),
        delta(0, toolUse={"input": '{"a": 1, "b": [tru'}),
        stop(0),
        {"messageStop": {"stopReason": "malformed_tool_use"}},
        _METADATA,
        text="",
    ),
    _odd(
        "orphan-tool-delta",
        "tool input with no start before it",
        _START,
        delta(0, toolUse={"input": '{"a": 1}'}),
        stop(0),
        _TOOL_STOP,
        _METADATA,
        text="",
    ),
    _odd("no-block-stop", "a block that is never stopped", _START, *_TEXT, _MESSAGE_STOP, _METADATA),
)
