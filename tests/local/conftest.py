from contextlib import closing
from pathlib import Path

import pytest
from botocore.config import Config
from botocore.eventstream import EventStreamBuffer

from bedrock_nb.local import LocalBedrock

CAPTURES = Path(__file__).parents[2].parent / "shared" / "captures"
ONE_TRY = Config(retries={"total_max_attempts": 1}, read_timeout=5)


def user(text="Why is the sky blue?"):
    return [{"role": "user", "content": [{"text": text}]}]


@pytest.fixture(scope="module")
def shared_endpoint():
    """One endpoint for all tests of a module that leave nothing behind in it."""
    with LocalBedrock() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def client(shared_endpoint):
    return shared_endpoint.client(config=ONE_TRY)


@pytest.fixture
def ask():
    """The request for a prompt, as boto3 takes it."""

    def make(model, text="Why is the sky blue?", **members):
        return {"modelId": model, "messages": user(text), **members}

    return make


@pytest.fixture
def received():
    """All the events of a stream, which is closed whatever happens, and the error that ended it."""

    def read(response):
        events = []
        with closing(response["stream"]) as stream:
            try:
                events.extend(stream)
            except Exception as error:  # noqa: BLE001 - which one it is, is for the test to say
                return events, error
        return events, None

    return read


@pytest.fixture
def text_of():
    """The text in wire events, block after block."""

    def join(events):
        blocks = {}
        for event in events:
            delta = event.get("contentBlockDelta", {})
            index = delta.get("contentBlockIndex")
            blocks[index] = blocks.get(index, "") + delta.get("delta", {}).get("text", "")
        return "".join(blocks[index] for index in sorted(blocks, key=str))

    return join


@pytest.fixture
def decoded():
    """The messages in a body, as botocore decodes them."""

    def decode(body):
        buffer = EventStreamBuffer()
        buffer.add_data(body)
        return list(buffer)

    return decode


def pytest_generate_tests(metafunc):
    """Parametrise over the captured responses, where they are at hand."""
    if "capture" in metafunc.fixturenames:
        bodies = sorted(path for path in CAPTURES.glob("*.bin") if path.stat().st_size > 100)
        metafunc.parametrize("capture", bodies, ids=lambda path: path.stem.partition("__")[2])
