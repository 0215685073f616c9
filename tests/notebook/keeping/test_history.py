import codecs
import json
import os
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

import wires
from bedrock_nb.core.errors import InvalidInput, UnreadableRecording
from bedrock_nb.notebook.keeping.history import get, history, last, read_notebook
from bedrock_nb.notebook.keeping.recorder import recorder_of
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.store.errors import StoreUnavailable
from bedrock_nb.store.location import VARIABLE, store_path
from bedrock_nb.views.bundle import mime_bundle
from bedrock_nb.views.tables.columns import GRAINS
from histories import STARTED, locked_disk, made, stream_into

COUNT = 130
HOSTILE = "<script>alert(1)</script> | & 日本"


@pytest.fixture
def store(home):
    return recorder_of(store_path()).store


@pytest.fixture
def filled(store):
    """More runs than a history reads or shows at once, the newest last."""

    def add_all(writer):
        for number in range(COUNT):
            when = STARTED + timedelta(minutes=number)
            writer.add(made(f"{number:032x}", prompt=f"question {number}", started_at=when, kind=Recording))

    store.write(add_all)
    return store


def test_a_history_is_a_row_of_recordings_newest_first(filled):
    found = history()

    assert len(found) == COUNT
    assert [recording.id for recording in found] == [f"{number:032x}" for number in reversed(range(COUNT))]
    assert found[0] == found[-COUNT]
    assert isinstance(found[0], Recording)
    assert [recording.id for recording in found[1:3]] == [f"{COUNT - 2:032x}", f"{COUNT - 3:032x}"]
    with pytest.raises(IndexError):
        found[COUNT]


def test_a_history_stays_what_it_was_when_more_is_recorded(filled):
    found = history(limit=2)
    before = [recording.id for recording in found]
    filled.write(lambda writer: writer.add(made("f" * 32)))

    assert [recording.id for recording in found] == before
    assert history(limit=1)[0].id == "f" * 32


def test_a_history_is_found_by_text_model_time_and_state(filled):
    assert [recording.id for recording in history('"question 77"')] == [f"{77:032x}"]
    assert len(history(model="nova-lite")) == COUNT
    assert len(history(since=STARTED + timedelta(minutes=COUNT - 5))) == 5
    assert len(history(until=STARTED)) == 0
    assert len(history(state="failed")) == 0
    assert len(history(since="1m")) == 0


def test_a_history_shows_itself_as_a_table_of_the_newest(store):
    store.write(lambda writer: writer.add(made(prompt=HOSTILE)))

    html, text = history()._repr_html_(), repr(history())

    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<code>%bedrock show ID</code>" in html
    assert "`" not in html
    assert "1 recording" in text
    assert "aaaaaaaa" in text
    assert "complete" in text


def test_a_long_history_shows_its_beginning_and_says_so(filled):
    shown = history()._repr_html_()

    assert shown.count("<tr>") == 21
    assert f"{COUNT} recordings" in shown
    assert "to_frame()" in shown


def test_an_empty_history_is_one(home):
    found = history()

    assert (len(found), list(found)) == (0, [])
    assert "0 recordings" in repr(found)
    assert not store_path().exists()
    for grain in GRAINS:
        assert list(found.to_frame(grain).columns) == list(GRAINS[grain])
        assert {str(dtype) for dtype in found.to_frame(grain).dtypes} == {
            column.kind.value for column in GRAINS[grain].values()
        }


@pytest.mark.parametrize("grain", GRAINS)
def test_a_history_comes_as_a_table(filled, tmp_path, grain):
    frame = history().to_frame(grain)

    assert len(frame) == COUNT * {"events": 6, "blocks": 1, "tools": 0, "runs": 1}[grain]
    back = pd.read_parquet(history().to_parquet(tmp_path / "history.parquet", grain))
    assert back.equals(frame)
    if len(frame):
        frame.to_parquet(tmp_path / "frame.parquet")
        assert pd.read_parquet(tmp_path / "frame.parquet").equals(frame)


def test_the_events_of_a_history_are_those_of_its_recordings(filled):
    of_history = history(limit=3).to_frame("events")
    of_each = pd.concat([recording.to_frame() for recording in history(limit=3)], ignore_index=True)

    assert of_history.drop(columns="run").equals(of_each.drop(columns="run"))
    assert list(of_history["run"]) == list(of_each["run"])


def test_the_last_recording_is_that_of_the_last_call_that_is_over(filled):
    writer = filled.writer()
    stream_into(writer, made("e" * 32, wires.HELLO[:2]))

    assert last().id == f"{COUNT - 1:032x}"
    writer.close()


def test_a_recording_is_got_by_its_id(filled):
    assert get(f"{7:032x}").request["messages"][0]["content"] == [{"text": "question 7"}]
    with pytest.raises(InvalidInput, match="Several"):
        get("0000")


def test_with_no_history_the_error_says_why(home, monkeypatch):
    with pytest.raises(InvalidInput, match="empty"):
        last()
    monkeypatch.setenv(VARIABLE, "off")
    for use in (last, history, lambda: get("a")):
        with pytest.raises(InvalidInput, match="switched off"):
            use()


@pytest.mark.parametrize("named", ["model", "text", "state", "id"])
@pytest.mark.parametrize("value", [3, b"x", ["x"], True])
def test_a_question_that_is_no_text_is_told(home, named, value):
    with pytest.raises(InvalidInput, match=f"{named} is .*, and should be text"):
        history(**{named: value})


