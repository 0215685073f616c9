"""Foreign errors, translated once: what boto3, botocore and urllib3 raise becomes one of `bedrock_nb.core.errors`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bedrock_nb.core import errors
from bedrock_nb.core.errors import BedrockError

_BY_CODE: dict[str, type[BedrockError]] = {
    "AccessDeniedException": errors.AccessDenied,
    "ExpiredToken": errors.ExpiredCredentials,
    "ExpiredTokenException": errors.ExpiredCredentials,
    "InternalServerException": errors.ServiceUnavailable,
    "InvalidSignatureException": errors.InvalidCredentials,
    "ModelErrorException": errors.ModelFailed,
    "ModelNotReadyException": errors.ModelNotReady,
    "ModelStreamErrorException": errors.ModelFailed,
    "ModelTimeoutException": errors.ModelTimeout,
    "ResourceNotFoundException": errors.ModelNotFound,
    "ServiceQuotaExceededException": errors.Throttled,
    "ServiceUnavailableException": errors.ServiceUnavailable,
    "ThrottlingException": errors.Throttled,
    "UnrecognizedClientException": errors.InvalidCredentials,
    "ValidationException": errors.InvalidRequest,
}
"""The error codes that a Converse call answers with before its stream begins (botocore's service model, and IAM's)."""

_BY_NAME: dict[str, tuple[type[BedrockError], str]] = {
    "NoCredentialsError": (errors.NoCredentials, "No AWS credentials were found."),
    "PartialCredentialsError": (errors.NoCredentials, "The AWS credentials are incomplete."),
    "CredentialRetrievalError": (errors.InvalidCredentials, "The AWS credentials could not be read."),
    "SSOTokenLoadError": (errors.ExpiredCredentials, "There is no valid SSO session for this profile."),
    "UnauthorizedSSOTokenError": (errors.ExpiredCredentials, "The SSO session has expired."),
    "TokenRetrievalError": (errors.ExpiredCredentials, "The SSO token could not be renewed."),
    "NoRegionError": (errors.NoRegion, "No AWS region was named."),
    "ProfileNotFound": (errors.UnknownProfile, "The AWS profile does not exist."),
    "ParamValidationError": (errors.InvalidInput, "The request is not valid; nothing was sent."),
    "EndpointConnectionError": (errors.EndpointUnreachable, "The endpoint could not be reached."),
    "ConnectTimeoutError": (errors.EndpointUnreachable, "The endpoint did not answer in time."),
    "ProxyConnectionError": (errors.EndpointUnreachable, "The proxy could not be reached."),
    "SSLError": (errors.EndpointUnreachable, "The secure connection to the endpoint failed."),
    "ConnectionClosedError": (errors.ConnectionCut, "The connection was closed before the response began."),
    "ReadTimeoutError": (errors.Stalled, "Nothing came for longer than the read timeout."),
    "IncompleteRead": (errors.ConnectionCut, "The connection ended in the middle of the response."),
    "ProtocolError": (errors.ConnectionCut, "The connection ended in the middle of the response."),
    "ChecksumMismatch": (errors.CorruptFrame, "A frame of the response has a wrong checksum."),
    "InvalidHeadersLength": (errors.CorruptFrame, "A frame of the response has a length that cannot be."),
    "InvalidPayloadLength": (errors.CorruptFrame, "A frame of the response has a length that cannot be."),
    "DuplicateHeader": (errors.CorruptFrame, "A frame of the response has the same header twice."),
}
"""Errors of botocore and urllib3 by the name of their class, looked up along its bases."""


_LONGEST_DETAIL = 2_000


def translated(error: Exception, *, model: str = "", reading: bool = False) -> BedrockError:
    """The error of our family that says what this one means, with this one as its cause.

    Args:
        error: What boto3, botocore or urllib3 raised.
        model: The model id of the call, for advice that names it.
        reading: Whether the response had begun.
    """
    if isinstance(error, BedrockError):
        return error
    response = getattr(error, "response", None)
    if isinstance(response, Mapping) and "Error" in response:
        told = _service_error(response, model)
    else:
        told = _local_error(error, reading=reading)
    told.__cause__ = error
    return told


def _service_error(response: Mapping[str, Any], model: str) -> BedrockError:
    said, metadata = response.get("Error", {}), response.get("ResponseMetadata", {})
    code, message = said.get("Code", ""), said.get("Message") or "The service gave no reason."
    request_id = metadata.get("RequestId")
    if "on-demand throughput" in message:
        return errors.OnDemandNotSupported(
            message, code=code, request_id=request_id, advice=_inference_profile_advice(model)
        )
    if code == "ValidationException" and "model identifier is invalid" in message:
        return errors.ModelNotFound(message, code=code, request_id=request_id)
    return _BY_CODE.get(code, errors.ServiceError)(message, code=code, request_id=request_id)


def _inference_profile_advice(model: str) -> str:
    profiles = ", ".join(f"{area}.{model}" for area in ("us", "eu", "apac", "global"))
    return f"Use an inference profile of the model in its place, the one for your region: {profiles}."


def _local_error(error: Exception, *, reading: bool) -> BedrockError:
    for base in type(error).__mro__:
        if base.__name__ in _BY_NAME:
            kind, what = _BY_NAME[base.__name__]
            return kind(f"{what} {_detail(error)}".strip(), code=type(error).__name__)
    if isinstance(error, json.JSONDecodeError):
        kind = errors.CorruptFrame if reading else errors.InvalidCredentials
        what = "A frame of the response is not JSON." if reading else "The credential process did not answer in JSON."
        return kind(what, code=type(error).__name__)
    if isinstance(error, OSError):
        kind = errors.ConnectionCut if reading else errors.EndpointUnreachable
        return kind(f"The connection failed: {error}", code=type(error).__name__)
    return BedrockError(f"The call failed: {error}", code=type(error).__name__)


def _detail(error: Exception) -> str:
    text = str(error).strip()
    return "" if text.startswith("(") or len(text) > _LONGEST_DETAIL else text
