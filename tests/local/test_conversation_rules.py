import pytest

from bedrock_nb.local.conversation_rules import check_conversation
from bedrock_nb.local.steps import ServiceError

TEXT = {"text": "hi"}
CALL = {"toolUse": {"toolUseId": "tooluse_1", "name": "f", "input": {}}}
SECOND_CALL = {"toolUse": {"toolUseId": "tooluse_2", "name": "f", "input": {}}}
SERVER_CALL = {"toolUse": {"toolUseId": "tooluse_9", "name": "s", "input": {}, "type": "server_tool_use"}}
SERVER_RESULT = {"toolResult": {"toolUseId": "tooluse_9", "content": [{"text": "x"}]}}
RESULT = {"toolResult": {"toolUseId": "tooluse_1", "content": [TEXT]}}
SIGNED = {"reasoningContent": {"reasoningText": {"text": "so", "signature": "s"}}}
DOCUMENT = {"document": {"name": "Report [1] (final)", "format": "txt", "source": {"text": "x"}}}


def tool(name):
    return {"toolSpec": {"name": name, "inputSchema": {"json": {}}}}


TOOLS = {"tools": [tool("f")]}


def conversation(*contents, first="user", **members):
    roles = ["user", "assistant"] if first == "user" else ["assistant", "user"]
    messages = [{"role": roles[number % 2], "content": list(content)} for number, content in enumerate(contents)]
    return {"messages": messages, **members}


def result(**members):
    return {"toolResult": {"toolUseId": "tooluse_1", "content": [TEXT], **members}}


@pytest.mark.parametrize(
    "request_",
    [
        conversation([TEXT]),
        conversation([TEXT], [TEXT]),
        conversation([TEXT], [SIGNED, TEXT, CALL], [RESULT, TEXT], toolConfig=TOOLS),
        conversation([TEXT], [CALL, SECOND_CALL], [result(toolUseId="tooluse_2"), RESULT], toolConfig=TOOLS),
        conversation([TEXT], [SERVER_CALL, SERVER_RESULT, TEXT], [TEXT]),
        conversation([TEXT], [{"reasoningContent": {"redactedContent": "/w=="}}, TEXT], [TEXT]),
        conversation([TEXT, DOCUMENT]),
        conversation([TEXT], [CALL], [result(content=[], status="success")], toolConfig=TOOLS),
        {"modelId": "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1"},
        {"messages": [{"role": "system", "content": [TEXT]}, {"role": "user", "content": [TEXT]}]},
    ],
)
def test_a_good_conversation_passes(request_):
    check_conversation(request_)


@pytest.mark.parametrize(
    ("request_", "part"),
    [
        ({}, "at least one message"),
        (conversation(), "at least one message"),
        (conversation([TEXT], first="assistant"), "must start with a user message"),
        ({"messages": conversation([TEXT])["messages"] * 2}, "must alternate between user and assistant roles"),
        (conversation([]), "The content field in the Message object at messages.0 is empty."),
        (conversation([TEXT], [TEXT, {"text": " \n"}]), "object at messages.1.content.1 is blank."),
        (
            conversation([TEXT], [{"reasoningContent": {"reasoningText": {"text": "so"}}}, TEXT]),
            "messages.1.content.0.thinking.signature: Field required",
        ),
        (
            conversation([TEXT], [{"toolUse": {**CALL["toolUse"], "input": "{}"}}], [RESULT], toolConfig=TOOLS),
            "messages.1.content.0.toolUse.input is invalid. Provide a json object",
        ),
        (
            conversation([TEXT], [CALL], [result(content=[{"json": [1]}])], toolConfig=TOOLS),
            "messages.2.content.0.toolResult.content.0.json is invalid. Provide a json object",
        ),
        (
            conversation([TEXT], [CALL], [result(content=[], status="error")], toolConfig=TOOLS),
            "messages.2.content.0.toolResult cannot be empty when status value is error",
        ),
        (
            conversation([TEXT], [CALL, SECOND_CALL], [RESULT], toolConfig=TOOLS),
            "Expected toolResult blocks at messages.2.content for the following Ids: tooluse_2",
        ),
        (
            conversation([TEXT], [CALL], [TEXT], toolConfig=TOOLS),
            "Expected toolResult blocks at messages.2.content for the following Ids: tooluse_1",
        ),
        (
            conversation([TEXT], [CALL], toolConfig=TOOLS),
            "Expected toolResult blocks at messages.2.content for the following Ids: tooluse_1",
        ),
        (
            conversation([TEXT], [CALL], [result(toolUseId="tooluse_7")], toolConfig=TOOLS),
            "Expected toolResult blocks at messages.2.content for the following Ids: tooluse_1",
        ),
        (
            conversation([TEXT], [CALL], [RESULT, RESULT], toolConfig=TOOLS),
            "The number of toolResult blocks at messages.2.content exceeds",
        ),
        (
            conversation([RESULT], toolConfig=TOOLS),
            "The number of toolResult blocks at messages.0.content exceeds",
        ),
        (conversation([TEXT], [CALL], [RESULT]), "The toolConfig field must be defined"),
        (conversation([TEXT], toolConfig={"tools": [tool("f"), tool("f")]}), "Tool names must be unique"),
        (
            conversation([TEXT], toolConfig={**TOOLS, "toolChoice": {"tool": {"name": "g"}}}),
            "Tool 'g' not found in provided tools",
        ),
        (
            conversation([TEXT], toolConfig={"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": "x"}}}]}),
            "toolConfig.tools.0.toolSpec.inputSchema.json is invalid",
        ),
        (conversation([DOCUMENT]), "A text block must be included when using documents."),
        (
            conversation([TEXT, {"document": {**DOCUMENT["document"], "name": "report.txt"}}]),
            "The document file name can only contain",
        ),
        (
            conversation([TEXT, {"document": {**DOCUMENT["document"], "name": "a  b"}}]),
            "more than one consecutive whitespace",
        ),
        (
            conversation([TEXT, DOCUMENT], [TEXT], [TEXT, DOCUMENT]),
            "Messages can't contain duplicate document names.",
        ),
        (
            conversation([TEXT], outputConfig={"textFormat": {"structure": {"jsonSchema": {"schema": "{"}}}}),
            "schema is not valid JSON",
        ),
    ],
)
def test_a_broken_rule_is_told_in_the_words_of_the_service(request_, part):
    with pytest.raises(ServiceError) as caught:
        check_conversation(request_)
    assert caught.value.code == "ValidationException"
    assert part in caught.value.message
