"""One thread that paints all live panels of the kernel, and no oftener than a reader can see.

A Jupyter server drops messages past a thousand a second, and each paint costs the kernel time that the user's own code
needs. So paints are joined: whatever came since the last is painted once. All panels share one budget: after a round
comes a pause for each panel that was painted, and at least four times what the round cost, so that at most a fifth of
a core is spent. What a reader waits for, the end of a call or a question, cuts that pause short. The last paint of a
panel always happens.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import Protocol

SHORTEST_PAUSE = 0.040
"""Seconds between two looks for news: 25 a second, which the eye takes for steady."""
FIRST_PAUSE = 0.005
"""Seconds between two looks for the beginning of an answer, which is what its reader waits for."""
PAUSE_TO_COST = 4
GLANCE = 0.050
"""Seconds between two looks for an end, which takes next to nothing, within a longer pause."""


class Sitter(Protocol):
    """A panel that is being painted."""

    def paint(self) -> bool:
        """Paint what is new; whether there was anything. It must not be called again once `is_over`."""

    @property
    def is_over(self) -> bool:
        """Whether the last paint is done."""

    @property
    def pause(self) -> float:
        """How many seconds to leave after a paint; if it is less than `SHORTEST_PAUSE`, also between two looks."""

    @property
    def is_due(self) -> bool:
        """Whether there is something to paint that cannot wait. It is asked for often, and has to be cheap."""


class Painter:
    """Paints its sitters until each is over. Its thread lives only as long as there is something to paint."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sitters: list[Sitter] = []
        self._thread: threading.Thread | None = None
        self._hurry = threading.Event()

    def add(self, sitter: Sitter) -> None:
        """Paint this one from now on."""
        with self._lock:
            if sitter not in self._sitters:
                self._sitters.append(sitter)
            if self._thread is None:
                self._thread = threading.Thread(target=self._paint_all, name="bedrock-nb painter", daemon=True)
                self._thread.start()
        self._hurry.set()

    def remove(self, sitter: Sitter) -> None:
        """Paint this one no more."""
        with self._lock:
            if sitter in self._sitters:
                self._sitters.remove(sitter)
        self._hurry.set()

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to paint, and no thread."""
        return self._thread is None

    def _paint_all(self) -> None:
        while sitters := self._sitters_or_rest():
            before = time.thread_time()
            pause = sum(sitter.pause for sitter in sitters if self._painted(sitter))
            cost = time.thread_time() - before
            # Asking each call for news 25 times a second costs less than being woken by each of its events.
            look = min(SHORTEST_PAUSE, *(sitter.pause for sitter in sitters))
            if not any(sitter.is_over for sitter in sitters):
                self._rest(max(look, pause, PAUSE_TO_COST * cost), sitters)
            self._hurry.clear()

    def _rest(self, seconds: float, sitters: Sequence[Sitter]) -> None:
        """Rest for so long, or until something is due."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._hurry.wait(min(left, GLANCE)) or any(sitter.is_due for sitter in sitters):
                return

    def _sitters_or_rest(self) -> list[Sitter]:
        with self._lock:  # so that one who goes on, and then is added, is not taken off after that
            self._sitters = [sitter for sitter in self._sitters if not sitter.is_over]
            if not self._sitters:
                self._thread = None
            return list(self._sitters)

    def _painted(self, sitter: Sitter) -> bool:
        try:
            return sitter.paint()
        except Exception:
            logging.getLogger(__name__).exception("A panel could not be painted; its call goes on.")
            self.remove(sitter)
            return False


PAINTER = Painter()
"""The one for all panels of this process."""
