from bedrock_nb.local.answer import Reasoning, ServerToolResult, Text, ToolCall
from bedrock_nb.local.scripts.quickstart import quickstart

QUESTION = {"role": "user", "content": [{"text": "Why is the sky blue?"}]}
TOOL = {"toolSpec": {"name": "look_up", "inputSchema": {"json": {"type": "object"}}}}


def kinds(answer):
    return [type(block) for block in answer.blocks]


def test_it_has_reasoning_text_and_a_call_of_the_first_tool():
    answer = quickstart({"messages": [QUESTION], "toolConfig": {"tools": [TOOL]}})
    assert kinds(answer) == [Reasoning, Text, ToolCall]
    assert (answer.blocks[2].name, answer.blocks[2].server) == ("look_up", False)
    assert answer.stop_reason == "tool_use"


def test_without_tools_it_shows_one_of_the_services_own():
    answer = quickstart({"messages": [QUESTION]})
    assert kinds(answer) == [Reasoning, Text, ToolCall, ServerToolResult, Text]
    assert answer.blocks[2].server
    assert answer.stop_reason == "end_turn"


def test_it_quotes_the_result_when_it_is_back():
    result = {"toolResult": {"toolUseId": "tooluse_1", "content": [{"text": "Rayleigh"}]}}
    request = {"messages": [QUESTION, {"role": "assistant", "content": []}, {"role": "user", "content": [result]}]}
    [text] = quickstart(request).blocks
    assert "success: Rayleigh" in text.text
