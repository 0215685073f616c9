"""Building the arguments of converse_stream from plain keywords.

Each member of the request can be given by its own name, as Bedrock writes it (`inferenceConfig`) or in Python's manner
(`inference_config`), and what people set most has a short name of its own in `SHORT_NAMES`. Nothing is sent to find out
that a name is wrong. The members within are checked by `bedrock_nb.wire.checking`, against the service model of the
botocore that is installed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.nearest import did_you_mean
from bedrock_nb.core.request.content import content_problems
from bedrock_nb.core.request.guardrail import guardrail_config
from bedrock_nb.core.request.messages import Message, next_message

Request = dict[str, Any]

MEMBERS = (
    "modelId",
    "messages",
    "system",
    "inferenceConfig",
    "toolConfig",
    "guardrailConfig",
    "additionalModelRequestFields",
    "promptVariables",
    "additionalModelResponseFieldPaths",
    "requestMetadata",
    "performanceConfig",
    "serviceTier",
    "outputConfig",
)
"""The members of ConverseStream's request; a test holds them equal to botocore's service model."""

_ARN_OF_A_PROMPT = re.compile(r"arn:[^:]*:bedrock:[^:]*:[^:]*:prompt/")


def build_request(**options: Any) -> Request:
    """The arguments of converse_stream that these options amount to. Options that are None are left out.

    Args:
        **options: `model` and `prompt` (text, a content block or a list of both: the last message of the user), and
            any other of `SHORT_NAMES` or `MEMBERS`. Texts stand for the blocks that they would be in: in `messages`,
            `system`, `stop` and `prompt_variables`; a tool's name in `tool_choice`; `id:version` in `guardrail`.

    Raises:
        InvalidInput: A name is not known (the message offers the nearest), the same thing is given twice, there is no
            model or no message, or the content breaks a rule of the service.
    """
    request: Request = {}
    prompt = options.pop("prompt", None)
    for name, value in options.items():
        if value is not None:
            path, written = _place(name)
            _put(request, path, _written(name, value, written), name)
    if prompt is not None:
        messages = request.get("messages", [])
        before = messages[-1] if messages else None
        request["messages"] = [*messages, next_message(before, *_prompt_parts(prompt))]
    _check(request)
    return request


def copied(request: Mapping[str, Any]) -> Request:
    """The request as it is now: whoever goes on with its lists and dicts afterwards does not change this one."""
    return {name: _copied(value) for name, value in request.items()}


def _copied(value: Any) -> Any:
    match value:
        case dict():
            return {name: _copied(member) for name, member in value.items()}
        case list() | tuple():
            return [_copied(member) for member in value]
        case bytearray():
            return bytes(value)
    return value


def _place(name: str) -> tuple[tuple[str, ...], Callable[[Any], Any]]:
    """Where the option stands in the request, and how its value is written there."""
    if name in SHORT_NAMES:
        return SHORT_NAMES[name]
    member = _PYTHON_NAMES.get(name, name)
    if member in MEMBERS:
        return (member,), _MEMBERS_WRITTEN.get(member, _as_it_is)
    known = ["prompt", *SHORT_NAMES, *(_PYTHON_NAMES if "_" in name else MEMBERS)]
    raise InvalidInput(f"`{name}` is no option of a request. {did_you_mean(name, known)}")


def _written(name: str, value: Any, written: Callable[[Any], Any]) -> Any:
    try:
        return written(value)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidInput(f"`{name}` cannot be {value!r}: {error}.") from error


def _put(request: Request, path: tuple[str, ...], value: Any, name: str) -> None:
    *parents, last = path
    place = request
    for parent in parents:
        place = place.setdefault(parent, {})
        if not isinstance(place, dict):
            raise InvalidInput(f"`{parent}` has to be a dict of its members, not {place!r}.")
    if last in place and isinstance(place[last], dict) and isinstance(value, dict):
        for member, inner in value.items():
            _put(place[last], (member,), inner, name)
    elif last in place:
        raise InvalidInput(f"`{'.'.join(path)}` is given twice, once by `{name}`.")
    else:
        place[last] = value


def _check(request: Request) -> None:
    model = request.get("modelId")
    if not isinstance(model, str) or not model.strip():
        raise InvalidInput("No model was named.", advice="Give its id or ARN: model='us.amazon.nova-lite-v1:0'.")
    messages = request.get("messages")
    if not messages and not _ARN_OF_A_PROMPT.match(model):
        raise InvalidInput("There is nothing to send: give a prompt or messages.")
    problems = [*content_problems(messages or []), *_tool_choice_problems(request.get("toolConfig"))]
    if problems:
        raise InvalidInput(" ".join(problems))


def _tool_choice_problems(config: Any) -> Iterator[str]:
    match config:
        case {"toolChoice": _} if not config.get("tools"):
            yield "A choice of tools is given, and no tools to choose from."
        case {"toolChoice": {"tool": {"name": str(name)}}, "tools": [*tools]}:
            known = [_name_of_tool(tool) for tool in tools]
            if name not in known and all(known):
                yield f"The tool that has to be called, `{name}`, is not among the tools. {did_you_mean(name, known)}"


def _name_of_tool(tool: Any) -> str:
    """Its name; empty where it has none, or is one of the service's own, whose names are the service's affair."""
    match tool:
        case {"toolSpec": {"name": str(name)}}:
            return name
    return ""


def _prompt_parts(prompt: Any) -> list[str | Mapping[str, Any]]:
    parts = [prompt] if isinstance(prompt, str | Mapping) or not isinstance(prompt, Iterable) else list(prompt)
    if not all(isinstance(part, str | Mapping) for part in parts):
        raise InvalidInput("A prompt is text, a content block or a list of both.")
    if any(isinstance(part, Mapping) and "role" in part for part in parts):
        raise InvalidInput(
            "A prompt is what the user says next; dicts with a `role` are whole messages.",
            advice="Give them as messages=[…].",
        )
    if not parts or any(isinstance(part, str) and not part.strip() for part in parts):
        raise InvalidInput("The prompt is blank; the service refuses blank text.")
    return parts


def _as_it_is(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _messages(value: Sequence[Message]) -> list[Message]:
    if isinstance(value, str | Mapping) or not all(isinstance(message, Mapping) for message in value):
        raise InvalidInput("`messages` is a list of dicts with `role` and `content`.")
    return [{**message, "content": _blocks(message.get("content", []))} for message in value]


def _blocks(value: Any) -> list[Any]:
    return [{"text": part} if isinstance(part, str) else part for part in _several(value)]


def _several(value: Any) -> list[Any]:
    return [value] if isinstance(value, str | Mapping) else list(value)


def _service_tier(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else _as_it_is(value)


def _tool_choice(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return {value: {}} if value in {"auto", "any"} else {"tool": {"name": value}}


def _guardrail(value: Any) -> Any:
    return guardrail_config(value) if isinstance(value, str) else _as_it_is(value)


def _prompt_variables(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {"text": each} if isinstance(each, str) else each for name, each in value.items()}


def _json_schema(value: Any) -> dict[str, Any]:
    schema = value if isinstance(value, str) else json.dumps(value)
    return {"type": "json_schema", "structure": {"jsonSchema": {"schema": schema}}}


SHORT_NAMES: dict[str, tuple[tuple[str, ...], Callable[[Any], Any]]] = {
    "model": (("modelId",), _as_it_is),
    "max_tokens": (("inferenceConfig", "maxTokens"), _as_it_is),
    "temperature": (("inferenceConfig", "temperature"), _as_it_is),
    "top_p": (("inferenceConfig", "topP"), _as_it_is),
    "stop": (("inferenceConfig", "stopSequences"), _several),
    "tools": (("toolConfig", "tools"), _several),
    "tool_choice": (("toolConfig", "toolChoice"), _tool_choice),
    "guardrail": (("guardrailConfig",), _guardrail),
    "guardrail_trace": (("guardrailConfig", "trace"), _as_it_is),
    "guardrail_mode": (("guardrailConfig", "streamProcessingMode"), _as_it_is),
    "additional_fields": (("additionalModelRequestFields",), _as_it_is),
    "additional_response_paths": (("additionalModelResponseFieldPaths",), _several),
    "metadata": (("requestMetadata",), _as_it_is),
    "latency": (("performanceConfig", "latency"), _as_it_is),
    "service_tier": (("serviceTier",), _service_tier),
    "output_schema": (("outputConfig", "textFormat"), _json_schema),
    "effort": (("outputConfig", "effort"), _as_it_is),
}
"""For each short name the member that it sets, and how its value is written there."""

_MEMBERS_WRITTEN: dict[str, Callable[[Any], Any]] = {
    "messages": _messages,
    "system": _blocks,
    "promptVariables": _prompt_variables,
}

_PYTHON_NAMES = {re.sub("([A-Z])", r"_\1", member).lower(): member for member in MEMBERS}
