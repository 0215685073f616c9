"""What parts of a panel are called, in the same words wherever they are shown."""

from __future__ import annotations

from bedrock_nb.views.panel.figures import duration
from bedrock_nb.views.panel.panel import Banner, Reasoning, ToolCall

SHORTEST_SAID = 0.01
"""Seconds of reasoning below which it is not said how long it took."""


def reasoning_title(block: Reasoning) -> str:
    """What stands above reasoning, also while it is folded away."""
    if block.growing:
        return "Thinking…"
    encrypted = " (encrypted)" if block.redacted_bytes and not block.text else ""
    if block.seconds is None or block.seconds < SHORTEST_SAID:  # "for 0.00 s" tells nothing
        return f"Reasoning{encrypted}"
    return f"Thought for {duration(block.seconds)}{encrypted}"


def reasoning_notes(block: Reasoning) -> tuple[str, ...]:
    """What there is to know about reasoning besides its text."""
    encrypted = (
        f"{block.redacted_bytes:,} bytes of this reasoning are encrypted: only the model's provider can read them. "
        "They are kept, and go back to the model as they came."
    )
    signed = "Signed by the provider, so it can go back to the model."
    return (*([encrypted] if block.redacted_bytes else []), *([signed] if block.signed else []))


def tool_title(block: ToolCall) -> str:
    """Who runs the tool."""
    return "Server tool" if block.server else "Tool call"


def banner_reference(banner: Banner) -> str:
    """What to quote when asking for support."""
    return " · ".join(filter(None, (banner.code, banner.request_id and f"request {banner.request_id}")))
