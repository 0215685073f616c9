"""boto3 clients, made once for each way to reach Bedrock."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bedrock_nb.wire.interrupt import make_interruptible

if TYPE_CHECKING:
    from types_boto3_bedrock_runtime import BedrockRuntimeClient

READ_TIMEOUT = 600.0
"""Seconds of silence before a response counts as stalled. botocore's 60 cut off models that think for longer."""
CONNECT_TIMEOUT = 20.0

# boto3's default session and its loaders are not made to be used by several threads while they are set up.
_making_clients = threading.Lock()


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
    anonymous: bool = False
    """Unsigned, and past any proxy: for an endpoint on this machine."""

    def client(self) -> BedrockRuntimeClient:
        """The bedrock-runtime client of this connection, the same one each time."""
        with _making_clients:
            return _runtime_client(self)


@cache
def _runtime_client(connection: Connection) -> BedrockRuntimeClient:
    import boto3  # noqa: PLC0415 - it takes 0.3 s to load, and not every notebook makes a call
    from botocore import UNSIGNED  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        read_timeout=connection.read_timeout,
        connect_timeout=connection.connect_timeout,
        user_agent_extra="bedrock-nb",
    )
    if connection.max_attempts is not None:
        config = config.merge(Config(retries={"total_max_attempts": connection.max_attempts, "mode": "standard"}))
    if connection.anonymous:
        config = config.merge(Config(signature_version=UNSIGNED, proxies={}))
    session = boto3.Session(profile_name=connection.profile, region_name=connection.region)
    client: BedrockRuntimeClient = session.client(
        "bedrock-runtime", endpoint_url=connection.endpoint_url, config=config
    )
    make_interruptible(client)
    return client
