"""boto3 clients, made once for each way to reach Bedrock."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedrock_nb.wire.interrupt import make_interruptible

if TYPE_CHECKING:
    from types_boto3_bedrock_runtime import BedrockRuntimeClient

READ_TIMEOUT = 600.0
"""Seconds of silence before a response counts as stalled. botocore's 60 cut off models that think for longer."""
CONNECT_TIMEOUT = 20.0

_OF_INTEREST_TO_BOTO3 = ("AWS_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE")

# boto3's default session and its loaders are not made to be used by several threads while they are set up.
_making_clients = threading.Lock()
_clients: dict[tuple[Connection, int], BedrockRuntimeClient] = {}


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach Bedrock. What is None is left to boto3's own configuration chain."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    read_timeout: float = READ_TIMEOUT
    connect_timeout: float = CONNECT_TIMEOUT
    max_attempts: int | None = None
    """Tries before the stream begins; botocore retries throttling and server errors then, and only then."""

    def client(self) -> BedrockRuntimeClient:
        """The bedrock-runtime client of this connection: the same one each time, while the environment is the same."""
        key = (self, _environment())
        with _making_clients:
            if key not in _clients:
                _clients[key] = _runtime_client(self)
            return _clients[key]

    def forget(self) -> None:
        """Make a new client next time, so that credentials renewed outside this process count."""
        with _making_clients:
            _clients.pop((self, _environment()), None)


def _environment() -> int:
    """A number that changes with the environment that boto3 reads; the environment itself is not kept."""
    return hash(tuple(sorted((k, v) for k, v in os.environ.items() if k.upper().startswith(_OF_INTEREST_TO_BOTO3))))


def _runtime_client(connection: Connection) -> BedrockRuntimeClient:
    import boto3  # noqa: PLC0415 - it takes 0.3 s to load, and not every notebook makes a call
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        read_timeout=connection.read_timeout,
        connect_timeout=connection.connect_timeout,
        tcp_keepalive=True,  # routers forget a connection on which a model thinks in silence
        user_agent_extra="bedrock-nb",
    )
    if connection.max_attempts is not None:
        config = config.merge(Config(retries={"total_max_attempts": connection.max_attempts, "mode": "standard"}))
    session = boto3.Session(profile_name=connection.profile, region_name=connection.region)
    client: BedrockRuntimeClient = session.client(
        "bedrock-runtime", endpoint_url=connection.endpoint_url, config=config
    )
    make_interruptible(client)
    return client
