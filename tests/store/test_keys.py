import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wires
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.store.keys import cache_key

URL = "https://bedrock-runtime.us-east-1.amazonaws.com"
REQUEST = {"modelId": "m", "messages": [{"role": "user", "content": [{"text": "hi"}]}], "inferenceConfig": {"topP": 1}}

requests = st.dictionaries(st.text(max_size=4), wires.json_values, max_size=4)


def reordered(value):
    if isinstance(value, dict):
        return {name: reordered(value[name]) for name in reversed(value)}
    return [reordered(member) for member in value] if isinstance(value, list) else value


def with_floats(value):
    if isinstance(value, dict):
        return {name: with_floats(member) for name, member in value.items()}
    if isinstance(value, list):
        return [with_floats(member) for member in value]
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) < 2**53 else value


@given(requests)
def test_neither_the_order_of_members_nor_the_way_a_number_is_written_changes_the_key(request_):
    key = cache_key(request_, URL)

    assert key == cache_key(reordered(request_), URL)
    assert key == cache_key(with_floats(request_), URL)


@given(requests, requests)
def test_two_requests_have_one_key_only_where_they_are_the_same(one, other):
    def plain(value):
        value = {name: member for name, member in value.items() if name != "requestMetadata"}
        return json.dumps(with_floats(value), sort_keys=True, default=lambda data: ["bytes", data.hex()])

    assert (cache_key(one, URL) == cache_key(other, URL)) == (plain(one) == plain(other))


def test_metadata_that_labels_a_request_is_not_part_of_it():
    assert cache_key(REQUEST | {"requestMetadata": {"run": "7"}}, URL) == cache_key(REQUEST, URL)


@pytest.mark.parametrize(
    "changed",
    [
        {"modelId": "n"},
        {"inferenceConfig": {"topP": 0.9}},
        {"inferenceConfig": {"topP": True}},
        {"messages": [{"role": "user", "content": [{"text": "hi "}]}]},
        {"system": [{"text": ""}]},
        {"messages": [{"role": "user", "content": [{"image": {"format": "png", "source": {"bytes": b"1"}}}]}]},
    ],
)
def test_whatever_else_differs_gives_another_key(changed):
    assert cache_key(REQUEST | changed, URL) != cache_key(REQUEST, URL)


def test_bytes_and_endpoint_are_part_of_the_key():
    def with_bytes(data):
        return REQUEST | {"messages": [{"role": "user", "content": [{"image": {"source": {"bytes": data}}}]}]}

    assert cache_key(with_bytes(b"1"), URL) != cache_key(with_bytes(b"2"), URL)
    assert cache_key(REQUEST, URL) != cache_key(REQUEST, URL.replace("us-east-1", "eu-west-1"))


def test_an_open_file_in_a_request_is_no_key(tmp_path):
    with (tmp_path / "file").open("wb") as file, pytest.raises(InvalidInput, match="cannot be compared"):
        cache_key({"file": file}, URL)
