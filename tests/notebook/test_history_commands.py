import pytest
from IPython.core.error import UsageError

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook import history_commands
from bedrock_nb.notebook.history_commands import list_history, pull_from, push_to, replay, show
from bedrock_nb.notebook.keeping.history import History
from bedrock_nb.notebook.keeping.recorder import recorder_of
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.store.location import store_path
from histories import made


@pytest.fixture
def store(home):
    store = recorder_of(store_path()).store

    def add(writer):
        writer.add(made("a" * 32, prompt="the blue sky"))
        writer.add(made("b" * 32, prompt="the blue sea"))

    store.write(add)
    return store


def ids(found):
    return "".join(recording.id[0] for recording in found)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ((), "ba"),
        (("sky",), "a"),
        (("blue", "sea"), "b"),
        (("blue sky",), "a"),
        (("-n", "1"), "b"),
        (("--model", "nova", "sky"), "a"),
        (("--since", "1h"), ""),
        (("--state", "complete"), "ba"),
        (("--id", "aaaa"), "a"),
    ],
)
def test_the_history_is_listed_by_words_and_options(store, words, found):
    listed = list_history(*words)

    assert isinstance(listed, History)
    assert ids(listed) == found


def test_what_is_to_be_deleted_has_to_be_said(store):
    for said in ((), ("",), (" ", ""), ("--model", "")):
        with pytest.raises(UsageError, match="say which ones"):
            list_history("--delete", *said)
    assert list_history("--delete", "sky") == "1 recording deleted."
    assert ids(list_history()) == "b"
    list_history("--delete", "--all")
    assert ids(list_history()) == ""


@pytest.mark.parametrize("signs", ["*", "\0", "\ud800", "😀", '"', '""', "( )"])
def test_signs_that_are_nowhere_delete_nothing(store, signs):
    assert list_history("--delete", signs) == "0 recordings deleted."
    assert ids(list_history()) == "ba"


def test_recordings_are_pinned_and_unpinned(store):
    list_history("--pin", "sky")
    assert [run.pinned for run in store.summaries()] == [False, True]
    list_history("--unpin", "--all")
    assert [run.pinned for run in store.summaries()] == [False, False]


@pytest.mark.parametrize(
    "run",
    [
        lambda: list_history("--what"),
        lambda: list_history("--delete", "--pin"),
        lambda: list_history("--state", "done"),
        lambda: replay("--speed", "fast"),
        lambda: list_history("-h"),
        lambda: push_to("-h"),
        push_to,
        lambda: pull_from("s3://a/b", "c"),
    ],
)
def test_words_that_no_command_takes_are_told(store, run):
    with pytest.raises(UsageError, match="%bedrock"):
        run()


def test_show_and_replay_take_the_last_recording_or_the_one_with_this_id(store, monkeypatch):
    seen = []
    monkeypatch.setattr(Recording, "show", lambda recording: seen.append(recording.id[0]))
    monkeypatch.setattr(Recording, "replay", lambda recording, speed: seen.append((recording.id[0], speed)))

    show()
    show("aa")
    replay()
    replay("aa", "--speed", "2.5")

    assert seen == ["b", "a", ("b", 1.0), ("a", 2.5)]


def test_an_address_that_is_none_of_s3_is_told(store):
    with pytest.raises(InvalidInput, match="no address in S3"):
        push_to("https://example.com")


def test_the_bar_says_how_far_it_is():
    bar = history_commands._Bar("Copying")
    bar.done, bar.of = 3, 7

    assert repr(bar) == "Copying: 3 of 7"
    assert 'value="3" max="7"' in bar._repr_html_()
