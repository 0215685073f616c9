"""Where a stream's wire events come from: a call to Bedrock, or a response that somebody else obtained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from bedrock_nb.core.converse import converse_events
from bedrock_nb.core.deltas import Arrival
from bedrock_nb.core.errors import BedrockError, ExpiredCredentials, InvalidCredentials, InvalidInput, NoCredentials
from bedrock_nb.core.request.arguments import copied
from bedrock_nb.wire.checking import check_request
from bedrock_nb.wire.errors import translated
from bedrock_nb.wire.frames import arrivals
from bedrock_nb.wire.interrupt import Interrupt


class HasClient(Protocol):
    """What gives a boto3 client of bedrock-runtime: a `Connection`, for one."""

    def client(self) -> Any:
        """The client."""


@dataclass(frozen=True, slots=True)
class OpenResponse:
    """A response whose headers are there. `info` is what a Recording keeps of them; `close` frees the connection."""

    arrivals: Iterator[Arrival]
    info: Mapping[str, Any] = field(default_factory=dict)
    close: Callable[[], None] = lambda: None


Source: TypeAlias = Callable[[Interrupt], OpenResponse]
"""Opens a response; runs in the thread that will read it, and lets the interrupt end it."""


def converse_stream(connection: HasClient, request: Mapping[str, Any]) -> Source:
    """The source that calls converse_stream with these arguments.

    Raises:
        InvalidInput: At once, where the request is not valid; nothing is sent.
    """
    check_request(request)
    arguments = copied(request)

    def opened(interrupt: Interrupt) -> OpenResponse:
        region = None
        try:
            client = connection.client()
            region = client.meta.region_name
            response = client.converse_stream(**arguments)
        except Exception as error:  # noqa: BLE001 - raised again in our words, with its cause where that tells no secret
            told = translated(error, model=str(arguments.get("modelId", "")), region=region)
            _forget_bad_credentials(connection, told)
            raise told from told.__cause__
        return _open(response, interrupt, region=region)

    return opened


def obtained(response: Mapping[str, Any]) -> Source:
    """The source that reads what boto3's converse_stream returned, or converse, or a stand-in for either.

    Raises:
        InvalidInput: It is neither.
    """
    if not _is_response(response):
        raise InvalidInput(
            "This is no response of converse_stream or converse: it has no `stream` and no `output`.",
            advice="Give what client.converse_stream(…) or client.converse(…) returned, not the client.",
        )
    return lambda interrupt: _open(response, interrupt)


def _is_response(response: Any) -> bool:
    if not isinstance(response, Mapping):
        return False
    return isinstance(response.get("stream"), Iterable) or isinstance(response.get("output"), Mapping)


def _open(response: Mapping[str, Any], interrupt: Interrupt, *, region: str | None = None) -> OpenResponse:
    stream: Iterable[Any] = response["stream"] if "stream" in response else converse_events(response)
    interrupt.answered_by(getattr(stream, "_raw_stream", None))
    return OpenResponse(arrivals(stream), _info(response, region), getattr(stream, "close", lambda: None))


def _info(response: Mapping[str, Any], region: str | None) -> dict[str, Any]:
    metadata = response.get("ResponseMetadata") or {}
    info = {
        "request_id": metadata.get("RequestId"),
        "http_status": metadata.get("HTTPStatusCode"),
        "retry_attempts": metadata.get("RetryAttempts"),
        "region": region,
    }
    return {name: value for name, value in info.items() if value is not None}


def _forget_bad_credentials(connection: HasClient, error: BedrockError) -> None:
    forget = getattr(connection, "forget", None)
    if callable(forget) and isinstance(error, ExpiredCredentials | InvalidCredentials | NoCredentials):
        forget()
