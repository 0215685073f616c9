from copy import deepcopy

import pytest

from bedrock_nb.core.request.caching import MOST_CACHE_POINTS, with_cache_points

POINT = {"cachePoint": {"type": "default"}}
TOOL = {"toolSpec": {"name": "t", "inputSchema": {"json": {}}}}


def request(model="us.anthropic.claude-sonnet-4-5-20250929-v1:0", messages=1):
    return {
        "modelId": model,
        "system": [{"text": "s"}],
        "messages": [{"role": "user", "content": [{"text": str(number)}]} for number in range(messages)],
        "toolConfig": {"tools": [TOOL]},
    }


def points(request):
    parts = [*request.get("system", []), *request.get("toolConfig", {}).get("tools", [])]
    parts += [part for message in request["messages"] for part in message["content"]]
    return [part for part in parts if "cachePoint" in part]


def test_points_end_tools_system_text_and_the_last_message():
    cached = with_cache_points(request(messages=2))
    assert cached["system"] == [{"text": "s"}, POINT]
    assert cached["toolConfig"]["tools"] == [TOOL, POINT]
    assert [message["content"] for message in cached["messages"]] == [[{"text": "0"}], [{"text": "1"}, POINT]]


def test_the_request_stays_as_it_was():
    given = request()
    kept = deepcopy(given)
    with_cache_points(given, "1h")
    assert given == kept


def test_a_lifetime_may_be_named():
    assert all(
        point["cachePoint"] == {"type": "default", "ttl": "1h"} for point in points(with_cache_points(request(), "1h"))
    )


def test_doing_it_twice_changes_nothing():
    once = with_cache_points(request())
    assert with_cache_points(once) == once


def test_nova_takes_none_after_tools():
    assert with_cache_points(request("us.amazon.nova-lite-v1:0"))["toolConfig"]["tools"] == [TOOL]


@pytest.mark.parametrize("missing", ["system", "toolConfig"])
def test_what_is_not_there_gets_no_point(missing):
    given = request()
    del given[missing]
    assert missing not in with_cache_points(given)


def test_a_chat_never_has_more_points_than_the_service_takes_and_keeps_the_newest():
    chat = request()
    for number in range(10):
        chat = with_cache_points(chat)
        assert len(points(chat)) <= MOST_CACHE_POINTS
        assert chat["messages"][-1]["content"][-1] == POINT
        chat["messages"] += [
            {"role": "assistant", "content": [{"text": "a"}]},
            {"role": "user", "content": [{"text": str(number)}]},
        ]
    assert chat["messages"][-3]["content"][-1] == POINT
