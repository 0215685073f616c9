"""Showing an exchange while it runs and once it is over, in a notebook or a terminal."""

from __future__ import annotations

import contextvars
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bedrock_nb.notebook.calling.exchange import Exchange
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.notebook.tools.consent import Question, Questions, put_in_terminal

if TYPE_CHECKING:
    from bedrock_nb.views.html.rendered_panel import RenderedPanel
    from bedrock_nb.views.live.widget import StreamWidget
    from bedrock_nb.views.panel.panel import Panel


def watch(exchange: Exchange, *, in_kernel: bool, events: bool = True) -> None:
    """Show the exchange until it is over. The kernel's interrupt (Ctrl-C) stops it and keeps what came.

    Args:
        exchange: What to show.
        in_kernel: Whether a notebook shows it, and no terminal.
        events: Whether the events are in what the notebook's file keeps of it.
    """
    if in_kernel:
        widget, handle = _shown(exchange)
        try:
            wait(exchange)
            with _undisturbed():
                _replace(widget, handle, exchange, events=events)
        finally:
            _retire(widget)
    else:
        _watch_in_terminal(exchange)


def watch_in_background(exchange: Exchange, *, events: bool = True) -> None:
    """Show the exchange in the cell that runs now, for as long as it takes, while the notebook goes on; see `watch`."""
    widget, handle = _shown(exchange)

    def replace_when_done() -> None:
        try:
            exchange.wait()
            _replace(widget, handle, exchange, events=events)
        finally:
            _retire(widget)

    # In the cell's own context: what a bare thread displays lands in whichever cell runs then.
    threading.Thread(target=contextvars.copy_context().run, args=(replace_when_done,), daemon=True).start()


def _shown(exchange: Exchange) -> tuple[StreamWidget, Any]:
    from IPython import display

    from bedrock_nb.notebook.keeping.cost import cost_of
    from bedrock_nb.views.live.widget import StreamWidget

    widget = StreamWidget(exchange, cost=cost_of)
    widget.give_way()
    untyped: Any = display
    handle = untyped.DisplayHandle()
    handle.display(widget)
    return widget, handle


def _replace(widget: StreamWidget, handle: Any, exchange: Exchange, *, events: bool) -> None:
    """Put in the widget's place what is still there without a kernel: no widget, which would be a blank then."""
    widget.finish()
    bundle = finished(exchange.recordings, events=events, render=widget.rendered)
    widget.wait_until_drawn()
    handle.update(bundle, raw=True)
    widget.gave_way_to(bundle)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No interrupt of the kernel breaks off what is done within: the call that it would stop is over.

    One comes at that moment where somebody presses twice, or where the page sends it behind a Stop that was heard.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is None or threading.current_thread() is not threading.main_thread():  # it is none of ours here
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_RETIRED: list[StreamWidget] = []
_MOST_RETIRED = 20


def _retire(widget: StreamWidget) -> None:
    """Let a replaced widget be closed by its page, and close it for good once it is among the oldest.

    A page that was loaded anew in the middle has only the widget, and asks for it when the kernel is idle again.
    """
    _RETIRED[:] = [*(each for each in _RETIRED if each.comm is not None), widget]
    for oldest in _RETIRED[:-_MOST_RETIRED]:
        oldest.close()


def _watch_in_terminal(exchange: Exchange) -> None:
    from bedrock_nb.views.terminal import watch_in_terminal, write_ending

    seen = 0
    try:
        is_over = False
        while not is_over:
            is_over = exchange.wait(_BETWEEN_LOOKS if seen else 0)
            question = _standing(exchange)  # before its call is looked for, which is there by then
            for call in exchange.calls[seen:]:
                watch_in_terminal(call.stream)
                seen += 1
            if question is not None:
                put_in_terminal(question)
    except KeyboardInterrupt:
        exchange.cancel()
    last = exchange.calls[-1]
    if exchange.error is not None and last.stream.error is None:
        write_ending(last.recording)


def _standing(exchange: Exchange) -> Question | None:
    return exchange.ask.standing if isinstance(exchange.ask, Questions) else None


_BETWEEN_LOOKS = 0.03
"""Seconds, while tools run."""


def wait(exchange: Exchange) -> None:
    """Wait until the exchange is over, and show nothing. The kernel's interrupt stops it and keeps what came."""
    try:
        exchange.result()
    except KeyboardInterrupt:  # the host's own Stop button; `result` has cancelled the exchange
        return


def show_earlier(recording: Recording) -> None:
    """Show an answer that was given before, and say when that was."""
    from bedrock_nb.notebook.calling.same_again import origin

    print(origin(recording))
    show(recording)


def show(recordings: Recording | Sequence[Recording]) -> None:
    """Show a recording, or those of one exchange, as a static picture."""
    from IPython import display

    untyped: Any = display
    untyped.display(finished(recordings), raw=True)


def finished(
    recordings: Recording | Sequence[Recording],
    *,
    events: bool = True,
    render: Callable[[Panel], RenderedPanel] | None = None,
) -> dict[str, Any]:
    """What is shown of calls that are over, by MIME type; their cost is in it where that is known.

    Args:
        recordings: One call, or those of one exchange in their order.
        events: False leaves the recordings themselves out.
        render: Renders the panel; a widget's `rendered`, where one has shown them.
    """
    from bedrock_nb.notebook.keeping.cost import cost_of
    from bedrock_nb.views.bundle import mime_bundle

    return mime_bundle(recordings, cost=cost_of(recordings), events=events, render=render)


def replay(recording: Recording, speed: float) -> StreamWidget:
    """A live panel that shows a recording again, with those of its earlier rounds, at their own pace times `speed`."""
    from bedrock_nb.notebook.keeping.cost import cost_of
    from bedrock_nb.views.live.replay import replays
    from bedrock_nb.views.live.widget import StreamWidget

    return StreamWidget(replays(recording.rounds, speed=speed), cost=cost_of)
