"""boto3 clients, made once for each way to reach Bedrock."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, overload
from urllib.parse import urlsplit

from bedrock_nb.wire.interrupt import make_interruptible

if TYPE_CHECKING:
    from botocore.config import Config
    from types_boto3_bedrock import BedrockClient
    from types_boto3_bedrock_runtime import BedrockRuntimeClient

Service = Literal["bedrock-runtime", "bedrock"]

READ_TIMEOUT = 600.0
"""Seconds of silence before a response counts as stalled. botocore's 60 cut off models that think for longer."""
CONNECT_TIMEOUT = 20.0

_OF_INTEREST_TO_BOTO3 = ("AWS_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE")

# boto3's default session and its loaders are not made to be used by several threads while they are set up.
_making_clients = threading.Lock()
_clients: dict[tuple[Connection, Service, int], Any] = {}
if hasattr(os, "register_at_fork"):  # two processes on one connection would get each other's answers
    os.register_at_fork(after_in_child=_clients.clear)


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

    @overload
    def client(self, service: Literal["bedrock-runtime"] = ...) -> BedrockRuntimeClient: ...

    @overload
    def client(self, service: Literal["bedrock"]) -> BedrockClient: ...

    def client(self, service: Service = "bedrock-runtime") -> Any:
        """The client of this connection: the same one each time, while the environment is the same.

        Args:
            service: `bedrock-runtime`, or `bedrock` for the lists of models.
        """
        key = (self, service, _environment())
        with _making_clients:
            if key not in _clients:
                _clients[key] = self.made(service)
                make_interruptible(_clients[key])
            return _clients[key]

    def forget(self) -> None:
        """Make new clients next time, so that credentials renewed outside this process count."""
        with _making_clients:
            for key in [key for key in _clients if key[0] == self]:
                del _clients[key]

    def made(self, service: Service) -> Any:
        """A new client, by boto3's own configuration chain where this connection leaves something open."""
        import boto3  # it takes 0.3 s to load, and not every notebook makes a call

        session = boto3.Session(profile_name=self.profile, region_name=self.region)
        return session.client(service, endpoint_url=self._endpoint_of(service), config=self.config())

    def config(self) -> Config:
        """The settings of the client as botocore has them."""
        from botocore.config import Config

        config = Config(
            read_timeout=self.read_timeout,
            connect_timeout=self.connect_timeout,
            tcp_keepalive=True,  # routers forget a connection on which a model thinks in silence
            user_agent_extra="bedrock-nb",
        )
        if self.max_attempts is None:
            return config
        return config.merge(Config(retries={"total_max_attempts": self.max_attempts, "mode": "standard"}))

    def _endpoint_of(self, service: Service) -> str | None:
        """The endpoint that was named is the runtime's; only one on this machine serves the lists of models too."""
        on_this_machine = urlsplit(self.endpoint_url or "").hostname in _THIS_MACHINE
        return self.endpoint_url if service == "bedrock-runtime" or on_this_machine else None


_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


def _environment() -> int:
    """A number that changes with the environment that boto3 reads; the environment itself is not kept."""
    return hash(tuple(sorted((k, v) for k, v in os.environ.items() if k.upper().startswith(_OF_INTEREST_TO_BOTO3))))
