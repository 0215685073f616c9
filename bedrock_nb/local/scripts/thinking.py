"""Answers with reasoning before the text: signed, redacted, unsigned."""

import hashlib

from bedrock_nb.local.answer import Answer, Reasoning, RedactedReasoning, Text
from bedrock_nb.local.prompt import Request, opening_words

REDACTED_BYTES = b"\xff\xfe scripted redacted reasoning "
"""How every redacted block begins; it is no UTF-8, as the real ones aren't."""


def reasoning(request: Request) -> Answer:
    """Signed reasoning, then text."""
    return Answer((Reasoning(thoughts(request)), Text(_conclusion(request))))


def unsigned_reasoning(request: Request) -> Answer:
    """An empty text block, reasoning with no signature, then text: what gpt-oss sends."""
    return Answer((Text(""), Reasoning(thoughts(request), signed=False), Text(_conclusion(request))))


def redacted_reasoning(request: Request) -> Answer:
    """Two blocks of redacted reasoning, then text."""
    blocks = (_redacted(request, 0), _redacted(request, 1))
    return Answer((*blocks, Text(_conclusion(request))))


def thoughts(request: Request) -> str:
    """The reasoning of every script that has some."""
    return (
        f"The prompt begins “{opening_words(request)}”. A real model would think about it now. "
        "I am a script, so I only count to three: one, because reasoning comes in pieces of its own; "
        "two, because it ends with a signature; three, because the answer must not be mixed up with it."
    )


def _conclusion(request: Request) -> str:
    return (
        f"Having *thought* about “{opening_words(request)}”, this **scripted model** concludes that its "
        "reasoning was written beforehand, and that the answer is **42**.\n"
    )


def _redacted(request: Request, number: int) -> RedactedReasoning:
    seed = f"{number} {opening_words(request)}".encode("utf-8", "replace")
    return RedactedReasoning(REDACTED_BYTES + hashlib.sha512(seed).digest())
