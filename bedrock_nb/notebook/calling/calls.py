"""Calls from Python: what a `%%bedrock` cell does, as functions with the same options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, Unpack

from bedrock_nb.notebook.calling import asking
from bedrock_nb.notebook.calling.dry_run import DryRun
from bedrock_nb.notebook.calling.exchange import Exchange
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.notebook.options.keywords import Options
from bedrock_nb.wire.source import obtained
from bedrock_nb.wire.stream import Stream

Prompt: TypeAlias = str | Mapping[str, Any] | Sequence[str | Mapping[str, Any]]
"""Text, a content block, or a list of both: the user's message. `messages=` takes a whole history in its place."""


def stream(prompt: Prompt | None = None, **options: Unpack[Options]) -> Stream[Recording]:
    """Call converse_stream. It starts at once, in the background: iterate over it, await it, or wait with `result()`.

    The model is told of `tools`, and its calls of them are in the recording; `exchange` and `converse` run them too.

    Args:
        prompt: The user's message; `messages=` takes a whole history in its place.
        **options: The options of a `%%bedrock` cell (`%%bedrock -h`), with underscores for hyphens. Members of the
            request that have no option go by their own names, such as `inference_config`.

    Raises:
        InvalidInput: An option is wrong; nothing was sent.
    """
    call, _ = asking.prepared(prompt, **_given(options))
    return call.start()


def exchange(prompt: Prompt | None = None, *, max_rounds: int | None = None, **options: Unpack[Options]) -> Exchange:
    """Ask a model and run the tools that it calls, up to the final answer. It starts at once, in the background.

    Args:
        prompt: As of `stream`.
        max_rounds: How often the model may ask for tools; 10 where it is None.
        **options: As of `stream`.

    Raises:
        InvalidInput: An option is wrong; nothing was sent.
    """
    return asking.exchange(prompt, max_rounds=max_rounds, **_given(options))


def converse(prompt: Prompt | None = None, *, max_rounds: int | None = None, **options: Unpack[Options]) -> Recording:
    """Ask a model, run the tools that it calls, and wait for the final answer; arguments as of `exchange`.

    Raises:
        BedrockError: What went wrong; its `recording` holds all that came before.
    """
    begun = exchange(prompt, max_rounds=max_rounds, **options)
    return begun.result().raise_for_error()


async def converse_async(
    prompt: Prompt | None = None, *, max_rounds: int | None = None, **options: Unpack[Options]
) -> Recording:
    """As `converse`, for `await`; other tasks go on meanwhile. Cancelling the task cancels the call."""
    begun = exchange(prompt, max_rounds=max_rounds, **options)
    try:
        return (await begun).raise_for_error()
    finally:
        begun.cancel()  # does nothing where it is over


def dry_run(prompt: Prompt | None = None, **options: Unpack[Options]) -> DryRun:
    """The request that `stream` would send, with its tokens counted where the service can; the model is not asked."""
    call, _ = asking.prepared(prompt, **_given(options))
    return DryRun.of(call)


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def wrap(response: Mapping[str, Any], request: Mapping[str, Any] | None = None) -> Stream[Recording]:
    """The stream of a response that somebody else obtained: what boto3's converse_stream or converse returned.

    Args:
        response: boto3's dict, not yet read.
        request: The arguments of the call, if they are to be kept in the recording.
    """
    return Stream(obtained(response), request or {}, recording_type=Recording)
