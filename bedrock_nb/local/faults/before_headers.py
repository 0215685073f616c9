"""Requests that get an error, or nothing, in place of a stream."""

from collections.abc import Callable, Iterator
from typing import Any

from bedrock_nb.local.answer import Answer, Text, stream
from bedrock_nb.local.faults.fault import WHOLE_TEXT, Fault, When, always
from bedrock_nb.local.steps import Cut, HttpRefusal, Script, ServiceError, Stall, Step


def _refusing(refusal: Callable[[dict[str, Any]], HttpRefusal]) -> Callable[[], Script]:
    def script(request: dict[str, Any]) -> Iterator[Step]:
        raise refusal(request)

    return lambda: script


def _refused(name: str, code: str, status: int, message: str, **members: object) -> Fault:
    """A service error before the headers."""
    build = _refusing(lambda _request: ServiceError(status, code, message, **members))
    return Fault(name, When.BEFORE_HEADERS, f"{code}, HTTP {status}", build, code, status)


def _on_demand() -> Script:
    """Refuses the plain model id, as newer models do, and answers through an inference profile."""

    def script(request: dict[str, Any]) -> Iterator[Step]:
        model_id = request["modelId"]
        if "local.fault-on-demand-v1:0" in (model_id, model_id.rpartition("/")[2]):
            message = (
                f"Invocation of model ID {model_id} with on-demand throughput "
                "isn\N{RIGHT SINGLE QUOTATION MARK}t supported. "
                "Retry your request with the ID or ARN of an inference profile that contains this model."
            )
            raise ServiceError(400, "ValidationException", message)
        yield from stream(Answer((Text(WHOLE_TEXT),)), request)

    return script


def _bad_gateway(_request: dict[str, Any]) -> HttpRefusal:
    """What a proxy between here and the service says: HTML, and no code."""
    page = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
    return HttpRefusal(502, {"Content-Type": "text/html"}, page)


BEFORE_HEADERS = (
    _refused(
        "throttling",
        "ThrottlingException",
        429,
        "Too many requests, please wait before trying again.",
    ),
    _refused("validation", "ValidationException", 400, "The scripted model finds this request malformed."),
    _refused(
        "access-denied",
        "AccessDeniedException",
        403,
        "You don't have access to the model with the specified model ID.",
    ),
    _refused(
        "not-found",
        "ResourceNotFoundException",
        404,
        "Could not resolve the foundation model from the provided model identifier.",
    ),
    _refused("not-ready", "ModelNotReadyException", 429, "Model is not ready for inference. Wait and try again."),
    _refused("model-timeout", "ModelTimeoutException", 408, "The scripted model took too long to answer."),
    _refused(
        "model-error",
        "ModelErrorException",
        424,
        "The scripted model failed while it processed the request.",
        originalStatusCode=500,
        resourceName="local.fault-model-error-v1:0",
    ),
    _refused("internal", "InternalServerException", 500, "The scripted service failed unexpectedly. Try again."),
    _refused("unavailable", "ServiceUnavailableException", 503, "Bedrock is unable to process your request."),
    _refused(
        "expired-token",
        "ExpiredTokenException",
        403,
        "The security token included in the request is expired",
    ),
    _refused(
        "unrecognized-client",
        "UnrecognizedClientException",
        403,
        "The security token included in the request is invalid.",
    ),
    Fault(
        "on-demand",
        When.BEFORE_HEADERS,
        "answers through an inference profile only (`us.local.fault-on-demand-v1:0`)",
        _on_demand,
        "ValidationException",
        400,
    ),
    Fault(
        "bad-gateway",
        When.BEFORE_HEADERS,
        "a proxy's 502 page in HTML",
        _refusing(_bad_gateway),
        status=502,
    ),
    Fault(
        "cut-before-headers",
        When.BEFORE_HEADERS,
        "the connection is dropped with no answer at all",
        always(Cut()),
    ),
    Fault("silent", When.BEFORE_HEADERS, "no answer, and no end either", always(Stall())),
)
