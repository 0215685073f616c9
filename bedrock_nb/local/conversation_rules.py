"""What the service asks of a conversation beyond the types of its members.

The sentences are the service's own, as users of many clients have met them.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from bedrock_nb.local.prompt import Request, json_schema
from bedrock_nb.local.steps import invalid

Message = dict[str, Any]
PROMPT_ARN_PART = ":prompt/"
"""What the ARN of a stored prompt has; such a prompt brings its own messages."""
_DOCUMENT_NAME = re.compile(r"[A-Za-z0-9()\[\]-]+(\s[A-Za-z0-9()\[\]-]+)*")


def check_conversation(request: Request) -> None:
    """Refuse a conversation that the service refuses.

    Raises:
        ServiceError: a ValidationException with the first rule that is broken.
    """
    messages = request.get("messages") or []
    for problem in (
        *_role_problems(messages, has_prompt=PROMPT_ARN_PART in request.get("modelId", "")),
        *_content_problems(messages),
        *_document_name_problems(messages),
        *_tool_result_problems(messages),
        *_tool_config_problems(request),
        *_output_problems(request),
    ):
        raise invalid(problem)


def _role_problems(messages: list[Message], *, has_prompt: bool) -> Iterator[str]:
    roles = [message["role"] for message in messages if message["role"] != "system"]
    if not roles and has_prompt:
        return
    if not roles:
        yield "A conversation must contain at least one message. Add a message and try again."
        return
    if roles[0] != "user":
        yield (
            "A conversation must start with a user message. "
            "Try again with a conversation that starts with a user message."
        )
    if any(one == other for one, other in pairwise(roles)):
        yield (
            "A conversation must alternate between user and assistant roles. "
            "Make sure the conversation alternates between user and assistant roles and try again."
        )


def _content_problems(messages: list[Message]) -> Iterator[str]:
    for number, message in enumerate(messages):
        if not message["content"]:
            yield (
                f"The content field in the Message object at messages.{number} is empty. "
                "Add a ContentBlock object to the content field and try again."
            )
        for position, block in enumerate(message["content"]):
            yield from _block_problems(block, f"messages.{number}.content.{position}")
        if message["role"] == "user":
            yield from _document_problems(message["content"])


def _block_problems(block: dict[str, Any], path: str) -> Iterator[str]:
    match block:
        case {"text": text} if not text.strip():
            yield (
                f"The text field in the ContentBlock object at {path} is blank. "
                "Add text to the text field, and try again."
            )
        case {"reasoningContent": {"reasoningText": reasoning}} if not reasoning.get("signature"):
            yield f"The model returned the following errors: {path}.thinking.signature: Field required"
        case {"toolUse": {"input": tool_input}} if not isinstance(tool_input, dict):
            yield (
                f"The format of the value at {path}.toolUse.input is invalid. "
                "Provide a json object for the field and try again."
            )
        case {"toolResult": result}:
            yield from _result_problems(result, f"{path}.toolResult")


def _result_problems(result: dict[str, Any], path: str) -> Iterator[str]:
    if not result["content"] and result.get("status") == "error":
        yield f"The content field at {path} cannot be empty when status value is error."
    for position, content in enumerate(result["content"]):
        if "json" in content and not isinstance(content["json"], dict):
            yield (
                f"The format of the value at {path}.content.{position}.json is invalid. "
                "Provide a json object for the field and try again."
            )


def _document_problems(content: list[dict[str, Any]]) -> Iterator[str]:
    documents = [block["document"] for block in content if "document" in block]
    if documents and not any("text" in block for block in content):
        yield "A text block must be included when using documents."
    if not all(_DOCUMENT_NAME.fullmatch(document["name"]) for document in documents):
        yield (
            "The document file name can only contain alphanumeric characters, whitespace characters, "
            "hyphens, parentheses, and square brackets. "
            "The name can't contain more than one consecutive whitespace character."
        )


def _document_name_problems(messages: list[Message]) -> Iterator[str]:
    """A document's name is its own in the whole conversation: each turn sends the earlier ones along."""
    names = [block["document"]["name"] for message in messages for block in message["content"] if "document" in block]
    if len(set(names)) < len(names):
        yield "Messages can't contain duplicate document names. Rename the document and retry your request."


def _tool_result_problems(messages: list[Message]) -> Iterator[str]:
    """Each call of the client's tools is answered in the very next message, and nothing else is."""
    turns = [*messages, {"role": "user", "content": []}]
    asked: list[str] = []
    for number, message in enumerate(turns):
        answered = _result_ids(message) if message["role"] == "user" else []
        if len(answered) > len(asked):
            yield (
                f"The number of toolResult blocks at messages.{number}.content exceeds "
                "the number of toolUse blocks of previous turn."
            )
        missing = [call for call in asked if call not in answered]
        if missing:
            yield f"Expected toolResult blocks at messages.{number}.content for the following Ids: {', '.join(missing)}"
        asked = _client_call_ids(message)


def _result_ids(message: Message) -> list[str]:
    return [block["toolResult"]["toolUseId"] for block in message["content"] if "toolResult" in block]


def _client_call_ids(message: Message) -> list[str]:
    """The calls that the client has to answer; those of the service's own tools it must not."""
    calls = [block["toolUse"] for block in message["content"] if "toolUse" in block]
    return [call["toolUseId"] for call in calls if call.get("type") != "server_tool_use"]


def _tool_config_problems(request: Request) -> Iterator[str]:
    config = request.get("toolConfig")
    if not config:
        if any(_client_call_ids(message) for message in request.get("messages") or ()):
            yield "The toolConfig field must be defined when using toolUse and toolResult content blocks."
        return
    specs = [tool["toolSpec"] for tool in config["tools"] if "toolSpec" in tool]
    names = [spec["name"] for spec in specs]
    if len(set(names)) < len(names):
        yield "The model returned the following errors: tools: Tool names must be unique."
    chosen = config.get("toolChoice", {}).get("tool")
    if chosen and chosen["name"] not in names:
        yield f"The model returned the following errors: Tool '{chosen['name']}' not found in provided tools"
    for number, spec in enumerate(specs):
        if not isinstance(spec["inputSchema"]["json"], dict):
            yield (
                f"The format of the value at toolConfig.tools.{number}.toolSpec.inputSchema.json is invalid. "
                "Provide a json object for the field and try again."
            )


def _output_problems(request: Request) -> Iterator[str]:
    try:
        json_schema(request)
    except ValueError as error:
        yield f"The value at outputConfig.textFormat.structure.jsonSchema.schema is not valid JSON: {error}."
