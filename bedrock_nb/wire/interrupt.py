"""Ending, from any thread, a network call that blocks another.

Closing a response from outside blocks until its read times out; shutting down its socket wakes the reader at once, over
TLS too. botocore hands out no socket before the response's headers are there, so its connection classes are made to
report the connection that carries a call. Where botocore's private names have changed, a call ends from its headers on.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from contextvars import ContextVar
from typing import Any

_current: ContextVar[Interrupt | None] = ContextVar("bedrock_nb_interrupt", default=None)


class Interrupt:
    """A way to end one call: `request` it from any thread; the thread that makes the call runs `watching`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Any = None
        self._response: Any = None
        self.requested = False

    @contextlib.contextmanager
    def watching(self) -> Any:
        """While this lasts, connections that this thread uses are ended by `request`."""
        token = _current.set(self)
        try:
            yield self
        finally:
            _current.reset(token)
            with self._lock:
                self._connection = self._response = None

    def carried_by(self, connection: Any) -> None:
        """The call goes over this connection (an http.client.HTTPConnection)."""
        with self._lock:
            self._connection = connection
        if self.requested:
            self._shut_down()

    def answered_by(self, response: Any) -> None:
        """The call is answered by this response (a urllib3.HTTPResponse)."""
        with self._lock:
            self._response = response
        if self.requested:
            self._shut_down()

    def request(self) -> None:
        """End the call: what blocks on its socket returns at once. Does nothing once the call is over."""
        self.requested = True
        self._shut_down()

    def _shut_down(self) -> None:
        with self._lock:
            response, connection = self._response, self._connection
            shutdown = getattr(response, "shutdown", None)
            # RuntimeError: urllib3 has let go of the socket; OSError: the peer was quicker. Either way it is over.
            with contextlib.suppress(OSError, RuntimeError, ValueError):
                if callable(shutdown):
                    shutdown()
            open_socket = getattr(connection, "sock", None)
            if open_socket is not None:
                with contextlib.suppress(OSError):
                    open_socket.shutdown(socket.SHUT_RDWR)


def make_interruptible(client: Any) -> None:
    """Let this boto3 client's connections report to the `Interrupt` that watches the thread which uses them."""
    session = getattr(getattr(client, "_endpoint", None), "http_session", None)
    pools = getattr(session, "_pool_classes_by_scheme", None)
    if isinstance(pools, dict):
        pools.update({scheme: _reporting_pool(pool) for scheme, pool in pools.items()})


def _reporting_pool(pool_class: Any) -> Any:
    class ReportingConnection(pool_class.ConnectionCls):  # type: ignore[misc] # the base is known at run time only
        def request(self, *args: Any, **kwargs: Any) -> Any:
            interrupt = _current.get()
            if interrupt is not None:
                interrupt.carried_by(self)
            return super().request(*args, **kwargs)

    return type(f"Reporting{pool_class.__name__}", (pool_class,), {"ConnectionCls": ReportingConnection})
