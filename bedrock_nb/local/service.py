"""What the endpoint answers: which script runs for a request, or which JSON it gets. No sockets here."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from bedrock_nb.local import catalogue
from bedrock_nb.local.conversation_rules import check_conversation
from bedrock_nb.local.faults import FAULTS
from bedrock_nb.local.scripts import SCRIPTED_MODELS
from bedrock_nb.local.steps import Script, ServiceError, Step, invalid
from bedrock_nb.local.usage import input_tokens, tokens_in
from bedrock_nb.local.validation import check_request

INVALID_MODEL = "The provided model identifier is invalid."


@dataclass(frozen=True)
class ReceivedRequest:
    """One request as it came in.

    `path` is as sent, `model_id` decoded from it; `body` is the parsed JSON and `raw_body` its bytes;
    `headers` has lower-case names, and none that holds a credential.
    """

    method: str
    path: str
    headers: dict[str, str]
    raw_body: bytes = field(repr=False)
    model_id: str | None
    body: Any


@dataclass(frozen=True)
class Scripted:
    """An answer that a script gives, as a stream or folded into one response."""

    steps: Iterator[Step]
    streamed: bool


@dataclass(frozen=True)
class Json:
    """An answer that is one JSON object."""

    body: dict[str, Any]


class Service:
    """The models of one endpoint, and the operations on them."""

    def __init__(self) -> None:
        self._scripts: dict[str, Script] = {model.model_id: model for model in SCRIPTED_MODELS}
        self._scripts |= {fault.model_id: fault.build() for fault in FAULTS}

    def add(self, model_id: str, script: Script) -> None:
        """Answer for this model id, or ARN, with this script from now on."""
        self._scripts[model_id] = script

    def answer(self, request: ReceivedRequest) -> Scripted | Json:
        """What the request gets.

        Raises:
            HttpRefusal: where it gets an error instead.
        """
        url = urlsplit(request.path)
        match request.method, url.path.strip("/").split("/"):
            case "POST", ["model", *_, "converse-stream"]:
                return self._converse("ConverseStream", request)
            case "POST", ["model", *_, "converse"]:
                return self._converse("Converse", request)
            case "POST", ["model", *_, "count-tokens"]:
                return Json({"inputTokens": self._count_tokens(request)})
            case "GET", ["foundation-models"]:
                return Json(catalogue.foundation_models(dict(parse_qsl(url.query))))
            case "GET", ["inference-profiles"]:
                return Json(catalogue.inference_profiles(dict(parse_qsl(url.query))))
            case method, _:
                raise ServiceError(
                    404,
                    "UnknownOperationException",
                    f"The local endpoint has no {method} {url.path}. It answers Converse, ConverseStream, "
                    "CountTokens, ListFoundationModels and ListInferenceProfiles.",
                )

    def _converse(self, operation: str, request: ReceivedRequest) -> Scripted:
        script = self._script(request)
        params = {"modelId": request.model_id, **_json_object(request.body)}
        check_request(operation, params)
        check_conversation(params)
        return Scripted(iter(script(params)), streamed=operation == "ConverseStream")

    def _count_tokens(self, request: ReceivedRequest) -> int:
        self._script(request)
        body = _json_object(request.body)
        check_request("CountTokens", {"modelId": request.model_id, **body})
        if "converse" in body["input"]:
            check_conversation(body["input"]["converse"])
            return input_tokens(body["input"]["converse"])
        return tokens_in(base64.b64decode(body["input"]["invokeModel"]["body"]).decode("utf-8", "replace"))

    def _script(self, request: ReceivedRequest) -> Script:
        for model_id in catalogue.candidates(request.model_id or ""):
            if model_id in self._scripts:
                return self._scripts[model_id]
        raise invalid(INVALID_MODEL)


def model_id_in(path: str) -> str | None:
    """The model id in a request's path, with its slashes encoded, as botocore does, or plain."""
    parts = urlsplit(path).path.strip("/").split("/")
    return unquote("/".join(parts[1:-1])) if parts[0] == "model" else None


def parsed(raw_body: bytes) -> Any:
    """The body as JSON, or as text where it is none or nested too deep, so that it can be looked at either way."""
    text = raw_body.decode("utf-8", "replace")
    try:
        return json.loads(text, parse_constant=_refuse_constant) if text else None
    except (ValueError, RecursionError):
        return text


def _refuse_constant(name: str) -> None:
    """Python reads and writes NaN and Infinity, which JSON does not have.

    Raises:
        ValueError: always.
    """
    raise ValueError(f"{name} is no JSON")


def _json_object(body: object) -> dict[str, Any]:
    if isinstance(body, dict):
        return body
    raise ServiceError(400, "SerializationException", "The body of the request is not a JSON object.")
