import json

import pytest

from bedrock_nb.local.answer import ServerToolResult, Text, ToolCall
from bedrock_nb.local.scripts import tools


def spec(name, **properties):
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"toolSpec": {"name": name, "inputSchema": {"json": schema}}}


TOOLS = {"tools": [spec("get_weather", city={"type": "string"}, days={"type": "integer", "minimum": 1}), spec("now")]}
QUESTION = {"role": "user", "content": [{"text": "What is the weather in Paris today?"}]}
REQUEST = {"messages": [QUESTION], "toolConfig": TOOLS}


def calls(answer):
    return [block for block in answer.blocks if isinstance(block, ToolCall)]


def after_results(request, answer, **members):
    """The request that brings the results of all the answer's calls."""
    asked = {"role": "assistant", "content": []}
    results = [
        {"toolResult": {"toolUseId": call.tool_use_id, "content": [{"text": f"{call.name} says 30°C"}], **members}}
        for call in calls(answer)
    ]
    return {**request, "messages": [*request["messages"], asked, {"role": "user", "content": results}]}


def test_all_tools_are_called_at_once_with_arguments_that_fit():
    answer = tools.all_at_once(REQUEST)
    assert answer.stop_reason == "tool_use"
    assert isinstance(answer.blocks[0], Text)
    weather, now = calls(answer)
    assert (weather.name, json.loads(weather.text)) == ("get_weather", {"city": "Paris", "days": 1})
    assert (now.name, now.text) == ("now", "")
    assert len({weather.tool_use_id, now.tool_use_id}) == 2


def test_a_tool_choice_is_kept_to():
    chosen = {**REQUEST, "toolConfig": {**TOOLS, "toolChoice": {"tool": {"name": "now"}}}}
    assert [call.name for call in calls(tools.all_at_once(chosen))] == ["now"]


def test_results_are_quoted():
    answer = tools.all_at_once(after_results(REQUEST, tools.all_at_once(REQUEST), status="error"))
    assert answer.stop_reason == "end_turn"
    assert "- error: get_weather says 30°C" in answer.blocks[0].text
    assert "- error: now says 30°C" in answer.blocks[0].text


def test_of_a_long_result_the_beginning_is_quoted():
    request = after_results(REQUEST, tools.all_at_once(REQUEST))
    request["messages"][-1]["content"][0]["toolResult"]["content"] = [{"text": "x" * 1_000_000}]
    [answer] = tools.all_at_once(request).blocks
    assert "xxx… (1,000,000 characters)" in answer.text
    assert len(answer.text) < 3000


def test_tools_are_called_round_after_round():
    request, names, ids = REQUEST, [], []
    for _ in range(2):
        answer = tools.one_by_one(request)
        [call] = calls(answer)
        names.append(call.name)
        ids.append(call.tool_use_id)
        request = after_results(request, answer)
    assert names == ["get_weather", "now"]
    assert len(set(ids)) == 2
    assert "now says" in tools.one_by_one(request).blocks[0].text


def test_a_new_question_begins_the_rounds_again():
    request = after_results(REQUEST, tools.one_by_one(REQUEST))
    again = {**request, "messages": [*request["messages"], {"role": "assistant", "content": []}, QUESTION]}
    assert [call.name for call in calls(tools.one_by_one(again))] == ["get_weather"]


@pytest.mark.parametrize("script", [tools.all_at_once, tools.one_by_one])
def test_without_tools_it_says_what_is_missing(script):
    answer = script({"messages": [QUESTION]})
    assert answer.stop_reason == "end_turn"
    assert "pass a `toolConfig`" in answer.blocks[0].text


def test_the_service_runs_its_own_tool():
    call, result, text = tools.server_tool({"messages": [QUESTION]}).blocks
    assert call.server
    assert isinstance(result, ServerToolResult)
    assert result.tool_use_id == call.tool_use_id
    assert result.content == ({"json": {"words": 7, "characters": 35}},)
    assert "scripted" in text.text


@pytest.mark.parametrize(
    ("prompt", "city"),
    [
        ("What is the weather in Paris?", "Paris"),
        ("what is the weather", "scripted"),
        ("Hello. What now?", "scripted"),
        ("From Rome to Oslo!", "Oslo"),
        ("", "scripted"),
    ],
)
def test_a_name_in_the_prompt_becomes_an_argument(prompt, city):
    request = {**REQUEST, "messages": [{"role": "user", "content": [{"text": prompt}]}]}
    assert json.loads(calls(tools.all_at_once(request))[0].text)["city"] == city


def test_a_tool_that_takes_no_object_gets_no_arguments():
    odd = {"toolSpec": {"name": "odd", "inputSchema": {"json": {"type": "string"}}}}
    request = {"messages": [QUESTION], "toolConfig": {"tools": [odd]}}
    assert calls(tools.all_at_once(request))[0].text == ""
