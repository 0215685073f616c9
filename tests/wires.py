"""Wire events for tests: short ways to write them, strategies that make them up, real ones where they are at hand."""

import base64
import json
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

CAPTURES = Path(__file__).parents[2] / "shared" / "captures"

START = {"messageStart": {"role": "assistant"}}
END_TURN = {"messageStop": {"stopReason": "end_turn"}}


def delta(index, **union):
    return {"contentBlockDelta": {"delta": union, "contentBlockIndex": index}}


def text(index, piece):
    return delta(index, text=piece)


def thought(index, piece):
    return delta(index, reasoningContent={"text": piece})


def signature(index, token):
    return delta(index, reasoningContent={"signature": token})


def redacted(index, data):
    return delta(index, reasoningContent={"redactedContent": data})


def tool_input(index, piece):
    return delta(index, toolUse={"input": piece})


def start(index, **union):
    return {"contentBlockStart": {"start": union, "contentBlockIndex": index}}


def tool_start(index, name, tool_use_id="t1", **more):
    return start(index, toolUse={"toolUseId": tool_use_id, "name": name, **more})


def stop(index):
    return {"contentBlockStop": {"contentBlockIndex": index}}


def message_stop(reason):
    return {"messageStop": {"stopReason": reason}}


def usage(input_tokens, output_tokens, **more):
    counts = {"inputTokens": input_tokens, "outputTokens": output_tokens, "totalTokens": input_tokens + output_tokens}
    return {"metadata": {"usage": {**counts, **more}, "metrics": {"latencyMs": 100}}}


HELLO = [START, text(0, "Hel"), text(0, "lo"), stop(0), END_TURN, usage(3, 2)]


# Strategies.

any_text = st.text(max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | any_text | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
indices = st.integers(0, 3)

deltas = st.one_of(
    st.builds(text, indices, any_text),
    st.builds(thought, indices, any_text),
    st.builds(signature, indices, any_text),
    st.builds(redacted, indices, st.binary(max_size=6)),
    st.builds(tool_input, indices, any_text),
    st.builds(lambda i, source: delta(i, citation={"source": source, "title": "t"}), indices, any_text),
    st.builds(lambda i, words: delta(i, toolResult=[{"text": words}]), indices, any_text),
    st.builds(lambda i, data: delta(i, image={"source": {"bytes": data}}), indices, st.binary(max_size=6)),
    st.builds(lambda i, value: delta(i, novelDelta=value), indices, json_values),
)
starts = st.one_of(
    st.builds(tool_start, indices, st.sampled_from(["search", "sum"]), st.sampled_from(["t1", "t2"])),
    st.builds(lambda i: tool_start(i, "web", "s1", type="server_tool_use"), indices),
    st.builds(lambda i: start(i, toolResult={"toolUseId": "s1", "status": "success"}), indices),
    st.builds(lambda i: start(i, image={"format": "png"}), indices),
    st.builds(lambda i, value: start(i, novelStart=value), indices, json_values),
)
others = st.one_of(
    st.just(START),
    st.builds(stop, indices),
    st.builds(message_stop, st.sampled_from(["end_turn", "tool_use", "novel_reason"])),
    st.builds(usage, st.integers(0, 9), st.integers(0, 9)),
    st.builds(lambda words: {"throttlingException": {"message": words}}, any_text),
    st.builds(lambda value: {"novelEvent": value}, json_values),
    st.dictionaries(st.text(max_size=5), json_values, max_size=2),
)
wires = deltas | starts | others
wire_lists = st.lists(wires, max_size=14)
timed_lists = st.lists(
    st.tuples(st.none() | st.integers(0, 10**7).map(lambda ms: ms / 1000) | st.floats(0, 1e6), wires), max_size=14
)

a_thousand_times = settings(max_examples=max(1000, settings().max_examples))
"""For the properties that all else rests on; with the others they make over ten thousand examples in every run."""


# Real responses.


def captures():
    """(name, body, events) of each captured stream; none where the folder is not at hand."""
    return [
        (path.stem, path.read_bytes(), _with_bytes(json.loads(path.with_suffix(".json").read_text())))
        for path in sorted(CAPTURES.glob("*.bin"))
        if isinstance(json.loads(path.with_suffix(".json").read_text()), list)
    ]


def _with_bytes(value):
    match value:
        case {"__b64__": encoded}:
            return base64.b64decode(encoded)
        case dict():
            return {name: _with_bytes(member) for name, member in value.items()}
        case list():
            return [_with_bytes(member) for member in value]
    return value
