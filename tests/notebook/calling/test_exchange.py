import asyncio
import json
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedrock_nb.core.blocks import ToolUseBlock
from bedrock_nb.core.errors import InvalidInput, Stopped, Throttled
from bedrock_nb.core.recording import Recording as CoreRecording
from bedrock_nb.local import LocalBedrock, Stall, StreamException
from bedrock_nb.notebook.calling.asking import begun, exchange, prepared
from bedrock_nb.notebook.calling.exchange import following
from bedrock_nb.notebook.tools.consent import Questions

PATIENCE = 10
ALL_AT_ONCE = "local.scripted-tools-v1:0"
ONE_BY_ONE = "local.scripted-tool-rounds-v1:0"
PLAIN = "local.scripted-default-v1:0"


def weather(city: str) -> dict:
    """Tell the weather of a city."""
    return {"city": city, "degrees": 20}


async def search(query: str) -> str:
    """Search the web."""
    return f"found {query}"


def broken() -> None:
    """Fail."""
    raise LookupError("no such thing")


@pytest.fixture
def endpoint():
    with LocalBedrock() as endpoint:
        yield endpoint


@pytest.fixture
def ask(endpoint):
    def begin(prompt="Weather in Bern?", model=ALL_AT_ONCE, **options):
        return exchange(prompt, model=model, endpoint_url=endpoint.url, region="us-east-1", namespace={}, **options)

    return begin


def tool_call(number=0, name="weather", text='{"city": "Bern"}', **start):
    yield {
        "contentBlockStart": {
            "contentBlockIndex": number,
            "start": {"toolUse": {"toolUseId": f"call-{number}", "name": name, **start}},
        }
    }
    yield {"contentBlockDelta": {"contentBlockIndex": number, "delta": {"toolUse": {"input": text}}}}
    yield {"contentBlockStop": {"contentBlockIndex": number}}


def message(*blocks, stop="tool_use"):
    events = [{"messageStart": {"role": "assistant"}}, *(event for block in blocks for event in block)]
    return [*events, *([{"messageStop": {"stopReason": stop}}] if stop else [])]


def text(words, number=0):
    yield {"contentBlockDelta": {"contentBlockIndex": number, "delta": {"text": words}}}
    yield {"contentBlockStop": {"contentBlockIndex": number}}


def scripted(endpoint, *answers):
    """A model that gives these answers in their order, the last one for ever."""
    coming = list(answers)
    endpoint.add("local.own", lambda _: coming.pop(0) if len(coming) > 1 else coming[0])
    return "local.own"


def bodies(endpoint):
    return [json.loads(request.raw_body) for request in endpoint.requests]


def last_results(endpoint):
    content = bodies(endpoint)[-1]["messages"][-1]["content"]
    return [part["toolResult"] for part in content]


def test_a_prompt_without_tools_is_one_call(ask):
    asked = ask(model=PLAIN)
    assert asked.result().complete
    assert asked.complete
    assert len(asked.recordings) == 1
    assert asked.text == asked.recording.text


def test_it_tells_how_many_calls_it_made(ask):
    plain, with_tools = ask(model=PLAIN), ask(tools=[weather])
    plain.result()
    with_tools.result()
    assert repr(plain).endswith(": done, 1 call>")
    assert repr(with_tools).endswith(": done, 2 calls>")


def test_parallel_calls_are_answered_together_in_their_order(ask, endpoint):
    asked = ask(tools=[weather, search, broken])
    answer = asked.result()
    assert "success: found Bern" in answer.text
    assert len(asked.recordings) == 2
    assert [(result.get("status"), result["content"]) for result in last_results(endpoint)] == [
        (None, [{"json": {"city": "Bern", "degrees": 20}}]),
        (None, [{"text": "found Bern"}]),
        ("error", [{"text": "LookupError: no such thing"}]),
    ]


