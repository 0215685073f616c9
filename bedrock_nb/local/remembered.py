"""The newest requests that the endpoint has received, for tests to look at."""

from collections import deque
from threading import Lock

from bedrock_nb.local.service import ReceivedRequest

MOST = 1000
LARGEST = 64 * 2**20
"""Bytes of all bodies together; the newest request is kept however large it is."""


class RememberedRequests:
    """Requests in the order in which they came; the oldest are forgotten where there are too many, or too large ones.

    Args:
        most: how many are kept.
        largest: how many bytes their bodies may have together.
    """

    def __init__(self, most: int = MOST, largest: int = LARGEST) -> None:
        self._most = most
        self._largest = largest
        self._lock = Lock()
        self._requests: deque[ReceivedRequest] = deque()
        self._size = 0

    def add(self, request: ReceivedRequest) -> None:
        """Remember one more; connections do this from threads of their own."""
        with self._lock:
            self._requests.append(request)
            self._size += len(request.raw_body)
            while len(self._requests) > 1 and (len(self._requests) > self._most or self._size > self._largest):
                self._size -= len(self._requests.popleft().raw_body)

    @property
    def newest(self) -> tuple[ReceivedRequest, ...]:
        """Those that are remembered."""
        with self._lock:
            return tuple(self._requests)
