import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedrock_nb.core.errors import IncompleteResponse, InvalidInput, UnreadableRecording
from bedrock_nb.core.recording import Recording
from bedrock_nb.store import files
from bedrock_nb.store.files import load, save
from wires import HELLO, timed_lists

ENDINGS = pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz"])
RECORDING = Recording.from_events([(number / 10, wire) for number, wire in enumerate(HELLO)], id="x", duration=1.0)


@ENDINGS
def test_a_recording_is_read_as_it_was_written(tmp_path, ending):
    path = save(RECORDING, tmp_path / f"a{ending}")
    assert load(path, Recording) == RECORDING


@ENDINGS
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])  # each one waits for the disk
@given(events=timed_lists)
def test_any_recording_goes_through_a_file_and_back(tmp_path, ending, events):
    recording = Recording.from_events(events)
    assert load(save(recording, tmp_path / f"a{ending}"), Recording) == recording


@ENDINGS
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])  # each one waits for the disk
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_that_was_cut_off_is_read_up_to_its_last_whole_event_or_refused(tmp_path, ending, share):
    path = save(RECORDING, tmp_path / f"a{ending}")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    try:
        read = load(path, Recording)
    except UnreadableRecording:
        return  # not even its head was whole
    assert read.wire_events == RECORDING.wire_events[: len(read.wire_events)]
    assert isinstance(read.error, IncompleteResponse) or read == RECORDING


def test_a_compressed_file_that_was_cut_off_gives_what_is_there(tmp_path):
    events = [(number / 1000, {"novelEvent": {"n": str(number**7)}}) for number in range(3000)]
    path = save(Recording.from_events(events), tmp_path / "a.jsonl.gz")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    read = load(path, Recording)
    assert 1000 < len(read.wire_events) < 3000


def test_writing_leaves_nothing_beside_the_file_and_replaces_what_was_there(tmp_path):
    path = save(RECORDING, tmp_path / "a.jsonl")
    save(Recording(id="y"), path)
    assert load(path, Recording).id == "y"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_while_writing_leaves_the_old_file_as_it_was(tmp_path, monkeypatch):
    path = save(RECORDING, tmp_path / "a.jsonl")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(InvalidInput, match="No space left"):
        save(Recording(id="y"), path)
    assert load(path, Recording) == RECORDING
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_recording_gives_the_same_bytes(tmp_path):
    first, second = (save(RECORDING, tmp_path / name).read_bytes() for name in ("a.jsonl.gz", "b.jsonl.gz"))
    assert first == second
    assert gzip.decompress(first).decode() == "".join(RECORDING.to_lines())


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.json", b"", InvalidInput),
        ("missing.jsonl", None, InvalidInput),
        ("a.jsonl", b"", UnreadableRecording),
        ("a.jsonl", b"\xff\xfe\x00", UnreadableRecording),
        ("a.jsonl", b'{"version": 99}\n', UnreadableRecording),
        ("a.jsonl.gz", b"no gzip", UnreadableRecording),
        ("a.jsonl.gz", b"", UnreadableRecording),
    ],
)
def test_what_is_no_recording_is_refused_by_name(tmp_path, name, data, kind):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(kind):
        load(tmp_path / name, Recording)


def test_a_compressed_file_of_several_parts_is_read_whole(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(b"".join(gzip.compress(line.encode()) for line in RECORDING.to_lines()))
    assert load(path, Recording) == RECORDING


def test_a_compressed_file_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 1000)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b" " * 999 + b"\n" + b"{}"))
    with pytest.raises(UnreadableRecording, match="too large"):
        load(path, Recording)


def test_the_mark_that_some_editors_put_before_a_text_is_no_part_of_it(tmp_path):
    path = save(RECORDING, tmp_path / "a.jsonl")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(path, Recording) == RECORDING


@pytest.mark.parametrize("data", [b"", b"{}", b'{"version": 99}\n'])
def test_a_file_that_cannot_be_read_is_named(tmp_path, data):
    path = tmp_path / "answers.jsonl"
    path.write_bytes(data)
    with pytest.raises(UnreadableRecording, match=r"answers\.jsonl: "):
        load(path, Recording)


@pytest.mark.parametrize("path", [3, None, "~nobody-has-this-name/a.jsonl"])
def test_what_is_no_name_of_a_file_is_told(path):
    for use in (lambda: load(path, Recording), lambda: save(RECORDING, path)):
        with pytest.raises(InvalidInput, match="not the name of a file"):
            use()
