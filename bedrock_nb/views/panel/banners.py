"""What the reader should know before trusting an answer: failures, cut-offs, guardrails, and what did not fit."""

from __future__ import annotations

import re

from bedrock_nb.core.errors import BedrockError, IncompleteResponse, Stopped
from bedrock_nb.core.events import Wire
from bedrock_nb.core.turn import Turn
from bedrock_nb.views.panel.calls import Moment
from bedrock_nb.views.panel.guardrail import fired_policies
from bedrock_nb.views.panel.panel import Banner

_CUT_OFFS = {
    "max_tokens": (
        "The answer is cut off",
        "It reached the limit of output tokens (max_tokens).",
        "Raise it with `--max-tokens`, or ask the model to go on.",
    ),
    "model_context_window_exceeded": (
        "The answer is cut off",
        "Prompt and answer together reached the limit of the model's context window.",
        "Send less: a shorter prompt, fewer turns, or smaller documents.",
    ),
    "content_filtered": (
        "The answer was filtered",
        "The model's own content filter held something back.",
        "Change the prompt, if what was asked for is harmless.",
    ),
    "malformed_model_output": (
        "The model's output is malformed",
        "The service could not read what the model wrote.",
        "Run it again; lower the temperature if it happens often.",
    ),
    "malformed_tool_use": (
        "A tool call is malformed",
        "The service could not read the model's call of a tool.",
        "Run it again; a simpler input schema helps.",
    ),
}
MOST_PROBLEMS = 20


def banners_of(moment: Moment) -> tuple[Banner, ...]:
    """The banners of one call, the most serious first."""
    turn = moment.turn
    banners = (
        _ending(moment.error, turn) if moment.error else None,
        _guardrail(turn),
        _cut_off(turn),
        _problems(turn),
    )
    return tuple(banner for banner in banners if banner)


def _ending(error: BedrockError, turn: Turn) -> Banner:
    if isinstance(error, Stopped):
        return Banner("notice", "Stopped", "What came before is kept." if turn.blocks else "Nothing had come yet.")
    is_cut = isinstance(error, IncompleteResponse)
    return Banner(
        "warning" if is_cut else "error",
        "The answer is incomplete" if is_cut else _in_words(type(error).__name__),
        error.message,
        advice=error.advice,
        code=error.code,
        request_id=error.request_id or "",
    )


def _in_words(kind: str) -> str:
    """The name of an error as a title: "Access denied" of AccessDenied."""
    return re.sub("(?<!^)([A-Z])", r" \1", kind).capitalize()


def _guardrail(turn: Turn) -> Banner | None:
    trace = (turn.trace or {}).get("guardrail")
    policies = fired_policies(trace) if isinstance(trace, dict) else ()
    if turn.stop_reason != "guardrail_intervened" and not policies:
        return None
    title = "A guardrail intervened" if turn.stop_reason == "guardrail_intervened" else "A guardrail found something"
    return Banner("warning", title, _reason(trace), policies, _guardrail_advice(trace))


def _reason(trace: Wire | None) -> str:
    reason = trace.get("actionReason") if isinstance(trace, dict) else None
    return " ".join(reason.split()) if isinstance(reason, str) else ""


def _guardrail_advice(trace: Wire | None) -> str:
    return "" if trace else "Turn the guardrail's trace on to see which policy it was."


def _cut_off(turn: Turn) -> Banner | None:
    if turn.stop_reason not in _CUT_OFFS:
        return None
    title, text, advice = _CUT_OFFS[turn.stop_reason]
    return Banner("warning", title, text, advice=advice)


def _problems(turn: Turn) -> Banner | None:
    messages = [problem.message for problem in turn.problems]
    if not messages:
        return None
    more = len(messages) - MOST_PROBLEMS
    shown = messages[:MOST_PROBLEMS] + ([f"… and {more} more"] if more > 0 else [])
    return Banner("notice", "Some of the stream did not fit; all of it is kept", details=tuple(shown))