@pytest.mark.parametrize("sign", ["\ud800", "\0", "a\udfffb"])
def test_signs_that_no_history_has_find_nothing(filled, sign):
    assert [len(history(**{named: sign})) for named in ("model", "text", "id")] == [0, 0, 0]
    with pytest.raises(InvalidInput, match="no recording"):
        get(sign)


@pytest.mark.parametrize("run_id", [3, None, b"a", made()])
def test_an_id_that_is_no_text_is_told(filled, run_id):
    with pytest.raises(InvalidInput):
        get(run_id)


# Places that cannot hold a history.


def in_a_file(folder):
    (folder / "file").write_text("mine")
    return folder / "file" / "history.db"


def a_folder(folder):
    return folder


def a_pipe(folder):
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def a_name_too_long(folder):
    return folder / ("x" * 300)


PLACES = [in_a_file, a_folder, a_name_too_long, *([a_pipe] if hasattr(os, "mkfifo") else [])]


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_cannot_hold_a_history_is_told_with_what_to_do_and_left_as_it_is(tmp_path, monkeypatch, place):
    monkeypatch.setenv(VARIABLE, str(place(tmp_path)))
    before = sorted(tmp_path.rglob("*"))

    for use in (history, last, lambda: get("a")):
        with pytest.raises(StoreUnavailable, match="cannot be") as caught:
            use()
        assert VARIABLE in caught.value.advice
    with pytest.raises(StoreUnavailable):
        recorder_of(store_path()).store.writer()
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_where_no_history_is_and_none_can_be_is_told(tmp_path, monkeypatch):
    with locked_disk(tmp_path) as folder:
        monkeypatch.setenv(VARIABLE, str(tmp_path / "history.db") if folder else "/proc/no-such-folder/history.db")
        with pytest.raises(StoreUnavailable, match="cannot be used"):
            history()


def test_deleting_takes_what_was_found_and_no_more(filled):
    assert history('"question 7"').delete() == 1
    assert len(history()) == COUNT - 1


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("end_turn", "complete"),
        ("stop_sequence", "complete"),
        ("tool_use", "complete (tool_use)"),
        ("max_tokens", "complete (max_tokens)"),
        (None, "incomplete"),
    ],
)
def test_a_whole_message_that_is_no_final_answer_does_not_pass_for_one(store, reason, said):
    end = [] if reason is None else [{"messageStop": {"stopReason": reason}}]
    store.write(lambda writer: writer.add(made(events=[*wires.HELLO[:-2], *end])))
    assert [row["state"] for row in history()._as_table()] == [said]
    history().pin()
    assert [row["state"] for row in history()._as_table()] == [f"{said}, pinned"]


def test_what_is_pinned_stays(filled):
    history('"question 7"').pin()
    filled.write(lambda writer: writer.trim(days=1, now=datetime.now(UTC) + timedelta(days=1000)))

    assert [recording.id for recording in history()] == [f"{7:032x}"]
    history().pin(pinned=False)
    assert not history().runs[0].pinned


# Notebook files.


def written(folder, *outputs):
    file = folder / "x.ipynb"
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": list(outputs)}]
    file.write_text(json.dumps({"cells": cells, "nbformat": 4}))
    return file


def test_the_recordings_of_a_notebook_are_in_its_outputs(tmp_path):
    one, other = made(kind=Recording), made("b" * 32, kind=Recording)
    outputs = [
        {"output_type": "stream", "text": "hi"},
        {"output_type": "display_data", "data": mime_bundle(one)},
        {"output_type": "execute_result", "data": mime_bundle([one, other])},
    ]

    assert read_notebook(written(tmp_path, *outputs)) == [one, one, other]


@pytest.mark.parametrize("cells", [[], [1, {"outputs": [None, {"data": []}]}], [{"cell_type": "markdown"}]])
def test_a_notebook_with_no_recordings_gives_none(tmp_path, cells):
    (tmp_path / "x.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))

    assert read_notebook(tmp_path / "x.ipynb") == []


def test_the_mark_that_some_editors_put_before_a_text_is_no_part_of_it(tmp_path):
    file = written(tmp_path, {"data": mime_bundle(made(kind=Recording))})
    file.write_bytes(codecs.BOM_UTF8 + file.read_bytes())

    assert read_notebook(file) == [made(kind=Recording)]


@pytest.mark.parametrize(
    "content", ["no JSON", "", "[]", "{}", "3", '{"cells": {}}', '{"worksheets": []}', "[" * 100_000]
)
def test_what_is_no_notebook_is_refused_by_name(tmp_path, content):
    (tmp_path / "x.ipynb").write_text(content)

    with pytest.raises(InvalidInput, match=r"x\.ipynb is not a notebook"):
        read_notebook(tmp_path / "x.ipynb")


@pytest.mark.parametrize("path", [3, None, "a\0b", "\ud800", "~nobody-has-this-name/x.ipynb"])
def test_what_is_no_name_of_a_notebook_is_told(path):
    with pytest.raises(InvalidInput, match="is not a notebook"):
        read_notebook(path)


def test_a_notebook_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_notebook(tmp_path / "missing.ipynb")
    data = {"application/vnd.bedrock-nb.recording.v1+json": {"other": 1}}
    with pytest.raises(UnreadableRecording, match=r"x\.ipynb: "):
        read_notebook(written(tmp_path, {"data": data}))
