from dataclasses import dataclass, field, replace

import pytest

from bedrock_nb.core.recording import Recording
from bedrock_nb.local import LocalBedrock
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.source import converse_stream
from bedrock_nb.wire.stream import Stream

SCHEMES = ("http", "https")


@dataclass
class Reached:
    """What gives the client that is there already."""

    made: object

    def client(self):
        return self.made


@dataclass
class Counterpart:
    """An endpoint, and how to reach it."""

    endpoint: LocalBedrock
    connection: Connection
    clients: dict = field(default_factory=dict)

    def stream(self, model, *, text="Hi", retries=0, **connection):
        """A stream of this model's answer."""
        request = {"modelId": model, "messages": [{"role": "user", "content": [{"text": text}]}]}
        source = converse_stream(self._reached(replace(self.connection, **connection)), request)
        return Stream(source, request, recording_type=Recording, retries=retries)

    def _reached(self, connection):
        """The connection with a client that all tests share: a new home for each test would make a new one for each."""
        if connection not in self.clients:
            self.clients[connection] = connection.client()
        return Reached(self.clients[connection])

    def fault(self, name, **options):
        """A stream of an answer with this fault."""
        return self.stream(f"local.fault-{name}-v1:0", **options)


@pytest.fixture(scope="session")
def counterparts(tls):
    """An endpoint for each scheme, for all tests."""
    with LocalBedrock() as plain, LocalBedrock(tls=tls) as secure:
        yield {
            scheme: Counterpart(endpoint, Connection(region="us-east-1", endpoint_url=endpoint.url, max_attempts=1))
            for scheme, endpoint in (("http", plain), ("https", secure))
        }


@pytest.fixture(autouse=True)
def trusting(trusted, monkeypatch):
    monkeypatch.setenv("AWS_CA_BUNDLE", trusted)


@pytest.fixture(params=SCHEMES)
def local(request, counterparts):
    """An endpoint over http, and over TLS."""
    return counterparts[request.param]


@pytest.fixture
def local_http(counterparts):
    return counterparts["http"]
