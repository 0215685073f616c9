"""The kernel's side of one panel: what was painted last, and what has to be told to bring it up to date."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bedrock_nb.core.recording import Recording
from bedrock_nb.views.html.rendered_panel import PanelRenderer, RenderedPanel
from bedrock_nb.views.live.painter import FIRST_PAUSE, SHORTEST_PAUSE
from bedrock_nb.views.live.patches import patch, size, snapshot
from bedrock_nb.views.live.questions import ANSWERS, Question, Questions
from bedrock_nb.views.panel.calls import LiveCall, Moment, Watch, moment_of
from bedrock_nb.views.panel.panel import Panel, State
from bedrock_nb.views.panel.present import block_key, present

Message = dict[str, Any]
Cost = Callable[[Sequence[Recording]], float | None]
"""What calls cost in US dollars; None where it is not known."""
NOTICE_SECONDS = 2.0
"""How often those who observe a panel in Python hear of it while it is live."""
STEADY_AFTER, STEADY_PAUSE = 12.5, 0.125
"""The longer an answer takes, the less often it is painted, up to this many seconds: nobody reads it word by word then,
and it halves what goes over the network."""
WHOLE_PAUSE, WHOLE_RATE = 10.0, 2_000
"""Seconds between two renewals of the whole at least, and how many characters of it a second at most."""


class Portrait:
    """Paints the calls of one exchange.

    Args:
        calls: What is painted; calls that run, recordings, or both.
        send: Takes each message to the page.
        notice: Takes the panel every `NOTICE_SECONDS`, and at the end.
        renew: Is told now and then, and at the end, that it is time to give pages the `whole`: not everywhere can one
            that missed something ask a busy kernel for it.
        questions: Whoever asks the user before a tool is called.
        cost: What the calls cost in US dollars, asked for when they are over; None where it is not known.
    """

    def __init__(
        self,
        calls: Sequence[LiveCall | Recording],
        *,
        send: Callable[[Message], None],
        notice: Callable[[Panel], None],
        renew: Callable[[], object] = lambda: None,
        questions: Questions | None = None,
        cost: Cost | None = None,
    ) -> None:
        self.calls = list(calls)
        self._watches = [_watch(call) for call in self.calls]
        self._send, self._notice, self._renew = send, notice, renew
        self._questions, self._cost = questions, cost
        self._question: Question | None = None
        self._lock = threading.RLock()
        self._renderer = PanelRenderer()
        self._shown = RenderedPanel(State.WAITING, "")
        self.number = 0
        self._began = self._renewed = time.monotonic()
        self._noticed = 0.0
        self.over = threading.Event()

    @property
    def is_over(self) -> bool:
        """Whether the last paint is done."""
        return self.over.is_set()

    @property
    def pause(self) -> float:
        """How many seconds to leave after a paint, and between two looks for what comes first."""
        if self._shown.state is State.WAITING:
            return FIRST_PAUSE
        lasted = min(time.monotonic() - self._began, STEADY_AFTER)
        return max(SHORTEST_PAUSE, STEADY_PAUSE * lasted / STEADY_AFTER)

    @property
    def is_asking(self) -> bool:
        """Whether a question stands open."""
        return self._standing is not None

    @property
    def is_due(self) -> bool:
        """Whether a call has ended, or a question stands open, and is not painted yet."""
        return self._standing is not self._question or any(map(_has_ended, self._watches))

    def follow(self, call: LiveCall) -> None:
        """Show one more call of the same exchange, below."""
        with self._lock:
            self.calls.append(call)
            self._watches.append(_watch(call))
            self.go_on()

    def go_on(self) -> None:
        """Paint again what was over: a replay was sent back in time."""
        self.over.clear()

    def paint(self) -> bool:
        """Tell what changed since the last paint, if anything did."""
        with self._lock:
            question = self._standing
            is_new = not self.number or question is not self._question or any(map(_has_news, self._watches))
            if is_new:
                self._question = question
                panel = self._panel()
                self._tell(self._renderer.render(panel))
                self._tell_now_and_then(panel)
            if not self._shown.state.is_live:
                self.over.set()
            return is_new

    def _tell(self, rendered: RenderedPanel) -> None:
        changes = patch(self._shown, rendered)
        self.number, self._shown = self.number + 1, rendered
        self._send({"kind": "patch", "number": self.number, "elapsed": _rounded(rendered.elapsed), "patch": changes})

    def _tell_now_and_then(self, panel: Panel) -> None:
        now, is_last = time.monotonic(), not panel.strip.state.is_live
        if is_last or now - self._noticed > NOTICE_SECONDS:
            self._noticed = now
            self._notice(panel)
        waited = now - self._renewed
        if is_last or (waited > WHOLE_PAUSE and waited * WHOLE_RATE > size(self._shown)):
            self._renewed = now
            self._renew()

    @property
    def _standing(self) -> Question | None:
        return self._questions.standing if self._questions else None

    def _panel(self) -> Panel:
        begun = [w for w in self._watches if isinstance(w, Moment) or not w.is_to_come]
        asked = self._question.call.index if self._question else None
        panel = present([w if isinstance(w, Moment) else w.moment() for w in begun], asked=asked)
        if self._cost is None or not panel.strip.state.is_over:
            return panel
        return replace(panel, strip=replace(panel.strip, cost=self._cost(self.recordings)))

    @property
    def recordings(self) -> list[Recording]:
        """The recordings of the calls, as far as they came."""
        return [call if isinstance(call, Recording) else call.recording for call in self.calls]

    def answer(self, key: object, consent: object) -> None:
        """Answer the question under the block of this key, if it is the one that stands open."""
        with self._lock:
            if self._question and key == self._key_of(self._question) and consent in ANSWERS:
                self._question.answer(str(consent))

    def seen(self, key: object) -> None:
        """A page shows the question under the block of this key."""
        with self._lock:
            if self._questions and self._question and key == self._key_of(self._question):
                self._questions.seen()

    def _key_of(self, question: Question) -> str:
        return block_key(len(self._watches) - 1, question.call.index)

    def rendered(self, panel: Panel) -> RenderedPanel:
        """A panel of the same calls in HTML; what was painted of it is not rendered again."""
        with self._lock:
            return self._renderer.render(panel)

    def whole(self) -> Message:
        """All that was painted, for a page that has nothing, or has missed something."""
        with self._lock:
            elapsed = _elapsed(self._watches) if self._shown.state.is_live else self._shown.elapsed
            return {"number": self.number, "elapsed": _rounded(elapsed), "panel": snapshot(self._shown)}


def _watch(call: LiveCall | Recording) -> Watch | Moment:
    return moment_of(call) if isinstance(call, Recording) else Watch(call)


def _has_news(watched: Watch | Moment) -> bool:
    return isinstance(watched, Watch) and watched.has_news and not watched.is_to_come


def _has_ended(watched: Watch | Moment) -> bool:
    return isinstance(watched, Watch) and watched.call.done and _has_news(watched)


def _elapsed(watches: Sequence[Watch | Moment]) -> float:
    """Seconds that the calls have taken up to now, added up."""
    return sum(w.call.elapsed if isinstance(w, Watch) else w.elapsed or 0.0 for w in watches)


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)
