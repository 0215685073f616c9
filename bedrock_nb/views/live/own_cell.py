"""The notebook cell in which something was made, and when it is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class OwnCell:
    """Tells when the cell that runs now is over. It may be told in vain: outside of a notebook no cell ever is.

    Args:
        on_end: Is called once, in the kernel's main thread.
    """

    def __init__(self, on_end: Callable[[], None]) -> None:
        from IPython import get_ipython

        untyped: Any = get_ipython
        shell: Any = untyped()
        self._events: Any = shell and shell.events
        self._on_end = on_end
        self.runs = self._events is not None
        """Whether it may still be running."""
        if self.runs:
            self._events.register("post_run_cell", self._end)

    def let_go(self) -> None:
        """Tell nobody, and leave no listener."""
        if self.runs:
            self.runs = False
            self._events.unregister("post_run_cell", self._end)

    def _end(self, *_: object) -> None:
        self.let_go()
        self._on_end()
