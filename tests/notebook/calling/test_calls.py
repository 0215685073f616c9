import asyncio
import inspect
import sys

import pytest

import bedrock_nb as bnb
from bedrock_nb.core.errors import ConnectionCut, InvalidInput, MissingExtra
from bedrock_nb.notebook.calling import calls

ECHO = "local.scripted-echo-v1:0"


def weather(city: str) -> str:
    """The weather of a city."""
    return f"Sunny in {city}."


def test_a_stream_starts_at_once_and_can_be_read_along(endpoint):
    stream = bnb.stream("Hello there", model=ECHO)
    assert "".join(stream.text_deltas()) == "Hello there"
    assert stream.result().text == "Hello there"


def test_what_is_over_is_asked_for_its_result_as_what_runs_is(endpoint):
    recording = bnb.stream("Hello there", model=ECHO).result()
    assert recording.result() is recording


def test_converse_waits_and_runs_tools(endpoint):
    answer = bnb.converse("How is it?", model="local.scripted-tool-rounds-v1:0", tools=[weather])
    assert isinstance(answer, bnb.Recording)
    assert "Sunny in" in answer.text


def test_the_request_of_a_recording_can_be_asked_again(endpoint, monkeypatch):
    asked = bnb.converse("Hello", model=ECHO, system="Be brief.", max_tokens=33, tools=[weather])
    monkeypatch.setenv("BEDROCK_NB_MODEL", "local.fault-cut-v1:0")
    monkeypatch.setenv("BEDROCK_NB_MAX_TOKENS", "44")

    assert bnb.converse(**asked.request).request == asked.request
    assert bnb.stream(**asked.request).result().text == "Hello"
    with pytest.raises(InvalidInput, match="given twice"):
        bnb.converse(**asked.request, model=ECHO)


def test_converse_raises_what_went_wrong_with_what_came(endpoint):
    with pytest.raises(ConnectionCut) as told:
        bnb.converse("Hello", model="local.fault-cut-v1:0")
    assert told.value.recording.text.startswith("This scripted answer was going well")


def test_an_exchange_can_be_followed(endpoint):
    exchange = bnb.exchange("How is it?", model="local.scripted-tool-rounds-v1:0", tools=[weather])
    exchange.result()
    assert len(exchange.recordings) == 2


def test_the_async_forms_say_the_same(endpoint):
    async def both():
        return await asyncio.gather(
            bnb.converse_async("One", model=ECHO),
            bnb.stream("Two", model=ECHO),
        )

    assert [answer.text for answer in asyncio.run(both())] == ["One", "Two"]


def test_cancelling_the_task_cancels_the_call(endpoint, monkeypatch):
    start = calls.asking.exchange

    async def cancelled():
        begun = asyncio.get_running_loop().create_future()

        def noted(*args, **options):
            begun.set_result(start(*args, **options))
            return begun.result()

        monkeypatch.setattr(calls.asking, "exchange", noted)
        task = asyncio.ensure_future(bnb.converse_async("Hello", model="local.fault-stall-v1:0"))
        exchange = await begun
        async for _ in exchange:
            task.cancel()
            break
        with pytest.raises(asyncio.CancelledError):
            await task
        return exchange

    assert asyncio.run(asyncio.wait_for(cancelled(), 10)).recording.stopped


def test_a_picture_goes_beside_the_text(endpoint):
    png = b"\x89PNG\r\n\x1a\n" + bytes(20)
    bnb.converse(["What is this?", {"image": {"format": "png", "source": {"bytes": png}}}], model=ECHO)
    text, image = endpoint.requests[-1].body["messages"][0]["content"]
    assert (list(text), list(image)) == (["text"], ["image"])


def test_history_goes_before_the_prompt(endpoint):
    history = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]
    bnb.converse("Hello", model=ECHO, messages=history)
    assert [message["role"] for message in endpoint.requests[-1].body["messages"]] == ["user", "assistant", "user"]


@pytest.mark.parametrize("function", [bnb.stream, bnb.exchange, bnb.converse, bnb.converse_async, bnb.dry_run])
def test_every_function_takes_the_same_options(function):
    parameters = inspect.signature(function).parameters
    assert parameters["options"].annotation == "Unpack[Options]"
    assert "prompt" in parameters


def test_every_public_name_is_there():
    assert set(bnb.__all__) <= set(dir(bnb))
    for name in bnb.__all__:
        assert getattr(bnb, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        bnb.nonsense  # noqa: B018 - to see what comes of it


def test_a_missing_extra_is_named(endpoint, monkeypatch):
    monkeypatch.setitem(sys.modules, "pydantic", None)
    with pytest.raises(MissingExtra) as told:
        bnb.converse("Hello", model=ECHO, tools=[weather])
    assert "bedrock-nb[tools]" in told.value.advice
