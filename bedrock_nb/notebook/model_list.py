"""The account's models, fetched in the background and kept for a while, so that completion never waits."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from bedrock_nb.core.errors import BedrockError
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.models import ListedModel, list_models

GOOD_FOR = 3600.0
"""Seconds that a list is kept."""
FAILURE_GOOD_FOR = 30.0
"""Seconds before a list that could not be fetched is asked for again."""


@dataclass(frozen=True, slots=True)
class _Fetched:
    at: float
    models: tuple[ListedModel, ...] = ()
    failure: BedrockError | None = None

    @property
    def is_stale(self) -> bool:
        return time.monotonic() - self.at > (FAILURE_GOOD_FOR if self.failure else GOOD_FOR)


class ModelList:
    """The lists of models, one for each way to reach Bedrock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fetched: dict[Connection, _Fetched] = {}
        self._fetching: set[Connection] = set()

    def known(self, connection: Connection) -> tuple[ListedModel, ...]:
        """What is known by now, at once; where that is nothing, or old, it is fetched in the background."""
        with self._lock:
            fetched = self._fetched.get(connection)
            if (fetched is None or fetched.is_stale) and connection not in self._fetching:
                self._fetching.add(connection)
                threading.Thread(target=self._fetch, args=(connection,), name="bedrock-nb models", daemon=True).start()
        return fetched.models if fetched else ()

    def fetched(self, connection: Connection) -> tuple[ListedModel, ...]:
        """The list as the service has it now.

        Raises:
            BedrockError: It could not be fetched.
        """
        fetched = self._fetch(connection)
        if fetched.failure is not None:
            raise fetched.failure
        return fetched.models

    def _fetch(self, connection: Connection) -> _Fetched:
        try:
            fetched = _Fetched(time.monotonic(), list_models(connection))
        except BedrockError as error:
            fetched = _Fetched(time.monotonic(), failure=error)
        with self._lock:
            self._fetched[connection] = fetched
            self._fetching.discard(connection)
        return fetched


MODELS = ModelList()
"""The lists of this process."""