def test_it_goes_on_for_as_many_rounds_as_the_model_asks(ask, endpoint):
    asked = ask(model=ONE_BY_ONE, tools=[weather, search, broken])
    assert asked.result().stop_reason == "end_turn"
    assert len(asked.recordings) == 4
    roles = [message["role"] for message in bodies(endpoint)[-1]["messages"]]
    assert roles == ["user", "assistant", "user", "assistant", "user", "assistant", "user"]
    assert all(body["toolConfig"] == bodies(endpoint)[0]["toolConfig"] for body in bodies(endpoint))


def test_the_tools_are_declared_as_their_functions_say(ask, endpoint):
    ask(tools=[weather]).result()
    assert bodies(endpoint)[0]["toolConfig"]["tools"] == [
        {
            "toolSpec": {
                "name": "weather",
                "description": "Tell the weather of a city.",
                "inputSchema": {
                    "json": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
                },
            }
        }
    ]


def test_too_many_rounds_end_it_and_say_so(ask, endpoint):
    called = []

    def again() -> str:
        called.append(1)
        return "and again"

    model = scripted(endpoint, message(tool_call(name="again", text="")))
    asked = ask(model=model, tools=[again], max_rounds=3)
    answer = asked.result()
    assert (len(called), len(asked.recordings)) == (3, 4)
    assert asked.error.code == "TooManyRounds"
    assert "called tools 3 times and asks for more (again)" in asked.error.message
    assert answer.error is asked.error
    assert all(recording.complete for recording in asked.recordings[:-1])


def test_a_call_that_was_cut_off_is_answered_and_not_run(ask, endpoint):
    model = scripted(
        endpoint, message(tool_call(text='{"city": "Be'), stop="max_tokens"), message(text("Sorry."), stop="end_turn")
    )
    assert ask(model=model, tools=[weather]).result().text == "Sorry."
    assert [result["status"] for result in last_results(endpoint)] == ["error"]


def test_a_tool_that_does_not_exist_is_answered(ask, endpoint):
    model = scripted(endpoint, message(tool_call(name="nope")), message(text("Sorry."), stop="end_turn"))
    assert ask(model=model, tools=[weather]).result().text == "Sorry."
    assert last_results(endpoint)[0]["content"] == [{"text": "There is no tool `nope`. The tools are: weather."}]


def test_a_server_s_own_tool_is_never_run(ask, endpoint):
    model = scripted(endpoint, message(tool_call(type="server_tool_use"), text("Done.", 1), stop="end_turn"))
    asked = ask(model=model, tools=[weather])
    assert asked.result().text == "Done."
    assert len(endpoint.requests) == 1


def test_a_tool_that_the_caller_has_to_run_ends_the_exchange(ask, endpoint):
    own = {"toolSpec": {"name": "own", "inputSchema": {"json": {"type": "object"}}}}
    asked = ask(tools=[weather, own])
    assert [call.name for call in asked.result().tool_calls] == ["weather", "own"]
    assert asked.error is None
    assert len(endpoint.requests) == 1


def test_what_a_guardrail_stopped_runs_no_tools(ask, endpoint):
    model = scripted(endpoint, message(tool_call(), stop="guardrail_intervened"))
    assert ask(model=model, tools=[weather]).result().stop_reason == "guardrail_intervened"
    assert len(endpoint.requests) == 1


def test_an_error_in_a_later_call_ends_it_and_keeps_what_came(ask, endpoint):
    failing = [{"messageStart": {"role": "assistant"}}, StreamException("throttlingException", "slow down")]
    model = scripted(endpoint, message(tool_call()), failing)
    asked = ask(model=model, tools=[weather], retries=0)
    asked.result()
    assert isinstance(asked.error, Throttled)
    assert [recording.complete for recording in asked.recordings] == [True, False]


def test_a_wrong_option_sends_nothing(ask, endpoint):
    with pytest.raises(InvalidInput):
        ask(tools=["nowhere"])
    assert not endpoint.requests


