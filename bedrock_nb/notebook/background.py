"""`--bg`: a call is shown while the notebook goes on."""

from __future__ import annotations

import contextvars
import threading
from typing import TYPE_CHECKING, Any

from bedrock_nb.notebook.recording import Recording
from bedrock_nb.wire.stream import Stream

if TYPE_CHECKING:
    from bedrock_nb.views.widget import StreamWidget


def watch(stream: Stream[Recording], *, in_kernel: bool) -> None:
    """Show the call in the cell that runs now, for as long as it takes. A terminal has no place for it."""
    if not in_kernel:
        return
    from IPython.display import display  # noqa: PLC0415 - with the views, loaded by their first use

    from bedrock_nb.views.widget import StreamWidget  # noqa: PLC0415

    widget = StreamWidget(stream)
    handle = display(widget, display_id=True)
    # In the cell's own context: what a bare thread displays lands in whichever cell runs then.
    run = contextvars.copy_context().run
    threading.Thread(target=run, args=(_replace_when_done, stream, widget, handle), daemon=True).start()


def _replace_when_done(stream: Stream[Recording], widget: StreamWidget, handle: Any) -> None:
    from bedrock_nb.notebook.display import finished  # noqa: PLC0415 - loaded with the widget

    stream.wait()
    try:
        widget.finish()
        handle.update(finished(stream.recording), raw=True)
    finally:
        widget.close()
