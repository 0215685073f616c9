"""The embedded endpoint: Bedrock Runtime on this machine, with scripts in place of models."""

import ipaddress
import ssl
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from threading import TIMEOUT_MAX
from typing import TYPE_CHECKING, Any, Literal, Self, overload

from bedrock_nb.local.body import Delivery
from bedrock_nb.local.connection import Connection
from bedrock_nb.local.listener import Listener
from bedrock_nb.local.remembered import RememberedRequests
from bedrock_nb.local.service import ReceivedRequest, Service
from bedrock_nb.local.steps import Script, Step

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from types_boto3_bedrock import BedrockClient
    from types_boto3_bedrock_runtime import BedrockRuntimeClient

REGION = "us-east-1"


class LocalBedrock:
    """A Bedrock Runtime endpoint on this machine, with real frames and scripted models.

    ```python
    with LocalBedrock(pace=0.02) as endpoint:
        response = endpoint.client().converse_stream(modelId="local.scripted-default-v1:0", ...)
    ```

    Args:
        pace: seconds between two events of a stream; 0 is as fast as it goes.
        delivery: one HTTP chunk a frame (`"frames"`), a byte (`"bytes"`) or a body (`"whole"`).
        tls: serve https, with a context or the paths of a certificate and its key in PEM.
        host: an address of this machine's loopback; no other is served.
        port: the port to listen on; 0 takes a free one.

    Raises:
        ValueError: for a host that is not loopback, a pace that is negative or endless, or an unknown delivery.
    """

    def __init__(
        self,
        *,
        pace: float = 0.0,
        delivery: Delivery | Literal["frames", "bytes", "whole"] = Delivery.FRAMES,
        tls: ssl.SSLContext | tuple[str | Path, str | Path] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        if not 0 <= pace <= TIMEOUT_MAX:
            raise ValueError(f"pace is the seconds between two events: 0, or a number above; it was {pace}")
        self._address = (loopback(host), port)
        self._pace = pace
        self._delivery = Delivery(delivery)
        self._tls = _server_context(tls)
        self._service = Service()
        self._received = RememberedRequests()
        self._played = count(1)
        self._listener: Listener | None = None
        self._clients: list[BaseClient] = []

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def start(self) -> Self:
        """Begin to listen; a second start does nothing.

        Raises:
            OSError: where the port is taken.
        """
        if self._listener is None:
            self._listener = Listener(self._address, self._connection_class(), self._tls)
            self._listener.start()
        return self

    def close(self) -> None:
        """Drop every connection, in mid-stream too, and end every thread and client before it returns."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
        for client in self._clients:
            client.close()
        self._clients.clear()

    @property
    def url(self) -> str:
        """Where the endpoint listens, such as `http://127.0.0.1:49152`."""
        host, port = self._listening().address
        return f"{'https' if self._tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"

    @property
    def requests(self) -> tuple[ReceivedRequest, ...]:
        """The newest requests, up to a thousand and up to 64 MB, in the order in which they came."""
        return self._received.newest

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that point boto3, and any other SDK, at this endpoint."""
        return {
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": self.url,
            "AWS_ENDPOINT_URL_BEDROCK": self.url,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
        }

    def add(self, model_id: str, script: Script) -> None:
        """Answer for this model id, or ARN, with this script from now on."""
        self._service.add(model_id, script)

    def play(self, steps: Iterable[Step], model_id: str | None = None) -> str:
        """Serve these steps, wire events or raw bytes, whatever is asked; gives the model id that does.

        A captured response is served with `endpoint.play([captured_body])`.
        """
        model_id = model_id or f"local.played-{next(self._played)}-v1:0"
        kept = tuple(steps)
        self.add(model_id, lambda _request: kept)
        return model_id

    @overload
    def client(self, service: Literal["bedrock-runtime"] = ..., **options: Any) -> "BedrockRuntimeClient": ...

    @overload
    def client(self, service: Literal["bedrock"], **options: Any) -> "BedrockClient": ...

    def client(self, service: Literal["bedrock", "bedrock-runtime"] = "bedrock-runtime", **options: Any) -> Any:
        """A real boto3 client of this endpoint, with dummy credentials; the machine's settings are left aside.

        Args:
            service: `bedrock-runtime`, or `bedrock` for the lists of models.
            options: passed to boto3's `client`, such as `config` and `verify`.
        """
        from bedrock_nb.local.client import standalone_client  # boto3 takes a while to load

        client = standalone_client(service, self.url, REGION, options.pop("config", None), **options)
        self._clients.append(client)
        return client

    def _listening(self) -> "Listener":
        if self._listener is None:
            raise RuntimeError(
                "the local endpoint is not listening: use it as `with LocalBedrock() as endpoint:`, or call start()"
            )
        return self._listener

    def _connection_class(self) -> type[Connection]:
        options = {
            "service": self._service,
            "pace": self._pace,
            "delivery": self._delivery,
            "note": staticmethod(self._received.add),
        }
        return type("EndpointConnection", (Connection,), options)


def loopback(host: str) -> str:
    """The host as an address of the loopback.

    Raises:
        ValueError: where it is none: the endpoint answers anyone who asks, so it stays on this machine.
    """
    address = "127.0.0.1" if host == "localhost" else host
    try:
        is_loopback = ipaddress.ip_address(address).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise ValueError(
            f"the local endpoint asks for no credentials and so serves this machine only; "
            f"{host!r} is not a loopback address. Use 127.0.0.1, ::1 or localhost."
        )
    return address


def _server_context(tls: ssl.SSLContext | tuple[str | Path, str | Path] | None) -> ssl.SSLContext | None:
    if not isinstance(tls, tuple):
        return tls
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*tls)
    return context
