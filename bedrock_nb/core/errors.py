"""Everything that can go wrong with a call, as one flat family.

Each error says what happened (`message`), what the service calls it (`code`), which request it was (`request_id`),
whether the same call may work later (`retryable`), and what to do (`advice`). Foreign errors become one of these at the
edge, with the original as `__cause__`. An error is a value too: it compares by what it says, and a recording keeps it.
"""

from __future__ import annotations

from typing import Any, ClassVar


class BedrockError(Exception):
    """Something went wrong with a call to Bedrock. `recording`, where it is set, holds all that came before."""

    retryable: ClassVar[bool] = False
    advice_text: ClassVar[str] = ""

    def __init__(
        self, message: str, *, code: str = "", request_id: str | None = None, advice: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).__name__
        self.request_id = request_id
        self.advice = self.advice_text if advice is None else advice
        self.recording: Any = None

    def to_dict(self) -> dict[str, Any]:
        """The error as JSON-safe data; its inverse is `error_from_dict`."""
        return {
            "kind": type(self).__name__,
            "message": self.message,
            "code": self.code,
            "request_id": self.request_id,
            "advice": self.advice,
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BedrockError) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((type(self), self.message, self.code, self.request_id))

    def __str__(self) -> str:
        """What happened, and on a line of its own what to do: so a plain traceback ends with it too."""
        return "\n".join(filter(None, (self.message, self.advice)))

    @property
    def headline(self) -> str:
        """What happened, in one line: the service's name for it, the message, and which request it was."""
        where = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.code}: {self.message}{where}"

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: the user can mend this, and needs no frames of ours to do it."""
        return list(filter(None, (self.headline, self.advice)))


# Before anything is sent: the caller's side.


class InvalidInput(BedrockError):
    """An argument, option or part of the request is wrong; nothing was sent."""


class MissingExtra(BedrockError):
    """A feature needs a library that is not installed."""


class NoCredentials(BedrockError):
    """No AWS credentials were found."""

    advice_text = (
        "Set them up with `aws configure`, `aws sso login` or AWS_BEARER_TOKEN_BEDROCK, or choose a profile with "
        "--profile. To try things out without an account, run `%bedrock local`."
    )


class ExpiredCredentials(BedrockError):
    """The AWS credentials were valid once."""

    advice_text = "Renew them, for example with `aws sso login`, and run the cell again."


class InvalidCredentials(BedrockError):
    """The AWS credentials are not accepted, or could not be read."""

    advice_text = "Check the access key, the session token and the profile that the call used."


class NoRegion(BedrockError):
    """No AWS region was named."""

    advice_text = (
        "Name one with --region, AWS_REGION or your profile, for example us-east-1. "
        "To try things out without an account, run `%bedrock local`."
    )


class UnknownProfile(BedrockError):
    """The AWS profile does not exist."""

    advice_text = "`aws configure list-profiles` shows which there are."


# The service's answer, instead of a stream or in its middle.


class AccessDenied(BedrockError):
    """The caller may not use this model."""

    advice_text = (
        "Ask for bedrock:InvokeModelWithResponseStream on this model, and see that the account has access to it."
    )


class OnDemandNotSupported(BedrockError):
    """The model is not served on demand under this id, only through an inference profile."""


class InvalidRequest(BedrockError):
    """The service found the request wrong (ValidationException)."""

    advice_text = "The message says what the service did not accept; change the request accordingly."


class ModelNotFound(BedrockError):
    """There is no such model, version or inference profile in this region."""

    advice_text = "Check the id and the region; `%bedrock models` lists what the account can use there."


class Throttled(BedrockError):
    """Too many requests or tokens for the account's quota."""

    retryable = True
    advice_text = "Wait a little and run it again; a cross-region inference profile has more capacity."


class ModelNotReady(BedrockError):
    """The model is being loaded."""

    retryable = True
    advice_text = "Wait a minute and run it again."


class ModelTimeout(BedrockError):
    """The model took longer than the service allows."""

    retryable = True
    advice_text = "Run it again, or ask for less in one call."


class ModelFailed(BedrockError):
    """The model failed while it worked on the request."""

    retryable = True
    advice_text = "Run it again; if it fails each time, change the prompt or the model."


class ServiceUnavailable(BedrockError):
    """The service is out of capacity or has an error of its own."""

    retryable = True
    advice_text = "Run it again in a moment, or use another region."


class ServiceError(BedrockError):
    """The service answered with an error that has no name of its own here; `code` is the service's."""

    advice_text = "The message is the service's own. AWS support finds the call by its request id."


# The way there and back.


class EndpointUnreachable(BedrockError):
    """No connection to the endpoint could be made."""

    retryable = True
    advice_text = "Check the region, --endpoint-url, AWS_ENDPOINT_URL_BEDROCK_RUNTIME, proxies and the network."


class ConnectionCut(BedrockError):
    """The connection ended in the middle of the response."""

    retryable = True
    advice_text = "What came before is kept. Run it again for a whole answer."


class Stalled(BedrockError):
    """Nothing came for longer than the read timeout."""

    retryable = True
    advice_text = "What came before is kept. Raise --read-timeout if the model thinks for long in silence."


class CorruptFrame(BedrockError):
    """A frame of the response failed its checksum or could not be read."""

    retryable = True
    advice_text = (
        "What came before is kept. Something between here and the service changed the bytes: a proxy, perhaps."
    )


class IncompleteResponse(BedrockError):
    """The response ended without an error and without a messageStop: the answer is cut off."""

    retryable = True
    advice_text = "What came is kept, but it is not the whole answer. Run it again."


class Stopped(BedrockError):
    """The reader stopped the call."""

    advice_text = "What came before is kept."


class UnreadableRecording(BedrockError):
    """A file or dict is not a recording, or one of a version that this bedrock_nb does not know."""


FAMILY: dict[str, type[BedrockError]] = {
    kind.__name__: kind
    for kind in list(globals().values())
    if isinstance(kind, type) and issubclass(kind, BedrockError)
}
"""Every error of the family by its class's name."""


def error_from_dict(data: dict[str, Any]) -> BedrockError:
    """The error that `to_dict` described; a kind that is not known becomes a plain `BedrockError`."""
    kind = FAMILY.get(str(data.get("kind")), BedrockError)
    return kind(
        str(data.get("message", "")),
        code=str(data.get("code") or ""),
        request_id=data.get("request_id"),
        advice=data.get("advice"),
    )
