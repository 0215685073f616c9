from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.local.usage import cached_tokens, input_tokens, tokens_in, usage

POINT = {"cachePoint": {"type": "default"}}


def test_four_characters_are_a_token():
    assert [tokens_in(text) for text in ("", "a", "abcd", "abcde")] == [0, 1, 1, 2]


@given(st.lists(st.text(max_size=30)), st.integers(0, 500))
def test_the_total_adds_up(texts, output):
    request = {"messages": [{"role": "user", "content": [{"text": text} for text in texts]}]}
    counts = usage(request, output)
    assert counts["totalTokens"] == counts["inputTokens"] + output
    assert "cacheReadInputTokens" not in counts


def test_the_cache_is_written_first_and_read_later():
    first = {"system": [{"text": "x" * 400}, POINT], "messages": [{"role": "user", "content": [{"text": "y" * 40}]}]}
    written = usage(first, 5)
    assert (written["inputTokens"], written["cacheWriteInputTokens"], written["cacheReadInputTokens"]) == (10, 100, 0)
    assert written["cacheDetails"] == [{"ttl": "5m", "inputTokens": 100}]
    answered = [*first["messages"], {"role": "assistant", "content": []}, {"role": "user", "content": []}]
    read = usage({**first, "messages": answered}, 5)
    assert (read["inputTokens"], read["cacheWriteInputTokens"], read["cacheReadInputTokens"]) == (10, 0, 100)
    assert read["totalTokens"] == written["totalTokens"] == 115


def test_the_last_cache_point_counts():
    tools = [{"toolSpec": {"name": "f"}}, POINT]
    content = [{"text": "a" * 40}, {"cachePoint": {"type": "default", "ttl": "1h"}}, {"text": "b" * 4}]
    request = {"toolConfig": {"tools": tools}, "messages": [{"role": "user", "content": content}]}
    assert cached_tokens(request) == input_tokens(request) - 1
    assert usage(request, 0)["cacheDetails"][0]["ttl"] == "1h"
