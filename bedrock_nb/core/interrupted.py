"""What is left of a cell that somebody has stopped: two lines, and no traceback of ours."""

from __future__ import annotations

from typing import Any


class Interrupted(KeyboardInterrupt):
    """Somebody pressed Stop, or Ctrl-C, while Python waited for an answer. `recording` holds what came, if anything."""

    def __init__(self, message: str, advice: str, recording: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.recording = recording

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: whoever stops a call knows where it was."""
        return [f"KeyboardInterrupt: {self.message}", self.advice]
