from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.local.answer import (
    PIECE_LENGTHS,
    Answer,
    Cited,
    Reasoning,
    Text,
    ToolCall,
    block_events,
    pieces,
    signature,
    stream,
    until_max_tokens,
    until_stop_sequence,
    within_limits,
)
from bedrock_nb.local.folding import converse_response
from bedrock_nb.local.usage import tokens_in

texts = st.text(max_size=200)
blocks = st.one_of(
    st.builds(Text, texts),
    st.builds(Reasoning, texts),
    st.builds(Cited, texts, st.just({"title": "t"})),
    st.builds(ToolCall, st.just("tooluse_1"), st.just("name"), texts),
)
answers = st.builds(Answer, st.lists(blocks, max_size=4).map(tuple))


@given(texts)
def test_pieces_are_the_text(text):
    assert "".join(pieces(text)) == text


def test_pieces_have_nine_characters_in_the_mean():
    assert sum(PIECE_LENGTHS) / len(PIECE_LENGTHS) == 9
    assert [len(piece) for piece in pieces("x" * 90)] == list(PIECE_LENGTHS)


@given(answers, st.integers(1, 200))
def test_no_answer_is_longer_than_max_tokens(answer, max_tokens):
    limited = until_max_tokens(answer, max_tokens)
    assert limited.output_tokens <= max_tokens
    assert (limited.stop_reason == "max_tokens") == (answer.output_tokens > max_tokens)


@given(answers, st.text("ab ", min_size=1, max_size=3))
def test_no_answer_goes_beyond_its_stop_sequence(answer, stop):
    limited = until_stop_sequence(answer, [stop])
    said = [block.text for block in limited.blocks if isinstance(block, (Text, Cited))]
    assert all(stop not in text for text in said)
    assert (limited.stop_reason == "stop_sequence") == (limited is not answer)


def test_the_first_of_several_stop_sequences_counts():
    limited = until_stop_sequence(Answer((Text("one two three"),)), ["three", "two"])
    assert limited.blocks == (Text("one "),)
    assert limited.stop_sequence == "two"


def test_reasoning_that_was_cut_is_not_signed():
    limited = until_max_tokens(Answer((Reasoning("a" * 40), Text("never"))), 2)
    assert limited.blocks == (Reasoning("a" * 8, signed=False),)


def test_max_tokens_may_cut_a_tool_input_in_two():
    limited = until_max_tokens(Answer((ToolCall("tooluse_1", "f", '{"city": "Paris"}'),), "tool_use"), 2)
    assert limited.blocks[0].text == '{"city":'
    assert limited.stop_reason == "max_tokens"


def test_text_and_reasoning_have_no_start_and_tools_have_one():
    assert "contentBlockDelta" in next(block_events(Text("a"), 0))
    assert "contentBlockDelta" in next(block_events(Reasoning("a"), 0))
    start = next(block_events(ToolCall("tooluse_1", "f", "", server=True), 3))
    assert start["contentBlockStart"] == {
        "start": {"toolUse": {"toolUseId": "tooluse_1", "name": "f", "type": "server_tool_use"}},
        "contentBlockIndex": 3,
    }


def test_a_citation_comes_before_its_text():
    deltas = [
        next(iter(event["contentBlockDelta"]["delta"])) for event in list(block_events(Cited("cited", {}), 0))[:-1]
    ]
    assert deltas == ["citation", "text", "text"]


def test_the_signature_follows_from_the_text():
    assert signature("a") == signature("a") != signature("b")


@given(answers)
def test_a_stream_says_what_the_answer_has(answer):
    events = list(stream(answer, {}))
    assert [next(iter(event)) for event in (events[0], *events[-2:])] == ["messageStart", "messageStop", "metadata"]
    usage = events[-1]["metadata"]["usage"]
    assert usage["outputTokens"] == sum(tokens_in(block.text) for block in answer.blocks)
    assert usage["totalTokens"] == usage["inputTokens"] + usage["outputTokens"]
    content = converse_response(events)["output"]["message"]["content"]
    said = "".join(block["text"] for block in content if "text" in block)
    assert said == "".join(block.text for block in answer.blocks if isinstance(block, Text))


def test_the_tier_and_latency_that_were_asked_for_are_told():
    request = {"serviceTier": {"type": "flex"}, "performanceConfig": {"latency": "optimized"}}
    metadata = list(stream(Answer((Text("a"),)), request))[-1]["metadata"]
    assert metadata["serviceTier"] == {"type": "flex"}
    assert metadata["performanceConfig"] == {"latency": "optimized"}


def test_the_stop_sequence_is_told_on_request():
    request = {
        "inferenceConfig": {"stopSequences": ["two"]},
        "additionalModelResponseFieldPaths": ["/stop_sequence"],
    }
    stop = list(stream(Answer((Text("one two"),)), request))[-2]["messageStop"]
    assert stop == {"stopReason": "stop_sequence", "additionalModelResponseFields": {"stop_sequence": "two"}}


def test_limits_are_those_of_the_request():
    answer = Answer((Text("one two three"),))
    assert within_limits(answer, {}) is answer
    assert within_limits(answer, {"inferenceConfig": {"maxTokens": 1}}).blocks == (Text("one "),)
