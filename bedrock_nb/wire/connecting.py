"""Connecting a socket in a way that can be given up at any moment."""

from __future__ import annotations

import errno
import os
import socket
import time
from typing import Any, Protocol

_LOOK_UP = 0.05
"""Seconds between two looks at whether somebody wants the end; a connection is made the moment it is there."""
_UNDER_WAY = {0, errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", errno.EINPROGRESS)}


class Interruption(Protocol):
    """What tells that the connection is not wanted any more."""

    @property
    def requested(self) -> bool:
        """Whether somebody asked for the end."""


def connected(connection: Any, interrupt: Interruption) -> socket.socket:
    """A socket connected to where this urllib3 connection goes.

    Raises:
        NewConnectionError: No address of the host could be reached, or the interrupt was requested.
        ConnectTimeoutError: It took longer than the connection's timeout.
    """
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    try:
        return _first_that_connects(connection, interrupt)
    except TimeoutError as error:
        raise ConnectTimeoutError(
            connection, f"No connection to {connection.host} in {connection.timeout} s"
        ) from error
    except OSError as error:
        raise NewConnectionError(connection, f"No connection to {connection.host}: {error}") from error


def _first_that_connects(connection: Any, interrupt: Interruption) -> socket.socket:
    failure = OSError("the host has no address")
    addresses = socket.getaddrinfo(connection.host.strip("[]"), connection.port, type=socket.SOCK_STREAM)
    for family, kind, protocol, _, address in addresses:
        _go_on(interrupt)
        carrier = socket.socket(family, kind, protocol)
        try:
            for option in connection.socket_options or ():
                carrier.setsockopt(*option)
            _connect(carrier, address, connection.timeout, interrupt)
        except OSError as error:
            carrier.close()
            failure = error
        else:
            carrier.settimeout(connection.timeout)
            return carrier
    raise failure


def _connect(carrier: socket.socket, address: Any, timeout: float | None, interrupt: Interruption) -> None:
    from urllib3.util import wait_for_write

    deadline = None if timeout is None else time.monotonic() + timeout
    carrier.settimeout(0)
    code = carrier.connect_ex(address)
    if code not in _UNDER_WAY:
        raise OSError(code, os.strerror(code))
    while not wait_for_write(carrier, _LOOK_UP):
        _go_on(interrupt)
        if deadline is not None and time.monotonic() > deadline:
            raise TimeoutError
    code = carrier.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))


def _go_on(interrupt: Interruption) -> None:
    if interrupt.requested:
        raise ConnectionAbortedError("the call was stopped")
