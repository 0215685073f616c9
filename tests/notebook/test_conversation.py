import asyncio
import errno
import json
import threading

import pytest

from bedrock_nb.core.errors import InvalidInput, UnreadableRecording
from bedrock_nb.notebook.conversation import Conversation

ECHO = "local.scripted-echo-v1:0"
TOOLS = "local.scripted-tools-v1:0"
REASONING = "local.scripted-reasoning-v1:0"
PATIENCE = 10


def weather(city: str) -> dict:
    """Tell the weather of a city."""
    return {"city": city}


@pytest.fixture
def chat(endpoint):
    return Conversation(model=ECHO, namespace={})


def last_body(endpoint):
    return json.loads(endpoint.requests[-1].raw_body)


def sent_texts(endpoint):
    return [part.get("text") for message in last_body(endpoint)["messages"] for part in message["content"]]


def test_each_prompt_goes_on_from_what_was_said(chat, endpoint):
    assert chat.send("one").text == "one"
    chat.send("two")
    assert sent_texts(endpoint) == ["one", "one", "two"]
    assert [(each.prompt, each.answer) for each in chat.exchanges] == [("one", "one"), ("two", "two")]
    assert len(chat.messages) == 4


def test_it_can_be_awaited(chat):
    async def talk():
        await chat.send_async("one")
        return await chat.send_async("two")

    assert asyncio.run(talk()).text == "two"
    assert len(chat) == 2


def test_cancelling_the_task_stops_the_exchange(endpoint):
    running, release = threading.Event(), threading.Event()

    def slow() -> str:
        running.set()
        assert release.wait(PATIENCE)
        return "late"

    chat = Conversation(model=TOOLS, tools=[slow], namespace={})

    async def talk():
        talking = asyncio.ensure_future(chat.send_async("one"))
        assert await asyncio.to_thread(running.wait, PATIENCE)
        talking.cancel()
        await asyncio.wait([talking])

    asyncio.run(talk())
    release.set()
    assert [each.problem for each in chat.exchanges] == ["it was stopped"]


def test_calls_of_tools_are_part_of_the_history(endpoint):
    chat = Conversation(model=TOOLS, tools=[weather], namespace={})
    chat.send("Weather in Bern?")
    chat.send("And in Rome?")
    roles = [message["role"] for message in chat.messages]
    assert roles == ["user", "assistant"] * 4
    assert len(last_body(endpoint)["messages"]) == 7


def test_without_tools_they_are_told_in_words(endpoint):
    chat = Conversation(model=TOOLS, namespace={})
    chat.send("Weather in Bern?", tools=[weather])
    assert chat.send("And now?").complete
    assert '[called weather with {"city": "Bern"}]' in sent_texts(endpoint)


def test_an_exchange_that_fails_is_shown_and_not_carried_on(chat, endpoint):
    chat.send("one")
    failed = chat.send("two", model="local.fault-throttled", retries=0)
    assert failed.error is not None
    chat.send("three")
    assert sent_texts(endpoint) == ["one", "one", "three"]
    assert [bool(each.problem) for each in chat.exchanges] == [False, True, False]
    assert chat.exchanges[1].prompt == "two"


def test_reasoning_goes_back_to_the_model_that_signed_it_alone(endpoint):
    chat = Conversation(model=REASONING, namespace={})
    chat.send("one")
    chat.send("two")
    assert "reasoningContent" in last_body(endpoint)["messages"][1]["content"][0]
    chat.send("three", model=ECHO)
    assert not any("reasoningContent" in part for m in last_body(endpoint)["messages"] for part in m["content"])


def test_each_prompt_has_one_cache_point_and_the_history_none(chat, endpoint):
    for prompt in ("one", "two", "three", "four", "five", "six"):
        assert chat.send(prompt, cache_prompt=True).complete
    points = [part for m in last_body(endpoint)["messages"] for part in m["content"] if "cachePoint" in part]
    assert len(points) == 1


def test_several_turns_may_be_said_at_once(chat, endpoint):
    chat.send("one")
    turns = [("user", "a"), ("assistant", "b"), ("user", "c")]
    chat.send(messages=[{"role": role, "content": [{"text": text}]} for role, text in turns])
    assert sent_texts(endpoint) == ["one", "one", "a", "b", "c"]
    assert len(chat.exchanges[1].messages) == 4


def test_one_prompt_at_a_time(endpoint):
    running, release = threading.Event(), threading.Event()

    def slow() -> str:
        running.set()
        assert release.wait(PATIENCE)
        return "late"

    chat = Conversation(model=TOOLS, tools=[slow], namespace={})
    begun = chat.start("one")
    assert running.wait(PATIENCE)
    with pytest.raises(InvalidInput, match="still being answered"):
        chat.send("two")
    with pytest.raises(InvalidInput, match="still being answered"):
        chat.reset()
    release.set()
    begun.result()
    assert chat.send("two").complete


def test_a_wrong_option_leaves_it_as_it_was(chat):
    chat.send("one")
    before = chat.value
    with pytest.raises(InvalidInput):
        chat.send("two", tools=["nowhere"])
    assert chat.value is before
    assert chat.send("two").complete


