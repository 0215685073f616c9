"""The keywords of `bedrock_nb.stream` and its kin, for editors and type checkers.

A test holds them equal to the options.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict


class Keywords(TypedDict, total=False):
    """Every option of a call; each means what the first line's option of the same name means."""

    model: str | None
    system: Any
    temperature: float | None
    top_p: float | None
    max_tokens: int | None
    stop: str | Sequence[str] | None
    thinking: int | str | bool | None
    effort: str | None
    tools: Any
    tool_choice: Any
    attach: str | Path | bytes | Mapping[str, Any] | Sequence[str | Path | bytes | Mapping[str, Any]] | None
    schema: Any
    schema_mode: str | None
    guardrail: Any
    guardrail_trace: str | None
    guardrail_mode: str | None
    cache_prompt: bool | str | None
    service_tier: Any
    latency: str | None
    fields: Mapping[str, Any] | str | None
    response_paths: str | Sequence[str] | None
    variables: Mapping[str, str] | None
    metadata: Mapping[str, str] | None
    profile: str | None
    region: str | None
    endpoint_url: str | None
    read_timeout: float | None
    connect_timeout: float | None
    retries: int | None
    no_history: bool | None


class Members(TypedDict, total=False):
    """Members of Converse's request that have no option of their own, by their names in Python."""

    messages: Sequence[Mapping[str, Any]] | None
    inference_config: Mapping[str, Any] | None
    tool_config: Mapping[str, Any] | None
    guardrail_config: Mapping[str, Any] | None
    additional_model_request_fields: Mapping[str, Any] | None
    additional_model_response_field_paths: Sequence[str] | None
    prompt_variables: Mapping[str, Any] | None
    request_metadata: Mapping[str, str] | None
    performance_config: Mapping[str, str] | None
    output_config: Mapping[str, Any] | None
    output_schema: Any


class Options(Keywords, Members, total=False):
    """All that a call can be given."""


OF_CELLS_ALONE = {
    "raw": "From Python a prompt is sent as it stands: use an f-string to fill something in.",
    "turns": "From Python several turns are a list: `messages=[…]`.",
    "chat": "From Python a chat is a `bedrock_nb.Conversation()`.",
    "new": "From Python a new `bedrock_nb.Conversation()` begins anew, and `reset()` empties one.",
    "confirm": "A function of yours can ask by itself before it does its work.",
    "max_rounds": "`stream` runs no tools; `exchange`, `converse` and `Conversation.send` do, and take it.",
    "cache": "`bedrock_nb.history()` finds earlier answers.",
    "refresh": "A call from Python always asks the model.",
    "dry_run": "From Python it is a function: `bedrock_nb.dry_run(…)`.",
    "no_display": "From Python nothing is shown by itself; `recording.show()` does it.",
    "no_events": "From Python nothing is shown by itself; `recording.show()` does it.",
    "bg": "`bedrock_nb.stream` and `exchange` go on at once, and `StreamWidget` shows what they give.",
}
"""The options of cells that the functions do not take, and what Python has in their place."""
