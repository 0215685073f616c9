"""Calls from Python: what a `%%bedrock` cell does, as functions with the same options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, Unpack

from bedrock_nb.notebook.composing import compose
from bedrock_nb.notebook.dry_run import DryRun
from bedrock_nb.notebook.keywords import Options
from bedrock_nb.notebook.recording import Recording
from bedrock_nb.wire.source import obtained
from bedrock_nb.wire.stream import Stream

Prompt: TypeAlias = str | Mapping[str, Any] | Sequence[str | Mapping[str, Any]]
"""Text, a content block, or a list of both: the user's message. `messages=` takes a whole history in its place."""


def stream(prompt: Prompt | None = None, **options: Unpack[Options]) -> Stream[Recording]:
    """Call converse_stream. It starts at once, in the background: iterate over it, await it, or wait with `result()`.

    Args:
        prompt: The user's message; `messages=` takes a whole history in its place.
        **options: The options of a `%%bedrock` cell, with underscores for hyphens; see `bedrock_nb.help()`. Members of
            the request that have no option go by their own names, such as `tool_config`.

    Raises:
        InvalidInput: An option is wrong; nothing was sent.
    """
    return compose(prompt, options).start()


def converse(prompt: Prompt | None = None, **options: Unpack[Options]) -> Recording:
    """Make the call and wait for its end; arguments as of `stream`.

    Raises:
        BedrockError: What went wrong; its `recording` holds all that came before.
    """
    return compose(prompt, options).start().raise_for_error()


async def converse_async(prompt: Prompt | None = None, **options: Unpack[Options]) -> Recording:
    """As `converse`, for `await`; other tasks go on meanwhile. Cancelling the task cancels the call."""
    started = compose(prompt, options).start()
    try:
        return (await started).raise_for_error()
    finally:
        started.cancel()  # does nothing where the call is over


def dry_run(prompt: Prompt | None = None, **options: Unpack[Options]) -> DryRun:
    """The request that `stream` would send, with its tokens counted where the service can; the model is not asked."""
    return DryRun.of(compose(prompt, options))


def wrap(response: Mapping[str, Any], request: Mapping[str, Any] | None = None) -> Stream[Recording]:
    """The stream of a response that somebody else obtained: what boto3's converse_stream or converse returned.

    Args:
        response: boto3's dict, not yet read.
        request: The arguments of the call, if they are to be kept in the recording.
    """
    return Stream(obtained(response), request or {}, recording_type=Recording)
