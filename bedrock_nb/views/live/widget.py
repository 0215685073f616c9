"""The panel as an ordinary Jupyter widget, live or finished."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets

from bedrock_nb.core.encoding.jsonable import to_jsonable
from bedrock_nb.core.recording import Recording
from bedrock_nb.views.html.rendered_panel import RenderedPanel
from bedrock_nb.views.html.stylesheet import panel_css
from bedrock_nb.views.live.modules import module_source
from bedrock_nb.views.live.own_cell import OwnCell
from bedrock_nb.views.live.painter import PAINTER
from bedrock_nb.views.live.portrait import Cost, Message, Portrait
from bedrock_nb.views.live.replay import Playhead, Replay
from bedrock_nb.views.live.shown import LiveExchange, Shown, calls_of, questions_of
from bedrock_nb.views.panel.calls import LiveCall
from bedrock_nb.views.panel.panel import Panel, State
from bedrock_nb.views.slender import slender_css

DRAWING = 0.1
"""Seconds that a page has to draw the last picture; one in the background does not draw at all."""


class StreamWidget(anywidget.AnyWidget):
    """The panel of a call or an exchange that runs, of a recording, or of the recordings of one exchange.

    It can be placed in any ipywidgets container, shown more than once, and closed. `state` (a word, such as
    "answering" or "done") and `text` (the answer so far) can be observed; they change every two seconds at most while
    the call runs, and once more at its end.

    Args:
        shown: What `bedrock_nb.stream` or `bedrock_nb.exchange` returns, a `Recording`, or several of one exchange in
            order. Where an exchange asks the user before a tool is called, the panel shows its questions.
        cost: What recordings cost in US dollars, asked for when the calls are over; None where it is not known.

    Raises:
        InvalidInput: There is nothing of this kind to be seen in `shown`.
    """

    _esm = module_source()
    _css = slender_css(panel_css())
    snapshot = traitlets.Dict(
        help="The whole panel, for a page that is loaded anew. It is made when it is asked for."
    ).tag(sync=True)
    replay_length = traitlets.Float(0.0, help="Seconds that a replay goes over; 0 for a call.").tag(sync=True)
    own_cell_runs = traitlets.Bool(
        False,  # noqa: FBT003 - traitlets' own
        help="Whether an interrupt of the kernel would end the cell that made this panel, and no other.",
    ).tag(sync=True)
    state = traitlets.Unicode("waiting", read_only=True)
    text = traitlets.Unicode("", read_only=True)

    def __init__(self, shown: Shown, *, cost: Cost | None = None, **traits: Any) -> None:
        calls = calls_of(shown)
        self._portrait = Portrait(
            calls,
            send=self._tell,
            notice=self._notice,
            renew=self._renew_snapshot,
            questions=questions_of(shown),
            cost=cost,
        )
        self._calls = self._portrait.calls
        self._pages: set[str] = set()
        self._heard: dict[str, int] = {}
        self._drawn = threading.Event()
        self._cease_following: Callable[[], object] = lambda: None
        self._successor: Message | None = None
        self._is_successor_awaited = False
        self._gives_way = False
        self._own_cell = OwnCell(self._let_cell_go)
        self._portrait.paint()  # so that the first picture travels with the widget's own opening message
        playhead = self._playhead
        length = playhead.length if playhead else 0.0
        super().__init__(replay_length=length, own_cell_runs=self._own_cell.runs, **traits)
        _answer_on_any_subshell(self)
        self.on_msg(self._hear)
        if not self._portrait.is_over:
            PAINTER.add(self._portrait)
        if isinstance(shown, LiveExchange):
            self._cease_following = shown.follow(self.follow, seen=len(calls))

    def follow(self, call: LiveCall) -> None:
        """Show one more call of the same exchange below, as after tools were called."""
        if self.comm is None:  # it was closed meanwhile
            return
        self._portrait.follow(call)
        PAINTER.add(self._portrait)

    def finish(self, timeout: float = 5.0) -> bool:
        """Wait until the last picture is painted; whether it is."""
        if all(isinstance(call, Recording) or call.done for call in self._calls):
            self._portrait.paint()
        return self._portrait.over.wait(timeout)

    def wait_until_drawn(self) -> None:
        """Wait until a page has drawn the last picture: at most DRAWING seconds, and not where no page is heard."""
        if self._pages:
            self._drawn.wait(DRAWING)

    def rendered(self, panel: Panel) -> RenderedPanel:
        """A panel of the same calls in HTML; what was painted of it is not rendered again."""
        return self._portrait.rendered(panel)

    def give_way(self) -> None:
        """Something else takes its place when its calls are over: no page needs its last picture as a whole then.

        It closes once its page has taken it away. A page that was loaded anew meanwhile comes to show it later: it gets
        no answer before the kernel is idle.
        """
        self._gives_way = True

    def gave_way_to(self, bundle: Mapping[str, Any]) -> None:
        """This output, by MIME type, has taken its place in the notebook.

        A page that was loaded anew has the widget all the same, and would save it: it can ask for the output. If it has
        asked before, it is told now.
        """
        self._successor = {"model_id": self.model_id, "data": dict(bundle)}
        if self._is_successor_awaited:
            self._tell_successor()

    def __repr__(self) -> str:
        """What stands in the widget's place where none can be shown, as in a file that was saved in mid-answer."""
        what = "an answer" if self._portrait.is_over else "an answer that was still coming"
        last = self._calls[-1]
        run_id = (last if isinstance(last, Recording) else last.recording).id
        return f"<StreamWidget: {what}; `%bedrock show {run_id[:8]}` shows it>" if run_id else f"<StreamWidget: {what}>"

    def close(self) -> None:
        """Take the panel off every page. The call goes on."""
        if self.comm is None:  # it is closed already, or was never opened
            return
        PAINTER.remove(self._portrait)
        self._cease_following()
        self._own_cell.let_go()
        self.on_msg(self._hear, remove=True)
        super().close()

    def _tell(self, message: Message) -> None:
        self.send(message)

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - ipywidgets' own
        """What a page gets that is loaded anew: the panel as it stands at that moment."""
        state: dict[str, Any] = super().get_state(key, drop_defaults)
        if key is None or "snapshot" in state:
            state["snapshot"] = self._portrait.whole()
        return state

    def _notice(self, panel: Panel) -> None:
        self.set_trait("state", panel.strip.state.value)
        self.set_trait("text", panel.text)

    def _renew_snapshot(self) -> None:
        if self._gives_way and not State(self.state).is_live:
            return
        self.snapshot = {"number": self._portrait.number}  # any change sends it, as `get_state` makes it

    def _hear(self, _widget: object, message: Message, _buffers: object) -> None:
        """What the page asks for. It may come on another thread than the cell's, which must not be kept waiting."""
        match message.get("kind"):
            case "stop":
                self._stop()
                self._tell({"kind": "stop", "answer": True})
            case "seek" | "play" | "pause" as kind:
                self._move(kind, message.get("seconds"))
            case "shown" | "drawn" | "hidden" | "left" as kind:
                self._note_page(kind, str(message.get("page")), message.get("order"))
            case "seen":
                self._portrait.seen(message.get("key"))
            case "answer":
                self._portrait.answer(message.get("key"), message.get("consent"))
            case "resync":
                self._resync(message.get("number"))
            case "markdown":
                self._tell({"kind": "markdown", "answer": self._markdown()})
            case "successor":
                self._answer_for_successor()
            case "events":
                self._tell({"kind": "events", "answer": self._events()})

    def _answer_for_successor(self) -> None:
        """Tell what took its place, or that nothing will; what is still to come is told once it is there."""
        self._is_successor_awaited = self._gives_way  # before it is looked at: it may come now, on another thread
        if self._successor or not self._gives_way:
            self._tell_successor()

    def _tell_successor(self) -> None:
        self._tell({"kind": "successor", "answer": self._successor})

    def _let_cell_go(self) -> None:
        self.own_cell_runs = False

    def _note_page(self, kind: str, page: str, order: object) -> None:
        """A page begins or ceases to show it, has drawn its last picture, or is closed or loaded anew.

        A busy kernel may hear the first that a page told last, when that page is long gone: what is older than what was
        heard is no news.
        """
        if kind == "drawn":
            self._drawn.set()
            return
        if isinstance(order, int):
            if order < self._heard.get(page, 0):
                return
            self._heard[page] = order
        if kind == "shown":
            self._pages.add(page)
            return
        self._pages.discard(page)
        if self._pages:
            return
        if kind == "hidden" and self._gives_way and self._portrait.is_over:
            self.close()
        elif self._own_cell.runs and self._portrait.is_asking:
            self._stop()  # no page could show the question again while the cell waits for its answer

    def _stop(self) -> None:
        for call in self._calls:
            if not isinstance(call, Recording):
                call.cancel()

    @property
    def _playhead(self) -> Playhead | None:
        """That of the replay that is shown, if it is one."""
        return next((call.playhead for call in self._calls if isinstance(call, Replay)), None)

    def _move(self, kind: str, seconds: object) -> None:
        playhead = self._playhead
        if playhead is None:
            return
        if kind == "seek" and isinstance(seconds, (int, float)):
            playhead.seek(seconds)
        elif kind == "play":
            playhead.play()
        elif kind == "pause":
            playhead.pause()
        self._portrait.go_on()
        PAINTER.add(self._portrait)

    def _resync(self, number: object) -> None:
        whole = self._portrait.whole()
        is_current = number == whole["number"]
        self._tell({"kind": "current"} if is_current else {"kind": "snapshot", **whole})

    def _markdown(self) -> str:
        return "\n\n".join(recording.text for recording in self._portrait.recordings)

    def _events(self) -> list[list[Any]]:
        return [
            [seconds, to_jsonable(wire)] for recording in self._portrait.recordings for seconds, wire in recording.log
        ]


def _answer_on_any_subshell(widget: StreamWidget) -> None:
    """Let a Stop be heard while its cell runs.

    JupyterLab sends comm messages on a subshell; ipykernel 7.4 then moves them to the shell that last published on the
    comm, which is the busy one. Both names are private, so this does nothing where they are not there.
    """
    comm: Any = getattr(widget, "comm", None)
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda _data, default: default  # noqa: SLF001 - there is no public way; see above
