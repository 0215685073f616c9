"""The streams on which libraries go wrong, through each library: right, dropped, wrong or crash.

What is judged is what the library itself has put together when the response is over, not what somebody could make of
its events. An error is right where the stream has one; a `crash` is an error where the stream is sound.
"""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from figures import told_error

from bedrock_nb.local import LocalBedrock, Pause, Step, StreamException

Verdict = Literal["right", "dropped", "wrong", "crash"]
Outcome = Mapping[str, Any]

READERS = Path(__file__).parent / "readers"
LIMIT_SECONDS = 30


@dataclass(frozen=True)
class Library:
    """A library, the environment it is in, and its reader in `readers/`."""

    name: str
    environment: str
    reader: str


LIBRARIES = (
    Library("bedrock_nb", "bedrock-nb", "with_bedrock_nb.py"),
    Library("aws-bedrock-runtime-mate 0.1.1", "mate", "with_mate.py"),
    Library("pydantic-ai-slim 2.68.0", "pydantic-ai", "with_pydantic_ai.py"),
    Library("langchain-aws 1.9.1", "langchain-aws", "with_langchain_aws.py"),
    Library("strands-agents 1.62.0", "strands", "with_strands.py"),
    Library("mirascope 1.25.7", "mirascope", "with_mirascope.py"),
)


@dataclass(frozen=True)
class Case:
    """One stream, how it is read, and what is right."""

    title: str
    steps: tuple[Step, ...]
    judge: Callable[[Outcome], Verdict]
    mode: Literal["read", "again", "two"] = "read"


class ReaderFailed(Exception):
    """A reader could not be started, or ended before all cases were read."""


def verdicts(pythons: Mapping[str, Path]) -> dict[str, Any]:
    """What each library makes of each case, and which library could not be asked.

    Returns:
        `verdicts`: for each library and case its verdict and its outcome; `failures`: for each other library why.
    """
    told: dict[str, Any] = {"verdicts": {}, "failures": {}}
    with LocalBedrock() as endpoint:
        asked = [
            {"model": endpoint.play(case.steps, _model(number)), "mode": case.mode} for number, case in enumerate(CASES)
        ]
        for library in LIBRARIES:
            if python := pythons.get(library.environment):
                try:
                    told["verdicts"][library.name] = _verdicts(library, python, endpoint.environment, asked)
                except ReaderFailed as error:
                    told["failures"][library.name] = told_error(error)
    return told


def _verdicts(
    library: Library, python: Path, variables: Mapping[str, str], asked: list[dict[str, str]]
) -> dict[str, dict[str, Any]]:
    outcomes: list[Outcome] = []
    while len(outcomes) < len(asked):
        outcomes += _outcomes(library, python, variables, asked[len(outcomes) :])
        if len(outcomes) < len(asked):
            outcomes.append({"raised": f"no answer within {LIMIT_SECONDS} s", "kept": None, "texts": []})
    return {
        case.title: {"verdict": case.judge(outcome), **outcome} for case, outcome in zip(CASES, outcomes, strict=True)
    }


