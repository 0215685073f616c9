"""What a script may do: say an event, send raw bytes, wait, fail. The words every script is written in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bedrock_nb.local.eventstream import exception_frame, to_json

WireEvent = dict[str, Any]
"""One event of the stream: a dict with one key, the event type, over its payload; bytes are allowed."""


@dataclass(frozen=True)
class StreamException:
    """A modelled exception in mid-stream, such as `throttlingException`; over `converse` an HTTP error."""

    exception_type: str
    message: str
    members: Mapping[str, object] = field(default_factory=dict)

    @property
    def frame(self) -> bytes:
        """The exception on the wire."""
        return exception_frame(self.exception_type, {"message": self.message, **self.members})


@dataclass(frozen=True)
class Pause:
    """Wait this many seconds; as the first step it delays the response's headers too."""

    seconds: float


@dataclass(frozen=True)
class Stall:
    """Send nothing more, until the client goes away or the endpoint is closed."""


@dataclass(frozen=True)
class Cut:
    """Drop the connection in the middle of the body; with `reset` it is torn down without a goodbye."""

    reset: bool = False


Step = WireEvent | bytes | StreamException | Pause | Stall | Cut
"""Raw bytes are sent as they are: frames of one's own making, or a captured response body."""

Script = Callable[[dict[str, Any]], Iterable[Step]]
"""A model: takes the request as boto3 names its members (`modelId`, `messages`, ...; blobs in base64) and
says what happens. It raises an `HttpRefusal` before its first step to answer with an HTTP error."""


class HttpRefusal(Exception):
    """An answer that is no success: a status, headers and a body, sent before any event."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.headers = dict(headers)
        self.body = body


class ServiceError(HttpRefusal):
    """An error in the service's own form: the code in `x-amzn-ErrorType`, the message in a JSON body."""

    def __init__(self, status: int, code: str, message: str, **members: object) -> None:
        headers = {
            "Content-Type": "application/json",
            "x-amzn-ErrorType": f"{code}:http://internal.amazon.com/coral/com.amazon.bedrock/",
        }
        super().__init__(status, headers, to_json({"message": message, **members}))
        self.args = (f"{code} ({status}): {message}",)
        self.code = code
        self.message = message


def invalid(message: str) -> ServiceError:
    """The ValidationException that says `message`."""
    return ServiceError(400, "ValidationException", message)
