"""Showing a call while it runs and once it is over, in a notebook or a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from bedrock_nb.notebook.recording import Recording
from bedrock_nb.wire.stream import Stream

if TYPE_CHECKING:
    from bedrock_nb.views.widget import StreamWidget


def watch(stream: Stream[Recording], *, in_kernel: bool) -> Recording:
    """Show the call until it is over. The kernel's interrupt (Ctrl-C) stops it and keeps what came."""
    return _watch_in_notebook(stream) if in_kernel else _watch_in_terminal(stream)


def _watch_in_notebook(stream: Stream[Recording]) -> Recording:
    from IPython.display import display  # noqa: PLC0415 - with the views, loaded by their first use

    from bedrock_nb.views.widget import StreamWidget  # noqa: PLC0415

    widget = StreamWidget(stream)
    handle = display(widget, display_id=True)
    try:
        recording = wait(stream)
        widget.finish()
        # No widget-view in what stays: without its kernel it would be all that a reader sees.
        handle.update(finished(recording), raw=True)
    finally:
        widget.close()
    return recording


def _watch_in_terminal(stream: Stream[Recording]) -> Recording:
    from bedrock_nb.views.terminal import watch_in_terminal  # noqa: PLC0415

    try:
        watch_in_terminal(stream, write=sys.stdout.write)
    except KeyboardInterrupt:
        stream.cancel()
    return stream.recording


def wait(stream: Stream[Recording]) -> Recording:
    """Wait until the call is over, and show nothing. The kernel's interrupt stops it and keeps what came."""
    try:
        return stream.result()
    except KeyboardInterrupt:  # the host's own Stop button; `result` has cancelled the call
        return stream.recording


def show(recording: Recording) -> None:
    """Show a recording as a static picture."""
    from IPython.display import display  # noqa: PLC0415

    display(finished(recording), raw=True)


def finished(recording: Recording) -> dict[str, Any]:
    """What is shown of a call that is over, by MIME type; its cost is in it where that is known."""
    from bedrock_nb.notebook.cost import cost_of  # noqa: PLC0415 - loaded with the views
    from bedrock_nb.views.bundle import mime_bundle  # noqa: PLC0415

    return mime_bundle(recording, cost=cost_of(recording))


def replay(recording: Recording, speed: float) -> StreamWidget:
    """A live panel that shows a recording again, at its own pace times `speed`."""
    from bedrock_nb.views.replay import Replay  # noqa: PLC0415
    from bedrock_nb.views.widget import StreamWidget  # noqa: PLC0415

    return StreamWidget(Replay(recording, speed))
