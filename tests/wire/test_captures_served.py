"""Real responses, served by the local endpoint and read by boto3: the same recording however the bytes arrive."""

import pytest

from bedrock_nb.core.recording import Recording
from bedrock_nb.local import LocalBedrock
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.source import converse_stream
from bedrock_nb.wire.stream import Stream
from wires import captures

CAPTURED = captures()


@pytest.fixture(scope="module", params=["frames", "bytes", "whole"])
def endpoint(request):
    with LocalBedrock(delivery=request.param) as endpoint:
        yield endpoint


@pytest.mark.parametrize(("body", "events"), [(b, e) for _, b, e in CAPTURED], ids=[name for name, *_ in CAPTURED])
def test_a_captured_body_gives_the_recording_of_its_events(endpoint, body, events):
    model = endpoint.play([body])
    request = {"modelId": model, "messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
    connection = Connection(region="us-east-1", endpoint_url=endpoint.url)
    recording = Stream(converse_stream(connection, request), request, recording_type=Recording).raise_for_error()
    expected = Recording.from_events(events)
    assert recording.turn.problems == ()
    assert recording.turn.blocks == expected.turn.blocks
    assert recording.message == expected.message
    assert (recording.stop_reason, recording.usage.total_tokens) == (expected.stop_reason, expected.usage.total_tokens)
    replayed = Recording.from_dict(recording.to_dict())
    assert replayed.turn == recording.turn
