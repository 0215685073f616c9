import base64
import json
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.encoding.codec import MOST_INFLATED
from bedrock_nb.core.errors import FAMILY, IncompleteResponse, UnreadableRecording
from bedrock_nb.core.event_log import EventLog
from bedrock_nb.core.recording import Recording
from wires import HELLO, a_thousand_times, any_text, json_values, timed_lists

recordings = st.builds(
    Recording,
    wire_events=timed_lists.map(tuple),
    request=st.dictionaries(any_text, json_values, max_size=3),
    response=st.dictionaries(any_text, json_values, max_size=3),
    started_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    failure=st.none() | st.builds(lambda kind, words: kind(words), st.sampled_from(list(FAMILY.values())), any_text),
    id=any_text,
    duration=st.none() | st.floats(0, 1e6),
)


garbage = json_values | st.sampled_from([10**400, float("nan"), 1e300])


def through_json(data):
    return json.loads(json.dumps(data, allow_nan=False, ensure_ascii=False).encode())


@given(recordings)
def test_any_recording_goes_through_a_dict_and_back(recording):
    assert Recording.from_dict(through_json(recording.to_dict())) == recording


@given(recordings)
def test_any_recording_goes_through_the_compact_form_and_back(recording):
    assert Recording.from_dict(through_json(recording.to_compact())) == recording


MANY = [
    (n / 1000, {"contentBlockDelta": {"delta": {"text": f"{n:x}"}, "contentBlockIndex": n % 2}}) for n in range(2000)
]


def test_many_events_are_deflated_and_come_back():
    recording = Recording.from_events(MANY)
    data = through_json(recording.to_compact())
    assert data["form"] == "deflated"
    assert len(data["events"]) < len(json.dumps(recording.to_dict())) / 10
    assert Recording.from_dict(data) == recording


@pytest.mark.parametrize(
    "damage",
    [
        lambda events: events[: len(events) // 2],
        lambda events: "!" + events,
        lambda events: [events],
        lambda events: base64.b64encode(zlib.compress(b"no JSON")).decode(),
        lambda events: base64.b64encode(zlib.compress(bytes(MOST_INFLATED + 1))).decode(),
    ],
)
def test_deflated_events_that_are_damaged_or_too_many_are_refused(damage):
    data = Recording.from_events(MANY).to_compact()
    with pytest.raises(UnreadableRecording, match="damaged"):
        Recording.from_dict(data | {"events": damage(data["events"])})


@a_thousand_times
@given(recordings)
def test_any_recording_goes_through_lines_and_back(recording):
    lines = list(recording.to_lines())
    assert all(line.count("\n") == 1 and line.endswith("\n") for line in lines)
    assert Recording.from_lines(line.encode().decode() for line in lines) == recording


@given(recordings, st.data())
def test_lines_that_were_cut_off_give_all_whole_events(recording, data):
    text = "".join(recording.to_lines())
    head = text.index("\n") + 1
    cut = data.draw(st.integers(head, len(text) - 2))
    read = Recording.from_lines(text[:cut].split("\n"))
    assert read.wire_events == recording.wire_events[: len(read.wire_events)]
    whole_lines = text[:cut].count("\n") - 1
    assert len(read.wire_events) >= min(whole_lines, len(recording.wire_events))
    assert isinstance(read.error, IncompleteResponse)


def test_a_recording_cut_after_its_message_stop_still_says_that_it_breaks_off():
    lines = list(Recording.from_events(HELLO).to_lines())
    read = Recording.from_lines(lines[:-2])
    assert read.text == "Hello"
    assert "breaks off" in read.error.message


@pytest.mark.parametrize("form", ["to_dict", "to_compact"])
def test_a_newer_version_is_refused_by_name(form):
    data = getattr(Recording.from_events(HELLO), form)() | {"version": 2}
    with pytest.raises(UnreadableRecording, match="version 2") as caught:
        Recording.from_dict(data)
    assert "Upgrade" in caught.value.advice
    with pytest.raises(UnreadableRecording, match="version 2"):
        Recording.from_lines([json.dumps(data)])


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"version": "1"},
        {"version": 1},
        {"version": 1, "events": 7},
        {"version": 1, "events": [[1]]},
        {"version": 1, "events": [], "started_at": "yesterday"},
        {"version": 1, "events": [], "form": "novel"},
        {"version": 1, "events": [{"run": "novel", "index": 0, "text": "", "lengths": "A", "start": 0, "gaps": "A"}]},
        {"version": 1, "events": [{"run": "text"}]},
        {"version": 1, "events": [[0, {"a": {"$bytes": "!"}}]]},
        {"version": 1, "events": [[0, "no dict"]]},
        {"version": 1, "events": ["ab"]},
        {"version": 1, "events": [["soon", {}]]},
        {"version": 1, "events": [], "form": ["plain"]},
        {"version": 1, "events": [], "duration": 10**400},
        {"version": 1, "events": [], "duration": "nan"},
        {
            "version": 1,
            "events": [{"run": "text", "index": 0, "text": "", "lengths": "A", "start": 10**400, "gaps": "A"}],
        },
    ],
)
def test_what_is_no_recording_is_refused_by_name(data):
    with pytest.raises(UnreadableRecording):
        Recording.from_dict(data)


