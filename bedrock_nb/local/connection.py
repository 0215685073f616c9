"""One connection: reads requests, lets the service answer, writes the answers at the endpoint's pace."""

import logging
import selectors
import socket
import struct
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from threading import Event
from time import monotonic

from bedrock_nb.local.body import ConverseBody, Delivery, EventStreamBody
from bedrock_nb.local.eventstream import to_json
from bedrock_nb.local.service import Json, ReceivedRequest, Scripted, Service, model_id_in, parsed
from bedrock_nb.local.steps import Cut, HttpRefusal, Pause, ServiceError, Stall, Step

LARGEST_BODY = 100_000_000
"""Bytes of a request; well above what the service itself takes."""
CREDENTIAL_HEADERS = frozenset({"authorization", "proxy-authorization", "x-amz-security-token", "cookie"})
LOG = logging.getLogger("bedrock_nb.local")
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
PATIENCE = 5.0
"""Seconds that a reset waits for a client that does not read."""
LOOK_UP = 0.001
"""Seconds between two looks at whether the client's side has received all."""


class Hangup(Exception):
    """The connection ends here, in the middle of whatever was being said, or the client has ended it."""


class Connection(BaseHTTPRequestHandler):
    """The requests of one connection, one after the other; a subclass of the endpoint's sets the options."""

    protocol_version = "HTTP/1.1"
    server_version = "bedrock-nb-local"
    sys_version = ""
    disable_nagle_algorithm = True

    service: Service
    pace: float
    delivery: Delivery
    closing: Event
    note: Callable[[ReceivedRequest], None]

    _begun = False

    def do_GET(self) -> None:
        """Answer one request of the control plane."""
        self._answer()

    def do_POST(self) -> None:
        """Answer one request of the runtime."""
        self._answer()

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the status line and the headers, among them a request id of its own.

        Raises:
            Hangup: where the client is gone.
        """
        self._begun = True
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        with _client_may_be_gone():
            self.end_headers()

    def send(self, data: bytes) -> None:
        """Send bytes of the body, at once.

        Raises:
            Hangup: where the client is gone.
        """
        with _client_may_be_gone():
            self.wfile.write(data)

    def send_response(self, code: int, message: str | None = None) -> None:
        """Give every response a request id, as the service does."""
        super().send_response(code, message)
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no proper HTTP request, in the service's form."""
        phrase = explain or message or HTTPStatus(code).phrase
        self.close_connection = True
        self._begun = False
        self._refuse(ServiceError(code, "UnknownOperationException", phrase))

    def log_message(self, format: str, *args: object) -> None:
        """Log what is served where a developer asks for it; no header is ever part of it."""
        LOG.debug(format, *args)

    def _answer(self) -> None:
        self._begun = False
        try:
            request = self._received()
            self.note(request)
            self._give(self.service.answer(request))
        except HttpRefusal as refusal:
            self._refuse(refusal)
        except Hangup:
            self.close_connection = True
        except Exception as error:
            LOG.exception("a script of the local endpoint failed")
            message = f"The script failed: {type(error).__name__}: {error}"
            self._refuse(ServiceError(500, "InternalServerException", message))

    def _received(self) -> ReceivedRequest:
        raw_body = self._received_body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        safe_headers = {name: value for name, value in headers.items() if name not in CREDENTIAL_HEADERS}
        return ReceivedRequest(
            self.command, self.path, safe_headers, raw_body, model_id_in(self.path), parsed(raw_body)
        )

    def _received_body(self) -> bytes:
        """The request's body.

        Raises:
            ServiceError: where its length is not told, or is too large.
            Hangup: where the client is gone before all of it came.
        """
        digits = self.headers.get("content-length") or "0"
        if "transfer-encoding" in self.headers or not (digits.isascii() and digits.isdigit()):
            self.close_connection = True
            raise ServiceError(411, "UnknownOperationException", "Send the body with a Content-Length.")
        if len(digits) > len(str(LARGEST_BODY)) or int(digits) > LARGEST_BODY:
            self.close_connection = True
            raise ServiceError(413, "RequestEntityTooLargeException", f"Send no more than {LARGEST_BODY} bytes.")
        with _client_may_be_gone():
            raw_body = self.rfile.read(int(digits))
        if len(raw_body) < int(digits):
            raise Hangup
        return raw_body

    def _give(self, answer: Scripted | Json) -> None:
        if isinstance(answer, Json):
            body = to_json(answer.body)
            self.begin(200, {"Content-Type": "application/json", "Content-Length": str(len(body))})
            self.send(body)
        else:
            body_writer = EventStreamBody(self, self.delivery) if answer.streamed else ConverseBody(self)
            self._play(answer.steps, body_writer)

    def _refuse(self, refusal: HttpRefusal) -> None:
        """Answer with an error; once the answer has begun, all that is left is to drop the connection."""
        if self._begun:
            LOG.error("refused too late, the connection is dropped: %s", refusal)
            self.close_connection = True
            return
        with suppress(Hangup):
            ending = {"Connection": "close"} if self.close_connection else {}
            self.begin(refusal.status, {**refusal.headers, **ending, "Content-Length": str(len(refusal.body))})
            self.send(refusal.body)

    def _play(self, steps: Iterator[Step], body: EventStreamBody | ConverseBody) -> None:
        """Do the steps of a script one by one, at the endpoint's pace.

        Raises:
            HttpRefusal: where the script refuses before the first byte.
            Hangup: where it drops the connection, or the endpoint is closed.
        """
        waits = 0.0
        for step in steps:
            match step:
                case Pause(seconds=seconds):
                    body.flush()
                    self._wait(seconds)
                case Stall():
                    body.flush()
                    self._stall()
                case Cut(reset=reset):
                    body.flush()
                    self._hang_up(reset=reset)
                case _:
                    self._wait(waits)
                    body.add(step)
                    waits = self.pace
        body.finish()

    def _wait(self, seconds: float) -> None:
        if seconds > 0 and self.closing.wait(seconds):
            raise Hangup

    def _stall(self) -> None:
        """Say nothing until the client is gone; closing the endpoint shuts the socket, which shows here too."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.connection, selectors.EVENT_READ)
            selector.select()
        raise Hangup

    def _hang_up(self, *, reset: bool) -> None:
        if reset:
            deadline = monotonic() + PATIENCE
            while bytes_on_their_way(self.connection) and monotonic() < deadline:
                self._wait(LOOK_UP)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self.connection.close()
        raise Hangup


def bytes_on_their_way(connection: socket.socket) -> int:
    """How much the client's side has not received yet, which a reset would throw away; 0 where no system call tells."""
    try:
        import fcntl
        import termios

        told = fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4))
    except (ImportError, OSError):  # Windows has no such modules, and not every system knows it of a socket
        return 0
    return int.from_bytes(told, sys.byteorder)


@contextmanager
def _client_may_be_gone() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Hangup from error
