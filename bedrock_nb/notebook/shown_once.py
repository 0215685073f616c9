"""What IPython shows of a value that its cell has shown while it ran: nothing more."""

from __future__ import annotations

from typing import Any


class ShownOnce:
    """A display function for IPython that leaves out what the running cell has shown itself."""

    def __init__(self) -> None:
        self._shown: object = None

    def remember(self, recording: object) -> None:
        """The running cell has shown this one."""
        self._shown = recording

    def forget(self, *_: object) -> None:
        """The cell is over."""
        self._shown = None

    def __call__(self, recording: Any) -> None:
        """Show the recording, unless the running cell already has."""
        if recording is not self._shown:
            recording.show()
