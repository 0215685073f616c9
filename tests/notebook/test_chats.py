import pytest
from IPython.core.error import UsageError

from bedrock_nb.core.errors import InvalidInput, UnreadableRecording
from bedrock_nb.core.request.conversation import Conversation as Value
from bedrock_nb.core.request.past_exchange import PastExchange
from bedrock_nb.notebook.chats import CHATS, chat, note_on_outdated
from bedrock_nb.notebook.conversation import Conversation


def past(name, after="", *, cell="", problem=""):
    messages = (
        {"role": "user", "content": [{"text": f"{name}?"}]},
        {"role": "assistant", "content": [{"text": f"{name}."}]},
    )
    return PastExchange(name, messages, cell, after, "m", problem)


def conversation(*exchanges):
    made = Conversation()
    made.value = Value(exchanges)
    return made


OUTDATED = (
    "Exchange 2 of this chat no longer follows from what stands before, now that exchange 1 is another one. "
    "Run its cell again to mend that."
)


@pytest.fixture
def story():
    made = conversation(
        past("a", cell="1"), past("b", "a", cell="2"), past("c", "x", cell="3", problem="it was stopped")
    )
    CHATS.keep("story", made)
    return made


def test_a_chat_begins_with_its_first_use():
    begun = CHATS.begun("story")
    assert CHATS.begun("story") is begun
    assert CHATS["story"] is begun
    assert CHATS.names == ["story"]


def test_a_chat_that_is_not_there_is_told_with_the_nearest(story):
    with pytest.raises(InvalidInput, match="There is no chat `stori`") as caught:
        CHATS["stori"]
    assert caught.value.advice == "Did you mean `story`?"


def test_they_are_listed(story, capsys):
    chat([])
    assert capsys.readouterr().out == "story  3 exchanges; last (not carried on: it was stopped): c?\n"


def test_where_there_are_none_it_says_how_to_begin(capsys):
    chat([])
    assert capsys.readouterr().out == "There are no chats. %%bedrock --chat NAME begins one.\n"


def test_what_was_said_is_shown_with_what_is_wrong_with_it(story, capsys):
    chat(["show", "story"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("── 1 ───")
    assert lines[1:4] == ["user: a?", "", "assistant: a."]
    assert "── 3 (not carried on: it was stopped; no longer follows from what stands before) " in lines


def test_a_chat_that_begins_with_several_turns_is_shown_as_they_were_said(capsys):
    messages = [
        {"role": role, "content": [{"text": words}]}
        for role, words in [("user", "One"), ("assistant", "Two"), ("user", "Three"), ("assistant", "Four")]
    ]
    CHATS.keep("played", conversation(PastExchange("a", tuple(messages))))
    chat(["show", "played"])
    said = [line for line in capsys.readouterr().out.splitlines()[1:] if line]
    assert said == ["user: One", "assistant: Two", "user: Three", "assistant: Four"]
    chat([])
    assert capsys.readouterr().out == "played  1 exchange; last: Three\n"


def test_a_prompt_without_an_answer_is_shown_so(capsys):
    CHATS.keep("silent", conversation(PastExchange("a", ({"role": "user", "content": [{"text": "Why?"}]},))))
    chat(["show", "silent"])
    assert capsys.readouterr().out.splitlines()[1:] == ["user: Why?", "", "assistant: (nothing)"]


def test_what_a_model_said_cannot_command_the_terminal(capsys):
    hostile = PastExchange("a", ({"role": "user", "content": [{"text": "\x1b[2Jhi"}]},))
    CHATS.keep("bad", conversation(hostile))
    chat(["show", "bad"])
    chat([])
    assert "\x1b" not in capsys.readouterr().out


def test_a_fork_begins_with_the_first_exchanges(story, capsys):
    chat(["fork", "story", "other", "1"])
    chat(["fork", "story", "third"])
    assert (len(CHATS["other"]), len(CHATS["third"]), len(story)) == (1, 3, 3)
    assert capsys.readouterr().out.startswith("other begins with 1 exchange; last: a?")


def test_no_chat_is_overwritten(story):
    with pytest.raises(InvalidInput, match="There is a chat `story` already"):
        chat(["fork", "story", "story"])
    assert len(CHATS["story"]) == 3


def test_a_reset_begins_anew(story):
    chat(["reset", "story"])
    assert len(CHATS["story"]) == 0


def test_it_is_saved_and_loaded(story, tmp_path, capsys):
    path = tmp_path / "kept.json"
    chat(["save", "story", str(path)])
    chat(["load", str(path)])
    chat(["load", str(path), "again"])
    assert CHATS["kept"].exchanges == CHATS["again"].exchanges == story.exchanges
    assert capsys.readouterr().out.splitlines()[0] == f"story is saved in {path}."


def test_a_file_that_is_no_chat_is_told(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("5")
    with pytest.raises(UnreadableRecording):
        chat(["load", str(path)])
    assert CHATS.names == []


@pytest.mark.parametrize(
    "words",
    [["shwo"], ["show"], ["show", "a", "b"], ["fork", "a"], ["save", "a"], ["load"], ["fork", "story", "b", "x"]],
)
def test_what_is_no_command_shows_them_all(story, words):
    with pytest.raises(UsageError, match="%bedrock chat"):
        chat(words)


@pytest.mark.parametrize(
    ("exchanges", "cell", "note"),
    [
        ([past("a", cell="1"), past("b", "a", cell="2")], "2", ""),
        (
            [past("A", cell="1"), past("b", "a", cell="2")],
            "1",
            OUTDATED,
        ),
        (
            [past("A", cell="1"), past("b", "a", cell="2"), past("c", "b", cell="3")],
            "",
            "Exchanges 2, 3 of this chat no longer follow from what stands before. Run their cells again to mend that.",
        ),
    ],
)
def test_a_cell_that_ran_again_says_what_no_longer_follows(exchanges, cell, note):
    assert note_on_outdated(conversation(*exchanges), cell) == note