def test_what_was_forced_once_is_free_in_the_next_call(ask, endpoint):
    ask(tools=[weather], tool_choice="weather").result()
    first, second = bodies(endpoint)
    assert first["toolConfig"]["toolChoice"] == {"tool": {"name": "weather"}}
    assert second["toolConfig"] == {"tools": first["toolConfig"]["tools"]}


def test_auto_stays_as_it_was_chosen():
    request = {"messages": [], "toolConfig": {"tools": [], "toolChoice": {"auto": {}}}}
    assert following(CoreRecording(request=request), [])["toolConfig"] == request["toolConfig"]


messages = st.lists(
    st.lists(st.sampled_from(["weather", "search", "broken", "nope", "cut"]), min_size=1, max_size=4), max_size=3
)


@settings(max_examples=20)
@given(rounds=messages)
def test_whatever_the_model_calls_every_message_is_answered_by_one_that_the_service_takes(served, rounds):
    """The endpoint refuses a history that the service refuses, so an answer means that it was one."""
    answers = [
        message(
            *(
                tool_call(n, name, "{" if name == "cut" else '{"city": "a", "query": "a"}')
                for n, name in enumerate(names)
            )
        )
        for names in rounds
    ]
    model = scripted(served, *answers, message(text("Done."), stop="end_turn"))
    asked = exchange(
        "?", model=model, tools=[weather, search, broken], endpoint_url=served.url, region="us-east-1", namespace={}
    )
    assert asked.result().text == "Done."
    assert len(asked.recordings) == len(rounds) + 1
    sent = asked.recording.request["messages"]
    for called, answered in zip(sent[1::2], sent[2::2], strict=True):
        calls = [part["toolUse"]["toolUseId"] for part in called["content"]]
        assert [part["toolResult"]["toolUseId"] for part in answered["content"]] == calls


# Reading along.


def test_its_events_are_those_of_all_its_calls(ask):
    asked = ask(tools=[weather])
    expected = [event for recording in (asked.result(), *asked.recordings)[1:] for event in recording.events]
    assert list(asked) == expected
    assert "".join(asked.text_deltas()) == "".join(recording.text for recording in asked.recordings)


def test_readers_may_come_before_and_after_the_end_in_any_number(ask):
    asked = ask(tools=[weather])
    first = next(iter(asked))
    before = list(asked)
    assert before[0] == first
    assert list(asked) == before

    async def read():
        return [event async for event in asked], [event async for event in asked]

    assert asyncio.run(read()) == (before, before)


def test_it_can_be_awaited(ask):
    async def wait():
        return await ask(tools=[weather])

    assert asyncio.run(wait()).complete


def test_a_reader_that_gives_up_takes_nothing_from_the_others(ask):
    running, release = threading.Event(), threading.Event()

    def slow() -> str:
        running.set()
        assert release.wait(PATIENCE)
        return "late"

    asked = ask(tools=[slow])

    async def give_up():
        reading = asyncio.ensure_future(_read_all(asked))
        assert await asyncio.to_thread(running.wait, PATIENCE)
        reading.cancel()
        await asyncio.wait([reading])
        assert reading.cancelled()

    asyncio.run(give_up())
    release.set()
    assert asked.result().complete


async def _read_all(asked):
    return [event async for event in asked]


def test_the_end_is_told_before_anyone_who_waits(endpoint):
    told = []
    call, toolbox = prepared("Why?", model=PLAIN, endpoint_url=endpoint.url, region="us-east-1", namespace={})
    asked = begun(call, toolbox, on_end=lambda ended: told.append((ended, ended.done, ended.recording.text)))
    answer = asked.result()
    assert told == [(asked, False, answer.text)]


def test_a_panel_is_told_of_each_call_once(ask):
    asked = ask(model=ONE_BY_ONE, tools=[weather, search])
    seen = []
    asked.follow(seen.append, seen=1)
    asked.result()
    assert seen == list(asked.calls[1:])


