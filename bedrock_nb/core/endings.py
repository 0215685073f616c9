"""How a turn ended, where it did not end well: the stream's own exceptions, and the answer that just breaks off."""

from __future__ import annotations

from bedrock_nb.core.errors import (
    BedrockError,
    IncompleteResponse,
    InvalidRequest,
    ModelFailed,
    ServiceError,
    ServiceUnavailable,
    Throttled,
)
from bedrock_nb.core.events import StreamException
from bedrock_nb.core.turn import Turn

_KINDS: dict[str, type[BedrockError]] = {
    "internalServerException": ServiceUnavailable,
    "modelStreamErrorException": ModelFailed,
    "serviceUnavailableException": ServiceUnavailable,
    "throttlingException": Throttled,
    "validationException": InvalidRequest,
}
"""The exception members of botocore's `ConverseStreamOutput`."""


def ending_error(turn: Turn, request_id: str | None = None) -> BedrockError | None:
    """The error that the events of a finished stream amount to; None where the message came whole."""
    if turn.exception is not None:
        return _stream_exception(turn.exception, request_id)
    if turn.stop_reason is None:
        return IncompleteResponse("The response ended before the message was whole.", request_id=request_id)
    return None


def _stream_exception(exception: StreamException, request_id: str | None) -> BedrockError:
    kind = _KINDS.get(exception.code, ServiceError)
    message = exception.message or f"The service ended the response with {exception.code}."
    if exception.original_message:
        status = f" ({exception.original_status})" if exception.original_status else ""
        message = f"{message} The model said{status}: {exception.original_message}"
    return kind(message, code=exception.code, request_id=request_id)