def _outcomes(
    library: Library, python: Path, variables: Mapping[str, str], asked: list[dict[str, str]]
) -> list[Outcome]:
    """The outcomes up to the end, or up to the case in which the reader hangs."""
    reader = subprocess.Popen(
        [str(python), str(READERS / library.reader), "cases"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **variables, "AWS_REGION": "us-east-1", "PYTHONWARNINGS": "ignore"},
    )
    try:
        said, complaints = reader.communicate(json.dumps(asked), timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        reader.kill()
        said, _ = reader.communicate()
    else:
        if reader.returncode:
            raise ReaderFailed(complaints.strip().rpartition("\n")[2] or f"exit code {reader.returncode}")
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


def _model(number: int) -> str:
    return f"us.amazon.nova-case-{number}-v1:0"


# The pieces of the streams.

_START: Step = {"messageStart": {"role": "assistant"}}
_USAGE = {"inputTokens": 12, "outputTokens": 12, "totalTokens": 24}
_METADATA: Step = {"metadata": {"usage": _USAGE, "metrics": {"latencyMs": 321}}}
_PARTIAL = "This answer was going well, until it"
_REDACTED = b"\xff\xfe\x00\x9f"
_PICTURE = b"\x89PNG\r\n\x1a\n\x00\xff"


def _delta(index: int, **members: object) -> Step:
    return {"contentBlockDelta": {"delta": members, "contentBlockIndex": index}}


def _stop(index: int) -> Step:
    return {"contentBlockStop": {"contentBlockIndex": index}}


def _tool(index: int, name: str, **more: str) -> Step:
    tool_use = {"toolUseId": f"tooluse_{name}", "name": name, **more}
    return {"contentBlockStart": {"start": {"toolUse": tool_use}, "contentBlockIndex": index}}


def _input(index: int, text: str) -> Step:
    return _delta(index, toolUse={"input": text})


def _stream(*steps: Step, stop_reason: str = "end_turn") -> tuple[Step, ...]:
    return (_START, *steps, {"messageStop": {"stopReason": stop_reason}}, _METADATA)


def _words(text: str) -> tuple[Step, ...]:
    return tuple(_delta(0, text=word + " ") for word in text.split())


def _slowly(text: str) -> tuple[Step, ...]:
    """The words with time between them, so that two readers meet."""
    return tuple(step for word in _words(text) for step in (Pause(0.03), word))


# What is right.


def _blocks(outcome: Outcome, key: str) -> list[dict[str, Any]]:
    kept = outcome["kept"] or {"blocks": []}
    return [block for block in kept["blocks"] if key in block]


def _text(outcome: Outcome) -> str:
    return "".join(block["text"] for block in _blocks(outcome, "text"))


def _sound(judge: Callable[[Outcome], Verdict]) -> Callable[[Outcome], Verdict]:
    """For a stream that has no error: any error is a crash."""
    return lambda outcome: "crash" if outcome["raised"] else judge(outcome)


@_sound
def _interleaved_text(outcome: Outcome) -> Verdict:
    if _text(outcome) == "Hello, World":
        return "right"
    return "wrong" if _text(outcome) else "dropped"


@_sound
def _interleaved_tools(outcome: Outcome) -> Verdict:
    calls = {block["tool"]: block["input"] for block in _blocks(outcome, "tool")}
    if calls == {"first": {"a": 1}, "second": {"b": 2}}:
        return "right"
    return "wrong" if calls else "dropped"


@_sound
def _no_input(outcome: Outcome) -> Verdict:
    calls = [block["input"] for block in _blocks(outcome, "tool")]
    if not calls:
        return "dropped"
    return "right" if calls in ([{}], [""]) else "wrong"


@_sound
def _cut_json(outcome: Outcome) -> Verdict:
    """Right is a call that says it is none, with what came of it; not one that looks valid."""
    calls = _blocks(outcome, "tool")
    if not calls:
        return "dropped"
    return "right" if all(call.get("invalid") and call.get("raw") for call in calls) else "wrong"


@_sound
def _no_start(outcome: Outcome) -> Verdict:
    """Right is to keep the input, and not to offer a call that has no name."""
    calls = _blocks(outcome, "tool")
    if not calls:
        return "dropped"
    return "wrong" if any(call["runs"] and not call.get("invalid") for call in calls) else "right"


def _bytes_kept(key: str, data: bytes) -> Callable[[Outcome], Verdict]:
    def judge(outcome: Outcome) -> Verdict:
        kept = "".join(block[key] for block in _blocks(outcome, key))
        if not kept:
            return "dropped"
        return "right" if kept == data.hex() else "wrong"

    return _sound(judge)


@_sound
def _citation(outcome: Outcome) -> Verdict:
    cited = _blocks(outcome, "citation")
    if not cited:
        return "dropped"
    return "wrong" if any(block.get("text") for block in cited) else "right"


@_sound
def _unknown_delta(outcome: Outcome) -> Verdict:
    if _text(outcome).strip() != "All is well.":
        return "wrong"
    return "right" if "kept?" in json.dumps(outcome["kept"]) else "dropped"


def _cut_short(outcome: Outcome) -> Verdict:
    """Right is to say that something is missing, by an error or otherwise, and to keep what came."""
    told = outcome["raised"] or (outcome["kept"] or {}).get("incomplete")
    if _text(outcome).strip() != _PARTIAL:
        return "dropped"
    return "right" if told else "wrong"


def _broken_off(outcome: Outcome) -> Verdict:
    if not outcome["raised"]:
        return "wrong"
    return "right" if _text(outcome).strip() == _PARTIAL else "dropped"


@_sound
def _usage_once(outcome: Outcome) -> Verdict:
    usage = (outcome["kept"] or {}).get("usage")
    if not usage:
        return "dropped"
    return "right" if usage[:2] == [12, 12] else "wrong"


@_sound
def _all_of_it(outcome: Outcome) -> Verdict:
    *_, last = outcome["texts"]
    return "right" if "".join(last).strip() == _PARTIAL else "wrong"


@_sound
def _both_all_of_it(outcome: Outcome) -> Verdict:
    whole = [("".join(texts)).strip() == _PARTIAL for texts in outcome["texts"]]
    return "right" if all(whole) else "wrong"


@_sound
def _server_tool(outcome: Outcome) -> Verdict:
    calls = _blocks(outcome, "tool")
    if any(call["runs"] for call in calls):
        return "wrong"
    others = calls or _blocks(outcome, "other")
    return "right" if others else "dropped"


_SOURCE = {
    "title": "The report",
    "source": "report.pdf",
    "location": {"documentPage": {"documentIndex": 0, "start": 1, "end": 2}},
}
_RESULT = {
    "toolUseId": "tooluse_nova_code_interpreter",
    "type": "nova_code_interpreter_result",
    "status": "success",
}
_OUTPUT = {"stdOut": "42", "stdErr": "", "exitCode": 0, "isError": False}

CASES = (
    Case(
        "text at index 0, 1, 0, 1",
        _stream(
            _delta(0, text="Hel"),
            _delta(1, text="Wor"),
            _delta(0, text="lo, "),
            _delta(1, text="ld"),
            _stop(0),
            _stop(1),
        ),
        _interleaved_text,
    ),
    Case(
        "two tools, interleaved",
        _stream(
            _tool(0, "first"),
            _tool(1, "second"),
            _input(0, '{"a":'),
            _input(1, '{"b":'),
            _input(0, "1}"),
            _input(1, "2}"),
            _stop(0),
            _stop(1),
            stop_reason="tool_use",
        ),
        _interleaved_tools,
    ),
    Case("tool with no input", _stream(_tool(0, "first"), _stop(0), stop_reason="tool_use"), _no_input),
    Case(
        "tool JSON cut by max_tokens",
        _stream(_tool(0, "first"), _input(0, '{"a": 1, "b": [tr'), _stop(0), stop_reason="max_tokens"),
        _cut_json,
    ),
    Case("tool delta with no start", _stream(_input(0, '{"a": 1}'), _stop(0), stop_reason="tool_use"), _no_start),
    Case(
        "redacted reasoning, not UTF-8",
        _stream(_delta(0, reasoningContent={"redactedContent": _REDACTED}), _stop(0), _delta(1, text="So."), _stop(1)),
        _bytes_kept("redacted", _REDACTED),
    ),
    Case(
        "redacted reasoning in two deltas",
        _stream(
            _delta(0, reasoningContent={"redactedContent": b"first half, "}),
            _delta(0, reasoningContent={"redactedContent": b"second half"}),
            _stop(0),
            _delta(1, text="So."),
            _stop(1),
        ),
        _bytes_kept("redacted", b"first half, second half"),
    ),
    Case(
        "citation-only block",
        _stream(
            _delta(0, text="It says: "),
            _stop(0),
            _delta(1, citation=_SOURCE),
            _stop(1),
            _delta(2, text="The end."),
            _stop(2),
        ),
        _citation,
    ),
    Case(
        "image delta",
        _stream(
            {"contentBlockStart": {"start": {"image": {"format": "png"}}, "contentBlockIndex": 0}},
            _delta(0, image={"source": {"bytes": _PICTURE}}),
            _stop(0),
            _delta(1, text="There."),
            _stop(1),
        ),
        _bytes_kept("image", _PICTURE),
    ),
    Case(
        "unknown delta",
        _stream(_delta(0, text="All is "), _delta(0, novelDelta={"note": "kept?"}), _delta(0, text="well."), _stop(0)),
        _unknown_delta,
    ),
    Case("end of file with no messageStop", (_START, *_words(_PARTIAL)), _cut_short),
    Case(
        "exception mid-stream",
        (_START, *_words(_PARTIAL), StreamException("modelStreamErrorException", "The model failed.", {})),
        _broken_off,
    ),
    Case("two metadata events", (*_stream(_delta(0, text="Twice."), _stop(0)), _METADATA), _usage_once),
    Case("break, then iterate again", _stream(*_words(_PARTIAL), _stop(0)), _all_of_it, "again"),
    Case("two readers of one response", _stream(*_slowly(_PARTIAL), _stop(0)), _both_all_of_it, "two"),
    Case(
        "server tool and its result",
        _stream(
            _tool(0, "nova_code_interpreter", type="server_tool_use"),  # one that the service has
            _input(0, '{"snippet": "print(6 * 7)"}'),
            _stop(0),
            {"contentBlockStart": {"start": {"toolResult": _RESULT}, "contentBlockIndex": 1}},
            _delta(1, toolResult=[{"json": _OUTPUT}]),
            _stop(1),
            _delta(2, text="It is 42."),
            _stop(2),
        ),
        _server_tool,
    ),
)
