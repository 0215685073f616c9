"""Foreign errors, translated once: what boto3, botocore and urllib3 raise becomes one of `bedrock_nb.core.errors`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bedrock_nb.core import errors
from bedrock_nb.core.errors import BedrockError
from bedrock_nb.core.request.model_ids import inference_profiles

_BY_CODE: dict[str, type[BedrockError]] = {
    "AccessDeniedException": errors.AccessDenied,
    "ExpiredToken": errors.ExpiredCredentials,
    "ExpiredTokenException": errors.ExpiredCredentials,
    "InternalServerException": errors.ServiceUnavailable,
    "InvalidAccessKeyId": errors.InvalidCredentials,
    "InvalidSignatureException": errors.InvalidCredentials,
    "ModelErrorException": errors.ModelFailed,
    "ModelNotReadyException": errors.ModelNotReady,
    "ModelStreamErrorException": errors.ModelFailed,
    "ModelTimeoutException": errors.ModelTimeout,
    "ResourceNotFoundException": errors.ModelNotFound,
    "ServiceQuotaExceededException": errors.Throttled,
    "ServiceUnavailableException": errors.ServiceUnavailable,
    "SignatureDoesNotMatch": errors.InvalidCredentials,
    "ThrottlingException": errors.Throttled,
    "UnrecognizedClientException": errors.InvalidCredentials,
    "ValidationException": errors.InvalidRequest,
}
"""The error codes that a call answers with before its stream begins (botocore's service model, IAM's, S3's)."""

_BY_STATUS: dict[int, type[BedrockError]] = {
    403: errors.AccessDenied,
    429: errors.Throttled,
    500: errors.ServiceUnavailable,
    502: errors.ServiceUnavailable,
    503: errors.ServiceUnavailable,
    504: errors.ServiceUnavailable,
}
"""For what answers in the service's place, such as a proxy: it knows no codes."""

_BY_NAME: dict[str, tuple[type[BedrockError], str]] = {
    "NoCredentialsError": (errors.NoCredentials, "No AWS credentials were found."),
    "NoAuthTokenError": (errors.NoCredentials, "No AWS credentials were found."),
    "PartialCredentialsError": (errors.NoCredentials, "The AWS credentials are incomplete. {}"),
    "CredentialRetrievalError": (errors.InvalidCredentials, "The AWS credentials could not be read. {}"),
    "MetadataRetrievalError": (errors.InvalidCredentials, "The AWS credentials could not be read. {}"),
    "InvalidConfigError": (errors.InvalidCredentials, "The AWS configuration does not say how to get credentials. {}"),
    "ConfigParseError": (errors.InvalidCredentials, "The AWS configuration file could not be read. {}"),
    "SSOTokenLoadError": (errors.ExpiredCredentials, "There is no valid SSO session for this profile."),
    "UnauthorizedSSOTokenError": (errors.ExpiredCredentials, "The SSO session has expired."),
    "TokenRetrievalError": (errors.ExpiredCredentials, "The SSO token could not be renewed. {}"),
    "LoginError": (errors.ExpiredCredentials, "The session of `aws login` is over. {}"),
    "MissingDependencyException": (errors.MissingExtra, "These AWS credentials need a library that is missing. {}"),
    "NoRegionError": (errors.NoRegion, "No AWS region was named."),
    "InvalidRegionError": (errors.InvalidInput, "The AWS region is not valid; nothing was sent. {}"),
    "ProfileNotFound": (errors.UnknownProfile, "{}."),
    "InvalidEndpointConfigurationError": (errors.InvalidInput, "The endpoint cannot be used; nothing was sent. {}"),
    "ParamValidationError": (errors.InvalidInput, "The request is not valid; nothing was sent. {}"),
    "EndpointConnectionError": (errors.EndpointUnreachable, "The endpoint could not be reached. {}"),
    "ConnectTimeoutError": (errors.EndpointUnreachable, "The endpoint did not answer in time. {}"),
    "ProxyConnectionError": (errors.EndpointUnreachable, "The proxy could not be reached. {}"),
    "SSLError": (errors.EndpointUnreachable, "The secure connection to the endpoint failed. {}"),
    "ConnectionClosedError": (errors.ConnectionCut, "The connection was closed before the response began."),
    "HTTPClientError": (errors.ConnectionCut, "The connection failed before the response began."),
    "ReadTimeoutError": (errors.Stalled, "Nothing came for longer than the read timeout."),
    "ProtocolError": (errors.ConnectionCut, "The connection ended in the middle of the response."),
    "ChecksumMismatch": (errors.CorruptFrame, "A frame of the response has a wrong checksum."),
    "ParserError": (errors.CorruptFrame, "A frame of the response has not the form of one."),
    "ResponseParserError": (errors.CorruptFrame, "A frame of the response has not the shape that its kind has."),
}
"""Errors of botocore and urllib3 by the name of their class, looked up along its bases, the most special one first.

The sentence has a place for what the error itself says, where that tells more."""


_LONGEST_DETAIL = 2_000


def translated(error: Exception, *, model: str = "", region: str | None = None, reading: bool = False) -> BedrockError:
    """The error of our family that says what this one means, with this one as its cause.

    Args:
        error: What boto3, botocore or urllib3 raised.
        model: The model id of the call, for advice that names it.
        region: The region of the call, for advice that fits it.
        reading: Whether the response had begun.

    Returns:
        An error whose `__cause__` is this one, unless that would show a secret: `raise told from told.__cause__`.
    """
    if isinstance(error, BedrockError):
        return error
    response = getattr(error, "response", None)
    if isinstance(response, Mapping) and "Error" in response:
        told = _service_error(response, model, region)
    else:
        told = _local_error(error, reading=reading)
    told.__cause__ = None if _quotes_secrets(error) else error
    return told


def _quotes_secrets(error: BaseException | None) -> bool:
    """Whether a traceback with this error would show what must not be shown."""
    if error is None:
        return False
    text = str(error)
    if _SECRET.search(text) or any(sign in text for sign in (_CANONICAL_REQUEST, _UNSENDABLE, _CREDENTIAL_PROCESS)):
        return True
    return _quotes_secrets(error.__cause__ or error.__context__)


def _service_error(response: Mapping[str, Any], model: str, region: str | None) -> BedrockError:
    said, metadata = response.get("Error") or {}, response.get("ResponseMetadata") or {}
    code, request_id = str(said.get("Code") or ""), metadata.get("RequestId")
    message = _without_secrets(said.get("Message") or "The service gave no reason.")
    if "on-demand throughput" in message:
        advice = _inference_profile_advice(model, region)
        return errors.OnDemandNotSupported(message, code=code, request_id=request_id, advice=advice)
    kind = _BY_CODE.get(code) or _BY_STATUS.get(metadata.get("HTTPStatusCode", 0), errors.ServiceError)
    if code == "ValidationException" and "model identifier is invalid" in message:
        kind = errors.ModelNotFound
    return kind(message, code=code, request_id=request_id)


def _inference_profile_advice(model: str, region: str | None) -> str:
    profiles = inference_profiles(model, region)
    if not profiles:
        return "Use an inference profile of the model in its place; `%bedrock models` lists those of your region."
    names = " or ".join(profiles)
    return f"Use an inference profile of the model in its place: {names}. `%bedrock models` lists those of your region."


def _local_error(error: Exception, *, reading: bool) -> BedrockError:
    told = _known_error(error) or (_reading_error(error) if reading else _opening_error(error))
    return told or BedrockError(f"The call failed: {_detail(error) or type(error).__name__}", code=type(error).__name__)


def _known_error(error: Exception) -> BedrockError | None:
    code = type(error).__name__
    if _CREDENTIAL_PROCESS in str(error):
        what = "The credential_process of the AWS profile failed. What it wrote is not shown: it may hold secrets."
        return errors.InvalidCredentials(what, code=code, advice="Run its command in a terminal to see why.")
    if _UNSENDABLE in str(error):
        return errors.InvalidCredentials("The AWS credentials hold a line break, which cannot be sent.", code=code)
    for base in type(error).__mro__:
        if base.__name__ in _BY_NAME:
            kind, what = _BY_NAME[base.__name__]
            return kind(what.format(_detail(error)).strip(), code=code)
    return None


def _reading_error(error: Exception) -> BedrockError | None:
    code = type(error).__name__
    match error:
        case ValueError() | RecursionError():
            return errors.CorruptFrame("A frame of the response cannot be read as JSON.", code=code)
        case OSError():
            return errors.ConnectionCut(f"The connection failed: {_detail(error)}", code=code)
    return None


def _opening_error(error: Exception) -> BedrockError | None:
    code = type(error).__name__
    match error:
        case FileNotFoundError() | IsADirectoryError() | PermissionError():
            what = f"A file that the AWS configuration names cannot be read: {error}"
            return errors.InvalidCredentials(what, code=code)
        case OSError():
            return errors.EndpointUnreachable(f"The connection failed: {_detail(error)}", code=code)
        case json.JSONDecodeError():
            return errors.InvalidCredentials("The credential process did not answer in JSON.", code=code)
        case ValueError() if _INVALID_ENDPOINT in str(error):
            what = f"The endpoint's address is not valid; nothing was sent. {_detail(error)}"
            advice = "Check --endpoint-url and AWS_ENDPOINT_URL_BEDROCK_RUNTIME: https://host, or http://host:port."
            return errors.InvalidInput(what, advice=advice)
        case ValueError():
            return errors.InvalidInput(f"The call could not be made: {_detail(error)}", code=code)
    return None


def _detail(error: Exception) -> str:
    """What the error says itself, unless it is a tuple's text, or of a length that nobody reads."""
    text = str(error).strip()
    return "" if text.startswith("(") or len(text) > _LONGEST_DETAIL else _without_secrets(text)


def _without_secrets(text: str) -> str:
    """The text without what must not be shown: the signed request that AWS quotes, tokens, passwords in URLs."""
    told = text.partition(_CANONICAL_REQUEST)[0]
    return _SECRET.sub(lambda found: f"{found['url'] or found['name'] or found['token'] or ''}…", told).strip()


_CANONICAL_REQUEST = "The Canonical String"
_UNSENDABLE = "Invalid header value"
"""What http.client says of a header with a line break, and quotes it. Only credentials come there unchanged."""
_CREDENTIAL_PROCESS = "retrieving credentials from custom-process"
"""What botocore says before it quotes what the process wrote to its standard error."""
_INVALID_ENDPOINT = "Invalid endpoint: "
_SECRET = re.compile(
    rf"(?P<url>://|{_INVALID_ENDPOINT})[^/\s'\"]+(?=@)"
    r"|(?P<name>(?i:(?:security-token|authorization|signature|bearer)[:=]\s*(?:bearer\s+)?|credential=))[^\s@,'\"]+"
    r"|(?P<token>(?i:bearer)\s+)[\w.~+/=-]{20,}"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{12,}"  # the id of an access key, wherever it stands
)
