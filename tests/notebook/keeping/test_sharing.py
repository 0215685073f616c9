import gzip
import time
from dataclasses import replace
from itertools import count

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto.server import ThreadedMotoServer

import wires
from bedrock_nb.core.errors import AccessDenied, BedrockError, EndpointUnreachable, InvalidInput
from bedrock_nb.core.recording import Recording
from bedrock_nb.notebook.keeping.sharing import pull, push
from bedrock_nb.store.history_store import Store
from bedrock_nb.wire.s3 import SharedFolder
from histories import made


@pytest.fixture(scope="module")
def s3():
    """moto's S3 server: the address of it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def folder(s3, request):
    bucket = f"team-{time.monotonic_ns()}"
    folder = SharedFolder(f"s3://{bucket}/prompts/2026/", region="us-east-1", endpoint_url=s3)
    folder._client.create_bucket(Bucket=bucket)
    yield folder
    folder.close()


@pytest.fixture
def mine(tmp_path):
    return Store(tmp_path / "mine" / "history.db")


@pytest.fixture
def theirs(tmp_path):
    return Store(tmp_path / "theirs" / "history.db")


def fill(store, count=3):
    def add(writer):
        for number in range(count):
            writer.add(made(f"{number:032x}", prompt=f"question {number}"), cache_key=f"key {number}")
        writer.add(made("d" * 32, wires.HELLO[:3]), cache_key="key of what is incomplete")

    store.write(add)


def test_complete_recordings_go_to_s3_and_come_back_the_same_with_what_they_answer(mine, theirs, folder):
    fill(mine)

    assert str(push(mine, folder)) == "3 copied, 0 there already"
    assert str(pull(theirs, folder)) == "3 copied, 0 there already"

    complete = {recording.id: recording for recording in mine.recordings(Recording) if recording.complete}
    assert {recording.id: recording for recording in theirs.recordings(Recording)} == complete
    assert theirs.answer(Recording, "key 1") == complete[f"{1:032x}"]


def test_a_second_time_copies_nothing(mine, theirs, folder):
    fill(mine)
    push(mine, folder)
    pull(theirs, folder)

    assert str(push(mine, folder)) == "0 copied, 3 there already"
    assert str(pull(theirs, folder)) == "0 copied, 3 there already"


def test_signs_that_end_a_line_elsewhere_end_none_of_a_file(mine, theirs, folder):
    words = "one\u2028two\u2029three\x85four\r\nfive\x0c"
    recording = made(events=[wires.START, wires.text(0, words), wires.END_TURN], prompt=words)
    mine.write(lambda writer: writer.add(recording))
    push(mine, folder)

    assert pull(theirs, folder).damaged == ()
    assert theirs.recordings(Recording) == [recording]


def test_what_was_interrupted_goes_on(mine, theirs, folder):
    fill(mine, 30)

    def interrupt(done, of):
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        push(mine, folder, interrupt)
    there = len(folder.ids())
    assert 5 <= there < 30
    assert push(mine, folder).copied == 30 - there
    with pytest.raises(KeyboardInterrupt):
        pull(theirs, folder, interrupt)
    pull(theirs, folder)
    assert len(theirs.summaries()) == 30


def test_a_connection_that_ends_in_the_middle_leaves_what_came_and_a_pull_goes_on(mine, theirs, folder, monkeypatch):
    fill(mine, 30)
    push(mine, folder)
    get_object, asked = folder._client.get_object, count()

    def failing(**request):
        if next(asked) == 12:
            raise EndpointConnectionError(endpoint_url="https://s3.example")
        return get_object(**request)

    with monkeypatch.context() as patch:
        patch.setattr(folder._client, "get_object", failing)
        with pytest.raises(EndpointUnreachable):
            pull(theirs, folder)
    came = len(theirs.summaries())

    assert came < 30
    assert pull(theirs, folder).copied == 30 - came


@pytest.mark.parametrize("prefix", ["", "/a//b/", "a b/ü", "a?b#c"])
def test_any_prefix_is_a_folder_of_its_own(mine, theirs, s3, prefix):
    fill(mine)
    bucket = f"team-{time.monotonic_ns()}"
    folder = SharedFolder(f"s3://{bucket}/{prefix}", region="us-east-1", endpoint_url=s3)
    folder._client.create_bucket(Bucket=bucket)

    assert push(mine, folder).copied == pull(theirs, folder).copied == 3
    folder.close()


def test_an_object_is_written_once(mine, folder):
    fill(mine)
    push(mine, folder)
    before = folder.get(f"{1:032x}")

    assert folder.put(f"{1:032x}", b"something else") is False
    assert folder.get(f"{1:032x}") == before


def test_progress_is_told_from_nothing_to_all(mine, folder):
    fill(mine)
    told = []

    push(mine, folder, lambda done, of: told.append((done, of)))

    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_files_that_are_no_complete_recordings_are_left_out_and_named(theirs, folder):
    lines = "".join(made("e" * 32).to_lines()).encode()
    planted = {
        "00000001": b"no gzip",
        "00000002": gzip.compress(b"no recording"),
        "00000003": gzip.compress("".join(made("00000003", wires.HELLO[:3]).to_lines()).encode()),
        "00000004": gzip.compress(lines),  # it says that it is another
        "00000005": gzip.compress(lines)[:10] + b"\xff" * 40,  # it begins as a compressed file, and is none
        "00000006": gzip.compress(lines)[:-20],
        "short": gzip.compress(lines),
        "e" * 32: gzip.compress(lines),
    }
    for name, data in planted.items():
        folder.put(name, data)

    done = pull(theirs, folder)

    assert (done.copied, done.there_already) == (1, 0)
    assert sorted(done.damaged) == [*(f"0000000{number}" for number in range(1, 7)), "short"]
    assert [run.id for run in theirs.summaries()] == ["e" * 32]


def test_a_file_that_unpacks_to_far_more_than_a_recording_is_left_out(theirs, folder, monkeypatch):
    monkeypatch.setattr("bedrock_nb.notebook.keeping.sharing.LARGEST", 1000)
    folder.put("e" * 32, gzip.compress(b" " * 100_000))

    assert pull(theirs, folder).damaged == ("e" * 32,)


def test_nothing_of_the_caller_is_in_s3(mine, folder):
    arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/team"
    mine.write(lambda writer: writer.add(made(request={"modelId": arn, "messages": []})))
    push(mine, folder)

    assert b"123456789012" not in gzip.decompress(folder.get("a" * 32).data)


def test_a_bucket_that_there_is_not_is_told(mine, s3):
    fill(mine)
    folder = SharedFolder("s3://no-such-bucket", region="us-east-1", endpoint_url=s3)

    with pytest.raises(InvalidInput, match="no bucket for s3://no-such-bucket"):
        push(mine, folder)
    folder.close()


def test_a_refusal_names_the_permissions(folder, monkeypatch):
    def refuse(**_request):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}, "PutObject")

    monkeypatch.setattr(folder._client, "put_object", refuse)
    with pytest.raises(AccessDenied) as caught:
        folder.put("e" * 32, b"")
    assert "s3:PutObject" in caught.value.advice


def test_no_connection_is_an_error_of_the_family(mine):
    folder = SharedFolder("s3://team/prefix", region="us-east-1", endpoint_url="http://127.0.0.1:9")
    folder._client.meta.events.register("needs-retry.s3", lambda **_: None)

    with pytest.raises(BedrockError) as caught:
        push(mine, folder)
    assert "AWS_ENDPOINT_URL_S3" in caught.value.advice
    folder.close()


@pytest.mark.parametrize("url", ["", "team", "s3://", "s3:/team", "https://team.s3.amazonaws.com", "s3://a"])
def test_an_address_that_is_none_of_s3_is_told(url):
    with pytest.raises(InvalidInput, match="no address in S3"):
        SharedFolder(url)


def test_a_recording_of_another_kind_of_run_is_not_pushed(mine, folder):
    mine.write(lambda writer: writer.add(replace(made(), wire_events=made().wire_events[:3])))

    assert push(mine, folder).copied == 0
