"""Calls from Python: what the magic does, as functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bedrock_nb.core.request import build_request
from bedrock_nb.notebook.defaults import current, model_or_default
from bedrock_nb.notebook.recording import Recording
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.source import converse_stream, obtained
from bedrock_nb.wire.stream import Stream


def stream(
    prompt: str | None = None,
    *,
    model: str | None = None,
    profile: str | None = None,
    region: str | None = None,
    endpoint_url: str | None = None,
    read_timeout: float | None = None,
    **options: Any,
) -> Stream[Recording]:
    """Call converse_stream. It starts at once, in the background; iterate over it, or wait with `result()`.

    Args:
        prompt: The user's text; `messages=` takes a whole history in its place.
        model: A model id, inference profile or ARN.
        profile: A profile of the AWS configuration.
        region: An AWS region.
        endpoint_url: Another endpoint than the region's own.
        read_timeout: Seconds of silence before the response counts as stalled.
        options: The rest of the request: see `bedrock_nb.core.request.build_request`.

    Raises:
        InvalidInput: An option is wrong; nothing was sent.
    """
    request = build_request(prompt=prompt, model=model_or_default(model), **options)
    connection = connection_with(profile=profile, region=region, endpoint_url=endpoint_url, read_timeout=read_timeout)
    return Stream(converse_stream(connection, request), request, recording_type=Recording)


def connection_with(**options: Any) -> Connection:
    """The default way to reach Bedrock, with these options in place of its own; None leaves one as it is.

    An endpoint, profile or region that the call names leads away from the embedded endpoint.
    """
    given = {name: value for name, value in options.items() if value is not None}
    default = current().connection
    if default.anonymous and given.keys() & {"profile", "region", "endpoint_url"}:
        default = Connection()
    return replace(default, **given)


def wrap(response: Mapping[str, Any], request: Mapping[str, Any] | None = None) -> Stream[Recording]:
    """The stream of a response that somebody else obtained: the dict which boto3's converse_stream returned.

    Args:
        response: boto3's dict, not yet read.
        request: The arguments of the call, if they are to be kept in the recording.
    """
    return Stream(obtained(response), request or {}, recording_type=Recording)
