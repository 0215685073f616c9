import pytest

from bedrock_nb.core.errors import Stopped, Throttled
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.request.past_exchange import PastExchange, history_problem, past_exchange

QUESTION = {"role": "user", "content": [{"text": "Why?"}]}


def recording(*blocks, stop="end_turn", request=None, **rest):
    events = [{"messageStart": {"role": "assistant"}}]
    for index, block in enumerate(blocks):
        events += (
            [{"contentBlockDelta": {"contentBlockIndex": index, "delta": {"text": block}}}]
            if isinstance(block, str)
            else [
                {
                    "contentBlockStart": {
                        "contentBlockIndex": index,
                        "start": {"toolUse": {"toolUseId": "1", "name": "f"}},
                    }
                },
                {"contentBlockDelta": {"contentBlockIndex": index, "delta": {"toolUse": {"input": '{"a": 1}'}}}},
            ]
        )
        events.append({"contentBlockStop": {"contentBlockIndex": index}})
    events += [{"messageStop": {"stopReason": stop}}] if stop else []
    request = {"modelId": "m", "messages": [QUESTION]} | (request or {})
    return Recording.from_events(events, request=request, id="r", **rest)


def test_a_whole_answer_is_carried_on():
    past = past_exchange(recording("Because."), cell="c", after="before")
    answer = {"role": "assistant", "content": [{"text": "Because."}]}
    assert past == PastExchange("r", (QUESTION, answer), "c", "before", "m", "")
    assert (past.prompt, past.answer) == ("Why?", "Because.")


def test_the_history_that_came_before_is_not_the_exchange_s_own():
    history = [QUESTION, {"role": "assistant", "content": [{"text": "So."}]}]
    past = past_exchange(recording("Because.", request={"messages": [*history, QUESTION]}), history=2)
    assert [message["role"] for message in past.messages] == ["user", "assistant"]


@pytest.mark.parametrize(
    ("last", "error", "problem"),
    [
        (recording("Bec", stop=None), None, "its answer broke off"),
        (recording("Bec", failure=Stopped("x")), None, "it was stopped"),
        (recording(failure=Throttled("x", code="ThrottlingException")), None, "it failed: ThrottlingException"),
        (recording("Because."), Stopped("while a tool ran"), "it was stopped"),
        (recording("I cannot.", stop="guardrail_intervened"), None, "a guardrail stepped in"),
        (recording("x", stop="content_filtered"), None, "its content was filtered"),
        (recording(), None, "there is no answer"),
        (recording({}, stop="tool_use"), None, "a tool call has no result"),
    ],
)
def test_what_cannot_be_carried_on_says_why(last, error, problem):
    assert past_exchange(last, error=error).problem == problem


def test_an_answer_cut_by_its_limit_is_carried_on():
    assert past_exchange(recording("Because of", stop="max_tokens")).problem == ""


def test_a_forced_tool_s_input_is_the_answer():
    forced = {"toolConfig": {"tools": [], "toolChoice": {"tool": {"name": "f"}}}}
    past = past_exchange(recording({}, stop="tool_use", request=forced))
    assert (past.answer, past.problem) == ('{"a": 1}', "")


def test_it_is_read_again_as_it_was_written():
    past = past_exchange(recording("Because.", request={"messages": [{"role": "user", "content": [{"b": b"\xff"}]}]}))
    assert PastExchange.from_dict(past.to_dict()) == past


@pytest.mark.parametrize(
    ("roles", "problem"),
    [
        ([], "it does not begin with the user"),
        (["assistant"], "it does not begin with the user"),
        (["user"], "there is no answer"),
        (["user", "user", "assistant"], "two messages of the same side follow one another"),
        (["user", "assistant"], ""),
    ],
)
def test_a_history_has_its_rules(roles, problem):
    assert history_problem([{"role": role, "content": [{"text": "x"}]} for role in roles]) == problem


def test_who_said_what_is_told_in_words_tools_included():
    call = {"toolUse": {"toolUseId": "1", "name": "f", "input": {}}}
    result = {"toolResult": {"toolUseId": "1", "content": [{"text": "12"}]}}
    messages = (
        {"role": "user", "content": [{"document": {"name": "Plan"}}, {"text": "Why?"}]},
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [result]},
        {"role": "assistant", "content": [{"text": "Because."}]},
    )
    past = PastExchange("r", messages)
    assert past.told == (
        ("user", "(document Plan)\n\nWhy?"),
        ("assistant", "[called f with {}]"),
        ("tools", "[it gave: 12]"),
        ("assistant", "Because."),
    )
    assert (past.prompt, past.answer) == ("(document Plan)\n\nWhy?", "Because.")


def test_the_turns_before_a_prompt_are_not_the_prompt():
    messages = (QUESTION, {"role": "assistant", "content": [{"text": "So."}]}, {**QUESTION, "content": [{"text": "?"}]})
    past = PastExchange("r", messages)
    assert (past.prompt, past.answer) == ("?", "")
