"""The listening socket and the threads behind it, all of which can be ended at once."""

import socket
import ssl
import sys
from contextlib import suppress
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event, Lock, Thread
from typing import Any

from bedrock_nb.local.connection import LOG, Connection

PATIENCE = 5.0
"""Seconds that close() waits for a script that is busy with something of its own."""


class Listener(ThreadingHTTPServer):
    """Accepts connections on one thread and serves each on a thread of its own."""

    request_queue_size = 128
    allow_reuse_port = False  # in some releases of Python two endpoints could share a port, and the requests

    def __init__(
        self, address: tuple[str, int], connection_class: type[Connection], tls: ssl.SSLContext | None
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._tls = tls
        self._closing = Event()
        connection_class.closing = self._closing
        self._lock = Lock()
        self._open: dict[socket.socket, Thread] = {}
        super().__init__(address, connection_class)
        self._thread = Thread(target=self._accept_all, name="bedrock-nb local endpoint", daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        """The host and port that are listened on."""
        host, port = self.socket.getsockname()[:2]
        return str(host), int(port)

    def start(self) -> None:
        """Begin to accept connections."""
        self._thread.start()

    def close(self) -> None:
        """Accept no more, shut every open connection and wait for every thread."""
        self._closing.set()
        with suppress(OSError):  # it has ended already
            socket.create_connection(self.address, timeout=1).close()  # wakes the accepting thread
        self._thread.join()
        with self._lock:
            still_open = dict(self._open)
        for connection in still_open:
            with suppress(OSError):  # the peer was quicker
                # the plain socket's: TLS's own would pull the connection from under the thread that uses it
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in still_open.values():
            thread.join(PATIENCE)
            if thread.is_alive():
                LOG.warning("a script of the local endpoint still runs %s s after it was closed", PATIENCE)
        self.server_close()

    def server_bind(self) -> None:
        """Bind only: the base class goes on to look up the host's name, which takes seconds on some machines."""
        TCPServer.server_bind(self)

    def _accept_all(self) -> None:
        while not self._closing.is_set():
            self.handle_request()

    def get_request(self) -> tuple[socket.socket, Any]:
        """The next connection; its TLS handshake waits for its own thread."""
        connection, address = super().get_request()
        if self._tls:
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002 - the base class's
        """Turn away the connection that woke the accepting thread to end it."""
        return not self._closing.is_set()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give the connection a thread of its own that close() can wait for."""
        thread = Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name="bedrock-nb local connection",
            daemon=True,
        )
        with self._lock:
            self._open[request] = thread
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._open.pop(request, None)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands where TLS asks for it, then answer the requests."""
        if isinstance(request, ssl.SSLSocket):
            request.do_handshake()
        super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the base class's
        """A client that goes away, or does not trust the certificate, is nothing to report."""
        if not isinstance(sys.exception(), OSError):
            LOG.exception("a connection of the local endpoint failed")
