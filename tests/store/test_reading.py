from datetime import UTC, date, datetime, timedelta

import pytest

import wires
from bedrock_nb.core.errors import InvalidInput, Stopped
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.summary import RunState
from bedrock_nb.store.presence import folder_of
from bedrock_nb.store.query import Query, moment_of
from histories import STARTED, made, stream_into

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def answering(answer):
    return [wires.START, wires.text(0, answer), wires.stop(0), wires.END_TURN]


@pytest.fixture
def filled(writer, store):
    """Three runs, by their first letters."""
    writer.add(made("a" * 32, answering("Rayleigh scattering."), "Why is the sky blue?"))
    writer.add(made("b" * 32, answering("Because of the *sea* — naïve, no?"), "Why is the sea blue?"))
    later = STARTED + timedelta(days=2)
    writer.add(
        made("c" * 32, answering("空は青い。"), "空はなぜ青い?", started_at=later, request={"modelId": "claude"})
    )
    writer._connection.execute("UPDATE runs SET prompt = prompt")  # no change of state: nothing is indexed twice
    return store


def found(store, **query):
    return "".join(run.id[0] for run in store.summaries(Query(**query)))


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("sky", "a"),
        ("why blue", "ba"),
        ("BLUE", "ba"),
        ("rayl", "a"),
        ('"sea blue"', "b"),
        ('"blue sea"', ""),
        ("naive", "b"),
        ("sky AND sea", ""),
        ("sky OR", ""),
        ('un"balanced', ""),
        ("sea - (", "b"),
        ("*", "b"),
        ("* - ( )", ""),
        ("😀", ""),
        ('"', ""),
        ("prompt:sky", ""),
        ("青い", "c"),
        ("", "cba"),
        ("sky\0blue", "a"),
        ("sky\ud800", "a"),
        ("\0", ""),
    ],
)
def test_words_are_found_in_prompts_and_answers_whatever_signs_stand_among_them(filled, text, runs):
    assert found(filled, text=text) == runs


@pytest.mark.parametrize(
    ("query", "runs"),
    [
        ({"model": "nova"}, "ba"),
        ({"model": "us.amazon.nova-lite-v1:0", "text": "sea"}, "b"),
        ({"since": STARTED + timedelta(days=1)}, "c"),
        ({"until": STARTED + timedelta(days=1)}, "ba"),
        ({"state": "complete", "limit": 2}, "cb"),
        ({"state": "failed"}, ""),
        ({"offset": 1, "limit": 1}, "b"),
        ({"id": "bbbb"}, "b"),
        ({"id": "%"}, ""),
    ],
)
def test_runs_are_found_by_model_time_state_and_id(filled, query, runs):
    assert found(filled, **query) == runs
    assert filled.extent(Query(**query))[0] == len(runs)


def test_a_state_that_there_is_not_is_told(store):
    with pytest.raises(InvalidInput, match="no state 'done'"):
        store.summaries(Query(state="done"))


@pytest.mark.parametrize("limit", [-1, 1.5, "ten", 2**70])
def test_a_limit_that_is_no_number_of_runs_is_told(filled, limit):
    with pytest.raises(InvalidInput, match="limit is"):
        filled.summaries(Query(limit=limit))


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("2 days ago", NOW - timedelta(days=2)),
        ("1.5h", NOW - timedelta(hours=1.5)),
        ("10 min", NOW - timedelta(minutes=10)),
        ("1 hour ago", NOW - timedelta(hours=1)),
        ("3 weeks", NOW - timedelta(weeks=3)),
        (timedelta(weeks=1), NOW - timedelta(weeks=1)),
        ("2026-11-03T14:05:00+00:00", STARTED),
        (STARTED, STARTED),
        (date(2026, 11, 3), datetime(2026, 11, 3).astimezone(UTC)),
        ("2026-11-03", datetime(2026, 11, 3).astimezone(UTC)),
    ],
)
def test_times_are_given_as_people_give_them(given, meant):
    assert moment_of(given, NOW) == meant


@pytest.mark.parametrize(
    "given",
    ["yesteryear", "", "2 months", "3 dogs", "9" * 12 + "d", "9" * 400 + "d", timedelta.max, 5],
)
def test_what_is_no_time_is_told(given):
    with pytest.raises(InvalidInput, match="is no time"):
        moment_of(given, NOW)


def test_a_history_with_no_file_is_empty_and_makes_none(store, path):
    assert store.summaries() == []
    assert store.with_pages(Query(), list) == []
    assert not path.exists()


def test_an_id_is_found_by_its_beginning_if_it_is_the_only_one(writer, store):
    writer.add(made("abc1" + "0" * 28))
    writer.add(made("abc2" + "0" * 28))

    assert store.recording(Recording, "abc1").id.startswith("abc1")
    with pytest.raises(InvalidInput, match="Several"):
        store.recording(Recording, "abc")
    with pytest.raises(InvalidInput, match="no recording 'zzz'"):
        store.recording(Recording, "zzz")
    with pytest.raises(InvalidInput, match="no recording ''"):
        store.recording(Recording, "")


def test_only_the_newest_complete_recording_answers(writer, store):
    for number, (events, failure) in enumerate(
        [(wires.HELLO, None), (answering("newer"), None), (wires.HELLO[:3], None), (wires.HELLO, Stopped("no"))]
    ):
        recording = made(str(number) * 32, events, failure=failure)
        stream_into(writer, recording)
        writer.settle(recording, cache_key="key")
    stream_into(writer, made("9" * 32))

    assert store.answer(Recording, "key").text == "newer"
    assert store.answer(Recording, "other") is None


def test_a_run_whose_process_is_gone_is_lost_and_what_came_of_it_is_there(store):
    gone = store.writer()
    stream_into(gone, made(events=wires.HELLO[:3]))
    gone._connection.close()
    gone._presence.let_go()  # as the operating system does when a process ends

    assert [run.state for run in store.summaries()] == [RunState.LOST]
    assert store.summaries(Query(text="hel"))[0].answer == "Hello"
    assert store.recordings(Recording)[0].text == "Hello"
    assert list(folder_of(store.path).iterdir()) == []


def test_a_run_of_a_process_that_is_there_is_not_lost(store, writer):
    stream_into(writer, made(events=wires.HELLO[:3]))
    store.writer().close()

    assert [run.state for run in store.summaries()] == [RunState.STREAMING]