@pytest.mark.parametrize("version", [0, -1])
def test_versions_begin_at_one(version):
    data = Recording.from_events(HELLO).to_dict() | {"version": version}
    with pytest.raises(UnreadableRecording, match="not a recording"):
        Recording.from_dict(data)


def test_no_lines_at_all_are_no_recording():
    with pytest.raises(UnreadableRecording, match="not a recording"):
        Recording.from_lines([])
    with pytest.raises(UnreadableRecording):
        Recording.from_lines(["half a hea"])


@pytest.mark.parametrize("end", [5, [1], None, "x", {"request": 5}, {"failure": "x"}])
def test_an_end_that_is_none_is_refused_by_name(end):
    lines = [*list(Recording.from_events(HELLO).to_lines())[:-1], json.dumps({"end": end})]
    with pytest.raises(UnreadableRecording):
        Recording.from_lines(lines)


@given(recordings, st.data())
def test_whatever_is_put_into_a_recording_it_is_read_or_refused_by_name(recording, data):
    described = through_json(data.draw(st.sampled_from([recording.to_dict(), recording.to_compact()])))
    place = described
    while isinstance(place, dict | list) and place:
        around, name = (
            place,
            data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place)))),
        )
        place = place[name] if data.draw(st.booleans()) else None
    around[name] = data.draw(garbage)
    try:
        read = Recording.from_dict(described)
    except UnreadableRecording:
        return
    _ = (read.turn, read.metrics, read.error, read.message, read.ended_at, read.provider, read.user_message)
    assert through_json(read.to_compact())


def test_damage_before_the_last_line_is_told_with_its_line():
    lines = list(Recording.from_events(HELLO).to_lines())
    with pytest.raises(UnreadableRecording, match="line 3"):
        Recording.from_lines([*lines[:2], "half a li\n", *lines[3:]])


def test_the_forms_are_plain_to_read():
    moment = datetime(2026, 11, 20, 12, tzinfo=UTC)
    recording = Recording.from_events([(0.5, HELLO[1])], request={"modelId": "a.b"}, started_at=moment, id="x")
    assert recording.to_dict() == {
        "version": 1,
        "id": "x",
        "started_at": "2026-11-20T12:00:00+00:00",
        "request": {"modelId": "a.b"},
        "response": {},
        "events": [[0.5, HELLO[1]]],
        "duration": None,
        "failure": None,
    }
    assert [json.loads(line) for line in recording.to_lines()][1:] == [
        [0.5, HELLO[1]],
        {"end": {"duration": None, "failure": None}},
    ]


@pytest.mark.parametrize(
    "form", [Recording.to_dict, Recording.to_compact, lambda recording: list(recording.to_lines())]
)
def test_what_is_written_down_stays_in_columns_in_memory(form):
    recording = Recording(wire_events=EventLog((None, wire) for wire in HELLO))
    form(recording)

    assert "wire_events" not in vars(recording)
