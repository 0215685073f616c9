from bedrock_nb.local.answer import stream
from bedrock_nb.local.scripts import thinking

REQUEST = {"messages": [{"role": "user", "content": [{"text": "Why is the sky blue?"}]}]}


def deltas(answer):
    """(block index, kind of delta) in their order, each run of the same kind once."""
    seen = []
    for event in stream(answer, REQUEST):
        if "contentBlockDelta" in event:
            delta = event["contentBlockDelta"]["delta"]
            kind = next(iter(delta.get("reasoningContent", delta)))
            where = (event["contentBlockDelta"]["contentBlockIndex"], "reasoningContent" in delta, kind)
            if where not in seen[-1:]:
                seen.append(where)
    return seen


def test_reasoning_is_signed_before_the_text_begins():
    assert deltas(thinking.reasoning(REQUEST)) == [(0, True, "text"), (0, True, "signature"), (1, False, "text")]


def test_unsigned_reasoning_comes_after_an_empty_block():
    events = list(stream(thinking.unsigned_reasoning(REQUEST), REQUEST))
    assert events[1] == {"contentBlockDelta": {"delta": {"text": ""}, "contentBlockIndex": 0}}
    assert deltas(thinking.unsigned_reasoning(REQUEST))[1:] == [(1, True, "text"), (2, False, "text")]


def test_redacted_reasoning_is_whole_blocks_of_bytes():
    answer = thinking.redacted_reasoning(REQUEST)
    assert deltas(answer) == [(0, True, "redactedContent"), (1, True, "redactedContent"), (2, False, "text")]
    assert answer.blocks[0].content != answer.blocks[1].content
    assert "\ufffd" in answer.blocks[0].content.decode("utf-8", "replace")
