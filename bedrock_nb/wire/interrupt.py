"""Ending, from any thread, a network call that blocks another.

Closing a response from outside blocks until its read times out; shutting down its socket wakes the reader at once, over
TLS too. botocore hands out no socket before the response's headers are there, so its connection classes are made to
hand in a second handle of theirs, once they are connected and whenever they are used again: one that stays ours while
TLS takes the first one over. Only the look-up of a host's name cannot be ended; its thread goes when the answer is
there. Where botocore's private names have changed, a call ends from its headers on.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any

from bedrock_nb.core.errors import Stopped
from bedrock_nb.wire.connecting import connected

_current: ContextVar[Interrupt | None] = ContextVar("bedrock_nb_interrupt", default=None)


class Interrupt:
    """A way to end one call: `request` it from any thread; the thread that makes the call runs `watching`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requested = threading.Event()
        self._handle: socket.socket | None = None
        self._how: int = socket.SHUT_RDWR
        self._response: Any = None

    @property
    def requested(self) -> bool:
        """Whether somebody asked for the end."""
        return self._requested.is_set()

    @contextlib.contextmanager
    def watching(self) -> Iterator[Interrupt]:
        """While this lasts, connections that this thread uses are ended by `request`."""
        token = _current.set(self)
        try:
            yield self
        finally:
            _current.reset(token)
            with self._lock:
                self._response = None
                self._keep(None)

    def carried_by(self, carrier: socket.socket, how: int = socket.SHUT_RDWR) -> None:
        """The call goes over this connected socket, which is to be shut down in this way."""
        handle = socket.fromfd(carrier.fileno(), carrier.family, carrier.type)
        with self._lock:
            self._keep(handle)
            self._how = how
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
        self._requested.set()
        self._shut_down()

    def pause(self, seconds: float) -> bool:
        """Wait, but not beyond a request for the end; whether the call may go on."""
        return not self._requested.wait(seconds)

    def _keep(self, handle: socket.socket | None) -> None:
        if self._handle is not None:
            self._handle.close()
        self._handle = handle

    def _shut_down(self) -> None:
        with self._lock:
            if self._handle is not None:
                with contextlib.suppress(OSError):  # the peer was quicker
                    self._handle.shutdown(self._how)
            elif self._response is not None:
                _shut_down_response(self._response)


def _shut_down_response(response: Any) -> None:
    """End a response that came over a connection of somebody else's client."""
    # RuntimeError, ValueError: urllib3 has let go of the socket; OSError: the peer was quicker. Either way it is over.
    with contextlib.suppress(OSError, RuntimeError, ValueError):
        if hasattr(response, "shutdown"):  # urllib3 2.3 and later
            response.shutdown()
        elif (carrier := getattr(getattr(response, "connection", None), "sock", None)) is not None:
            carrier.shutdown(socket.SHUT_RDWR)


def make_interruptible(client: Any) -> None:
    """Let this boto3 client's connections report to the `Interrupt` that watches the thread which uses them."""
    session = getattr(getattr(client, "_endpoint", None), "http_session", None)
    pools = getattr(session, "_pool_classes_by_scheme", None)  # botocore shares it with the managers of its proxies
    if isinstance(pools, dict):
        pools.update({scheme: _reporting_pool(pool) for scheme, pool in pools.items()})
    client.meta.events.register_first("needs-retry.bedrock-runtime", _refuse_to_retry_what_was_stopped)


def _refuse_to_retry_what_was_stopped(response: Any = None, **_: Any) -> None:
    interrupt = _current.get()
    failed = response is None or response[0].status_code != HTTPStatus.OK
    if failed and interrupt is not None and interrupt.requested:  # what did not fail is closed by who reads it
        raise Stopped("The call was stopped.")


def _reporting_pool(pool_class: Any) -> Any:
    if getattr(pool_class.ConnectionCls, "reports", False):
        return pool_class

    class ReportingConnection(pool_class.ConnectionCls):  # type: ignore[misc] # the base is known at run time only
        reports = True

        def _new_conn(self) -> socket.socket:
            interrupt = _current.get()
            if interrupt is None:
                made: socket.socket = super()._new_conn()
                return made
            carrier = connected(self, interrupt)
            # ssl leaks a socket that was shut down for writing before its handshake.
            interrupt.carried_by(carrier, socket.SHUT_RD if pool_class.scheme == "https" else socket.SHUT_RDWR)
            return carrier

        def request(self, *args: Any, **kwargs: Any) -> Any:
            interrupt, carrier = _current.get(), getattr(self, "sock", None)
            if interrupt is not None and carrier is not None:  # it was connected for an earlier call
                interrupt.carried_by(carrier)
            return super().request(*args, **kwargs)

    return type(f"Reporting{pool_class.__name__}", (pool_class,), {"ConnectionCls": ReportingConnection})
