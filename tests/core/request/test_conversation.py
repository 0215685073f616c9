import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.errors import InvalidInput, UnreadableRecording
from bedrock_nb.core.request.conversation import Conversation
from bedrock_nb.core.request.past_exchange import PastExchange, history_problem
from bedrock_nb.local.conversation_rules import check_conversation


def exchange(name, after="", *, cell="", problem="", model="m", parts=()):
    messages = (
        {"role": "user", "content": [{"text": f"{name}?"}]},
        {"role": "assistant", "content": [*parts, {"text": f"{name}."}]},
    )
    return PastExchange(name, messages, cell, after, model, problem)


def conversation(*exchanges):
    made = Conversation()
    for each in exchanges:
        made = made.with_exchange(each)
    return made


def texts(messages):
    return [message["content"][-1]["text"] for message in messages]


THREE = conversation(exchange("a", cell="1"), exchange("b", "a", cell="2"), exchange("c", "b", cell="3"))


def test_the_next_prompt_goes_on_from_all_that_was_said():
    assert texts(THREE.messages()) == ["a?", "a.", "b?", "b.", "c?", "c."]
    assert THREE.outdated == ()


def test_a_cell_that_runs_again_goes_on_from_what_stands_before_it():
    assert texts(THREE.messages("2")) == ["a?", "a."]


def test_a_cell_that_runs_again_replaces_its_own_exchange_and_tells_which_no_longer_follow():
    again = THREE.with_exchange(exchange("b2", "a", cell="2"))
    assert texts(again.messages()) == ["a?", "a.", "b2?", "b2.", "c?", "c."]
    assert again.outdated == (3,)


def test_running_the_later_ones_again_mends_it():
    again = THREE.with_exchange(exchange("b2", "a", cell="2")).with_exchange(exchange("c2", "b2", cell="3"))
    assert again.outdated == ()


def test_what_follows_from_something_outdated_is_outdated_too():
    four = THREE.with_exchange(exchange("d", "c", cell="4"))
    assert four.with_exchange(exchange("b2", "a", cell="2")).outdated == (3, 4)


def test_an_exchange_with_a_problem_stays_and_is_not_sent():
    failed = THREE.with_exchange(exchange("d", "c", problem="it was stopped"))
    assert len(failed.exchanges) == 4
    assert failed.messages() == THREE.messages()
    assert failed.with_exchange(exchange("e", "c")).outdated == ()


def test_one_that_fails_when_it_runs_again_leaves_later_ones_without_it():
    failed = THREE.with_exchange(exchange("b2", "a", cell="2", problem="it failed: Throttled"))
    assert texts(failed.messages()) == ["a?", "a.", "c?", "c."]
    assert failed.outdated == (3,)


def test_exchanges_of_no_cell_replace_nothing():
    assert len(conversation(exchange("a"), exchange("b", "a")).exchanges) == 2


def test_another_model_is_not_sent_the_reasoning_of_this_one():
    signed = {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}}
    one = conversation(exchange("a", parts=(signed,)))
    assert signed in one.messages(model="m")[1]["content"]
    assert signed in one.messages()[1]["content"]
    assert signed not in one.messages(model="other")[1]["content"]


def test_a_request_without_tools_is_told_of_calls_in_words():
    call = {"toolUse": {"toolUseId": "1", "name": "f", "input": {}}}
    one = conversation(exchange("a", parts=(call,)))
    assert call in one.messages()[1]["content"]
    assert one.messages(tools=False)[1]["content"][0] == {"text": "[called f with {}]"}


def test_a_fork_is_the_first_of_the_exchanges():
    assert texts(THREE.first(1).messages()) == ["a?", "a."]
    with pytest.raises(InvalidInput, match="has 3 exchanges; there is no number 4"):
        THREE.first(4)


def test_it_is_read_again_as_it_was_written():
    kept = THREE.with_options({"model": "m", "tools": ["weather"]})
    assert Conversation.from_dict(json.loads(json.dumps(kept.to_dict()))) == kept


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"version": 99},
        {"version": 1},
        {"version": 1, "exchanges": [{}]},
        {"version": 1, "exchanges": 5},
        {"version": 1, "exchanges": [exchange("a").to_dict() | {"messages": [5]}]},
        {
            "version": 1,
            "exchanges": [exchange("a").to_dict() | {"messages": [{"role": "user"}, {"role": "assistant"}]}],
        },
        {"version": 1, "exchanges": [], "options": 5},
    ],
)
def test_what_is_no_conversation_is_not_read(data):
    with pytest.raises(UnreadableRecording):
        Conversation.from_dict(data)


def test_what_somebody_edited_so_that_it_cannot_be_sent_is_not_carried_on():
    edited = exchange("a").to_dict() | {"messages": [{"role": "assistant", "content": []}]}
    read = Conversation.from_dict({"version": 1, "exchanges": [edited]})
    assert [each.problem for each in read.exchanges] == ["it does not begin with the user"]
    assert read.messages() == []


runs = st.lists(st.tuples(st.sampled_from(["", "1", "2", "3"]), st.booleans(), st.booleans()), max_size=8)


def history_of(runs):
    """What comes of running cells in this order: each may fail, and may call a tool."""
    made = Conversation()
    for number, (cell, fails, calls) in enumerate(runs):
        before = made.before(cell)
        messages = [{"role": "user", "content": [{"text": "?"}]}]
        if calls:
            call = {"toolUse": {"toolUseId": str(number), "name": "f", "input": {}}}
            result = {"toolResult": {"toolUseId": str(number), "content": [{"text": "x"}]}}
            messages += [{"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
        messages += [] if fails else [{"role": "assistant", "content": [{"text": "."}]}]
        after = before[-1].id if before else ""
        made = made.with_exchange(
            PastExchange(str(number), tuple(messages), cell, after, "m", "it was stopped" if fails else "")
        )
    return made


@given(runs, st.sampled_from(["", "1", "2"]), st.booleans())
def test_whatever_ran_the_history_is_one_that_the_service_takes(runs, cell, tools):
    messages = history_of(runs).messages(cell, model="m", tools=tools)
    assert not messages or not history_problem(messages)
    config = {"toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {}}}}]}} if tools else {}
    check_conversation({"messages": [*messages, {"role": "user", "content": [{"text": "?"}]}], **config})


@given(runs)
def test_running_all_cells_again_in_their_order_leaves_nothing_outdated(runs):
    made = history_of(runs)
    for exchange in made.exchanges:
        before = made.before(exchange.cell) if exchange.cell else ()
        if not exchange.cell:
            return
        after = before[-1].id if before else ""
        made = made.with_exchange(
            PastExchange(exchange.id + "'", exchange.messages, exchange.cell, after, "m", exchange.problem)
        )
    assert made.outdated == ()
