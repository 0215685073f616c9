from bedrock_nb.core.usage import Usage


def test_usage_tells_every_count_and_none_where_the_service_did_not_say():
    usage = Usage.from_wire(
        {
            "inputTokens": 4,
            "outputTokens": 10,
            "totalTokens": 2715,
            "cacheReadInputTokens": 2701,
            "cacheWriteInputTokens": 0,
            "cacheDetails": [{"ttl": "5m", "inputTokens": 1}, 7],
            "serverToolUsage": {"webSearchRequests": 1},
        }
    )
    assert usage == Usage(4, 10, 2715, 2701, 0, ({"ttl": "5m", "inputTokens": 1},), {"webSearchRequests": 1})
    assert Usage.from_wire({}) == Usage()


def test_what_is_no_count_is_none():
    assert (
        Usage.from_wire({"inputTokens": True, "outputTokens": "7", "cacheDetails": 7, "serverToolUsage": 7}) == Usage()
    )
    assert Usage.from_wire(None) is None