def test_one_that_follows_no_more_is_let_go_and_told_of_nothing(ask):
    asked, seen = ask(model=ONE_BY_ONE, tools=[weather, search]), []
    cease = asked.follow(seen.append, seen=1)

    def follow_once(begun):
        cease()
        cease_too()

    cease_too = asked.follow(follow_once, seen=1)
    asked.result()
    assert len(seen) <= 1
    assert asked._followers == []


def test_a_round_is_not_done_while_its_tools_run(ask):
    begun, release = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert release.wait(PATIENCE)
        return "late"

    asked = ask(tools=[slow])
    assert begun.wait(PATIENCE)
    [first] = asked.calls
    assert first.stream.done
    assert not first.done
    assert not asked.done
    release.set()
    asked.result()
    assert [each.done for each in asked.calls] == [True, True]


# Stop.


def test_stop_while_the_model_answers(ask, endpoint):
    model = scripted(endpoint, [*message(text("Wait"), stop=None), Stall()])
    asked = ask(model=model, tools=[weather])
    next(asked.text_deltas())
    asked.cancel()
    assert asked.wait(PATIENCE)
    assert asked.result().stopped
    assert asked.recording.text == "Wait"
    assert isinstance(asked.error, Stopped)


def test_stop_while_a_tool_runs(ask, endpoint):
    begun, release, left = threading.Event(), threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert release.wait(PATIENCE)
        left.set()
        return "late"

    asked = ask(tools=[slow])
    assert begun.wait(PATIENCE)
    asked.calls[0].cancel()
    answer = asked.result()
    assert asked.error.message == "The exchange was stopped while slow ran. What is under way there cannot be undone."
    assert answer.stopped
    assert answer.stop_reason == "tool_use"
    release.set()
    assert left.wait(PATIENCE)
    assert len(endpoint.requests) == 1


def test_stop_while_a_question_stands(ask, endpoint):
    questions, asking = Questions(), threading.Event()

    def put(call):
        future = questions(call)
        asking.set()
        return future

    asked = ask(tools=[weather], ask=put)
    assert asking.wait(PATIENCE)
    assert isinstance(questions.standing.call, ToolUseBlock)
    asked.cancel()
    assert asked.result().stopped
    assert questions.standing is None
    assert len(endpoint.requests) == 1


def test_stop_after_the_end_changes_nothing(ask):
    asked = ask(tools=[weather])
    answer = asked.result()
    asked.cancel()
    assert asked.complete
    assert asked.result() is answer


def test_readers_are_released_by_a_stop(ask, endpoint):
    begun, release = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert release.wait(PATIENCE)
        return "late"

    asked = ask(tools=[slow])
    read = []
    reader = threading.Thread(target=lambda: read.extend(asked))
    reader.start()
    assert begun.wait(PATIENCE)
    asked.cancel()
    reader.join(PATIENCE)
    release.set()
    assert not reader.is_alive()
    assert read == list(asked.recordings[0].events)


def test_an_interrupt_while_it_is_waited_for_stops_it(ask, endpoint, monkeypatch):
    model = scripted(endpoint, [*message(text("Wait"), stop=None), Stall()])
    asked = ask(model=model, tools=[weather])
    next(asked.text_deltas())

    def interrupted(*_):
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(asked._over, "result", interrupted)
    with pytest.raises(KeyboardInterrupt) as raised:
        asked.result()
    assert asked.result().stopped
    assert raised.value.recording.stopped
    assert raised.value._render_traceback_()[0] == "KeyboardInterrupt: The call was stopped."
    assert raised.value.__suppress_context__


def test_what_goes_wrong_within_ends_it_with_its_cause(ask):
    def put(call):
        raise RuntimeError("the panel is gone")

    asked = ask(tools=[weather], ask=put)
    asked.result()
    assert asked.error.message == "The tools could not be run: RuntimeError: the panel is gone"
    assert isinstance(asked.error.__cause__, RuntimeError)