def test_a_cell_that_runs_again_replaces_its_exchange(chat, endpoint):
    for cell, prompt in (("1", "one"), ("2", "two"), ("3", "three"), ("2", "TWO")):
        chat.start(prompt, cell=cell).result()
    assert sent_texts(endpoint) == ["one", "one", "TWO"]
    assert [each.prompt for each in chat.exchanges] == ["one", "TWO", "three"]
    assert chat.outdated == (3,)


def test_what_a_cell_says_holds_for_later_cells(endpoint):
    chat = Conversation(namespace={"weather": weather})
    said = {"model": TOOLS, "system": "Be terse.", "tools": ["weather"], "temperature": 0.5}
    chat.start("one", cell="1", **said).result()
    chat.start("two", cell="2").result()
    body = last_body(endpoint)
    assert body["system"] == [{"text": "Be terse."}]
    assert body["toolConfig"]["tools"][0]["toolSpec"]["name"] == "weather"
    assert "inferenceConfig" not in body


def test_what_a_cell_says_that_fails_holds_for_none(chat, endpoint):
    chat.start("one", cell="1", model="local.fault-throttled", retries=0).result()
    assert chat.start("two", cell="2").result().complete


def test_a_chat_that_begins_anew_forgets_all(chat, endpoint):
    chat.start("one", cell="1", system="Be terse.").result()
    chat.start("two", cell="2", anew=True).result()
    assert sent_texts(endpoint) == ["two"]
    assert "system" not in last_body(endpoint)
    assert [each.prompt for each in chat.exchanges] == ["two"]


def test_a_wrong_option_of_a_chat_that_begins_anew_forgets_nothing(chat):
    chat.send("one")
    with pytest.raises(InvalidInput):
        chat.start("two", anew=True, tools=["nowhere"])
    with pytest.raises(InvalidInput):
        chat.start("two", anew=True, max_tokens=0)
    assert [each.prompt for each in chat.exchanges] == ["one"]


def test_what_would_be_sent_can_be_looked_at(chat, endpoint):
    chat.start("one", cell="1", system="Be terse.").result()
    seen = len(endpoint.requests)
    call, _ = chat.prepared("two", cell="2")
    assert [part["text"] for message in call.request["messages"] for part in message["content"]] == [
        "one",
        "one",
        "two",
    ]
    assert call.request["system"] == [{"text": "Be terse."}]
    assert [len(chat.prepared("two", **how)[0].request["messages"]) for how in ({"cell": "1"}, {"anew": True})] == [
        1,
        1,
    ]
    assert len(endpoint.requests) == seen


def test_a_fork_goes_its_own_way(chat):
    chat.send("one")
    chat.send("two")
    fork = chat.fork(1)
    fork.send("three")
    assert [each.prompt for each in fork.exchanges] == ["one", "three"]
    assert [each.prompt for each in chat.exchanges] == ["one", "two"]


def test_a_reset_forgets_what_was_said_and_keeps_the_options(chat, endpoint):
    chat.start("one", system="Be terse.").result()
    chat.reset()
    chat.send("two")
    assert sent_texts(endpoint) == ["two"]
    assert last_body(endpoint)["system"] == [{"text": "Be terse."}]


def test_it_is_saved_and_loaded(chat, endpoint, tmp_path):
    chat.send("öne \ud800")
    path = chat.save(tmp_path / "chat.json")
    loaded = Conversation.load(path, namespace={})
    assert loaded.exchanges == chat.exchanges
    loaded.send("two")
    assert last_body(endpoint)["messages"][:2] == json.loads(endpoint.requests[-2].raw_body)["messages"] + [
        loaded.exchanges[0].messages[1]
    ]


def test_what_is_given_when_it_is_loaded_has_the_last_word(endpoint, tmp_path):
    chat = Conversation(model=TOOLS, tools=[weather], system="Be terse.", namespace={})
    chat.send("one")
    path = chat.save(tmp_path / "chat.json")
    assert json.loads(path.read_text())["options"] == {"model": TOOLS, "tools": ["weather"], "system": "Be terse."}
    loaded = Conversation.load(path, tools=[weather], system="Be long.", namespace={})
    loaded.send("two")
    assert last_body(endpoint)["system"] == [{"text": "Be long."}]
    assert last_body(endpoint)["toolConfig"]["tools"]


@pytest.mark.parametrize("content", [None, "{", "[]", "{}", '{"version": 1}'])
def test_a_file_that_is_no_conversation_is_told(tmp_path, content):
    path = tmp_path / "chat.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UnreadableRecording):
        Conversation.load(path)


def test_a_file_that_cannot_be_written_is_told(chat, tmp_path):
    with pytest.raises(InvalidInput, match="cannot be written: there is no folder"):
        chat.save(tmp_path / "missing" / "chat.json")


def test_a_file_that_was_there_stays_until_the_conversation_is_written_whole(chat, tmp_path, monkeypatch):
    def full_disk(*_arguments, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    file = chat.save(tmp_path / "chat.json")
    before = file.read_bytes()
    chat.send("one")
    monkeypatch.setattr("pathlib.Path.write_text", full_disk)
    with pytest.raises(InvalidInput, match="No space left"):
        chat.save(file)
    assert file.read_bytes() == before


def test_it_describes_itself(chat):
    chat.send("one")
    assert repr(chat) == f"<Conversation with {ECHO}: 1 exchange>"
