"""The kernel's side of one panel: what was painted last, and what has to be told to bring it up to date."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from bedrock_nb.core.recording import Recording
from bedrock_nb.views.calls import LiveCall, Moment, Watch, moment_of
from bedrock_nb.views.panel import Panel, State
from bedrock_nb.views.patches import patch, snapshot
from bedrock_nb.views.present import present
from bedrock_nb.views.rendered_panel import PanelRenderer, RenderedPanel

Message = dict[str, Any]
Calls = LiveCall | Recording | Sequence[LiveCall | Recording]
SNAPSHOT_SECONDS = 2.0


class Portrait:
    """Paints the calls of one exchange. Messages go to `send`; now and then the whole goes to `keep`.

    `keep` is for pages that come later. What it is given adds up to about three times the last picture however long
    the answer is, as the next one waits until the picture has grown by half.
    """

    def __init__(
        self, calls: Calls, *, send: Callable[[Message], None], keep: Callable[[Message, Panel], None]
    ) -> None:
        several = [calls] if isinstance(calls, Recording) or not isinstance(calls, Sequence) else list(calls)
        self._watches: list[Watch | Moment] = [_watch(call) for call in several]
        self._send, self._keep = send, keep
        self._lock = threading.RLock()
        self._renderer = PanelRenderer()
        self._shown = RenderedPanel(State.WAITING, "")
        self._number = 0
        self._kept_at, self._kept_size = 0.0, 0
        self.over = threading.Event()

    @property
    def is_over(self) -> bool:
        """Whether the last paint is done."""
        return self.over.is_set()

    def follow(self, call: LiveCall) -> None:
        """Show one more call of the same exchange, below."""
        with self._lock:
            self._watches.append(_watch(call))
            self.over.clear()

    def paint(self) -> bool:
        """Tell what changed since the last paint, if anything did."""
        with self._lock:
            if self._number and not any(isinstance(w, Watch) and w.has_news for w in self._watches):
                return False
            panel = present([w.moment() if isinstance(w, Watch) else w for w in self._watches])
            rendered = self._renderer.render(panel)
            changes = patch(self._shown, rendered)
            self._number += 1
            self._shown = rendered
            is_last = not rendered.state.is_live
            self._send({"kind": "patch", "number": self._number, "elapsed": rendered.elapsed, "patch": changes})
            if is_last or self._is_time_to_keep(rendered):
                self._keep(self.whole(), panel)
            if is_last:
                self.over.set()
            return True

    def whole(self) -> Message:
        """All that was painted, for a page that has nothing, or has missed something."""
        with self._lock:
            elapsed = present_elapsed(self._watches) if self._shown.state.is_live else self._shown.elapsed
            return {"number": self._number, "elapsed": elapsed, "panel": snapshot(self._shown)}

    def _is_time_to_keep(self, rendered: RenderedPanel) -> bool:
        now, size = time.monotonic(), len(rendered.html)
        if now - self._kept_at < SNAPSHOT_SECONDS or size < 1.5 * self._kept_size:
            return False
        self._kept_at, self._kept_size = now, size
        return True


def _watch(call: LiveCall | Recording) -> Watch | Moment:
    return moment_of(call) if isinstance(call, Recording) else Watch(call)


def present_elapsed(watches: Sequence[Watch | Moment]) -> float:
    """Seconds that the calls have taken up to now, added up."""
    return sum(w.call.elapsed if isinstance(w, Watch) else w.elapsed or 0.0 for w in watches)
