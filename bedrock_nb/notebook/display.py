"""Showing a call while it runs and once it is over, in a notebook or a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bedrock_nb.notebook.recording import Recording
from bedrock_nb.wire.stream import Stream

if TYPE_CHECKING:
    from bedrock_nb.views.widget import StreamWidget


def watch(stream: Stream[Recording], *, in_kernel: bool) -> Recording:
    """Show the call until it is over. The kernel's interrupt (Ctrl-C) stops it and keeps what came."""
    return _watch_in_notebook(stream) if in_kernel else _watch_in_terminal(stream)


def _watch_in_notebook(stream: Stream[Recording]) -> Recording:
    from IPython.display import display  # noqa: PLC0415 - with the views, loaded by their first use

    from bedrock_nb.views.bundle import mime_bundle  # noqa: PLC0415
    from bedrock_nb.views.widget import StreamWidget  # noqa: PLC0415

    widget = StreamWidget(stream)
    handle = display(widget, display_id=True)
    try:
        recording = _result_or_stopped(stream)
        widget.finish()
        # No widget-view in what stays: without its kernel it would be all that a reader sees.
        handle.update(mime_bundle(recording), raw=True)
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


def _result_or_stopped(stream: Stream[Recording]) -> Recording:
    try:
        return stream.result()
    except KeyboardInterrupt:  # the host's own Stop button; `result` has cancelled the call
        return stream.recording


def show(recording: Recording) -> None:
    """Show a recording as a static picture."""
    from IPython.display import display  # noqa: PLC0415

    from bedrock_nb.views.bundle import mime_bundle  # noqa: PLC0415

    display(mime_bundle(recording), raw=True)


def replay(recording: Recording, speed: float) -> StreamWidget:
    """A live panel that shows a recording again, at its own pace times `speed`."""
    from bedrock_nb.views.replay import Replay  # noqa: PLC0415
    from bedrock_nb.views.widget import StreamWidget  # noqa: PLC0415

    return StreamWidget(Replay(recording, speed))


class ShownOnce:
    """What IPython shows of a recording that is a cell's value: nothing where the cell has shown it while it ran."""

    def __init__(self) -> None:
        self._shown: Recording | None = None

    def remember(self, recording: Recording) -> None:
        """The running cell has shown this one."""
        self._shown = recording

    def forget(self, *_: object) -> None:
        """The cell is over."""
        self._shown = None

    def __call__(self, recording: Recording) -> None:
        """Show the recording, unless the running cell already has."""
        if recording is not self._shown:
            show(recording)
