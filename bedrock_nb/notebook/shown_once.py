"""What IPython shows of a value that its cell has shown while it ran: nothing more."""

from __future__ import annotations

from typing import Any


class ShownOnce:
    """A display function for IPython that leaves out what the running cell has shown itself."""

    def __init__(self) -> None:
        self._shown: object = None
        self.cell = ""
        """The notebook's id of the cell that runs; empty where the host tells none."""

    def remember(self, recording: object) -> None:
        """The running cell has shown this one."""
        self._shown = recording

    def begin(self, info: Any) -> None:
        """Another cell begins to run, as IPython tells of it."""
        self._shown = None
        self.cell = getattr(info, "cell_id", None) or ""

    def __call__(self, recording: Any) -> None:
        """Show the recording, unless the running cell already has."""
        if recording is not self._shown:
            recording.show()
