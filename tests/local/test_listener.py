import socket
from contextlib import ExitStack

import pytest

from bedrock_nb.local import LocalBedrock
from bedrock_nb.local.connection import Connection
from bedrock_nb.local.listener import Listener


@pytest.fixture
def not_accepting():
    """A listener that does not get round to its connections."""
    with Listener(("127.0.0.1", 0), type("Unused", (Connection,), {}), None) as listener:
        yield listener


def test_a_rush_of_connections_is_let_in(not_accepting):
    with ExitStack() as rush:
        for _ in range(100):
            rush.enter_context(socket.create_connection(not_accepting.address, timeout=5))


def test_two_cannot_listen_on_one_port(not_accepting):
    with pytest.raises(OSError, match="in use"):
        LocalBedrock(port=not_accepting.address[1]).start()


def test_it_listens_without_looking_up_the_hosts_name(monkeypatch, ask):
    monkeypatch.setattr("socket.getfqdn", None)
    with LocalBedrock() as endpoint:
        assert endpoint.client().converse(**ask("local.scripted-echo-v1:0"))["stopReason"] == "end_turn"
