"""What is known of the cell that runs: its id, its text as it was written, and what it has shown already."""

from __future__ import annotations

from typing import Any

MAGIC = "%%bedrock"


class RunningCell:
    """Told by IPython of each cell that begins and ends.

    It is a display function for recordings as well, and its `leave` is one for calls that go on.

    Args:
        in_kernel: Whether a notebook shows what a cell gives, and no terminal.
    """

    def __init__(self, *, in_kernel: bool) -> None:
        self._in_kernel = in_kernel
        self.id = ""
        """The notebook's id of the cell; empty where the host tells none."""
        self._written = ""
        self._is_running = False
        self._shown: Any = None

    def begin(self, info: Any) -> None:
        """A cell begins to run. One that runs within another, as under `%%capture`, is a part of that."""
        if self._is_running:
            self._written = ""  # what IPython says of it is not as it was written
            return
        self._is_running = True
        self.id = getattr(info, "cell_id", None) or ""
        self._written = getattr(info, "raw_cell", None) or ""
        self._shown = None

    def end(self, *_: object) -> None:
        """The cell is over."""
        self._is_running = False
        self.id = self._written = ""

    def text(self, shell: Any, line: str, text: str) -> str:
        """The text below the first line as it was written.

        Before a magic sees a cell, IPython takes off its lines what looks like a prompt of its own or of Python, such
        as `>>> `, and indentation, and ends it with a line break where it has none. A notebook's cell is taken as it
        was before. Anywhere else one line break at the end is not taken for the text's own.

        Args:
            shell: The shell.
            line: The first line, as the magic was given it.
            text: The text, as the magic was given it.
        """
        called = f"get_ipython().run_cell_magic('bedrock', {line!r}, {text!r})\n"
        if MAGIC not in self._written or shell.transform_cell(self._written) != called:
            return text.removesuffix("\n")
        lines = self._written.splitlines(keepends=True)
        first = next(number for number, each in enumerate(lines) if each.strip())
        written = "".join(lines[first + 1 :])
        return written if hasattr(shell, "kernel") else written.removesuffix("\n")

    def remember(self, value: object) -> None:
        """The cell has shown this one, or needs to show it no more."""
        self._shown = value

    def leave(self, running: object) -> None:
        """Show nothing of a call that goes on, where the cell has shown its panel or given it a name.

        Raises:
            NotImplementedError: It is not this cell's, so that IPython shows it as any other value.
        """
        if running is not self._shown or not self._in_kernel:
            raise NotImplementedError

    def __call__(self, recording: Any) -> None:
        """Show the recording, unless the cell already has."""
        if recording is not self._shown:
            recording.show()
        elif not self._in_kernel:
            print(f"<Recording {recording.id[:8]}>")
