"""The recording as people use it: the core's value, with the ways to show, keep and tabulate it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bedrock_nb.core import recording as core
from bedrock_nb.core.counted import counted
from bedrock_nb.core.encoding.jsonable import to_jsonable
from bedrock_nb.core.summary import RunSummary, summary_of
from bedrock_nb.notebook.keeping.tabular import Tabular

if TYPE_CHECKING:
    from bedrock_nb.views.live.widget import StreamWidget


@dataclass(frozen=True, repr=False)
class Recording(Tabular, core.Recording):
    """One converse_stream call: all that came, when, and how it ended."""

    earlier: tuple[Recording, ...] = field(default=(), compare=False)
    """The calls of the same exchange before this one, where tools were called between; they are shown together."""

    @property
    def rounds(self) -> tuple[Recording, ...]:
        """All calls of the exchange, in their order; this one is the last."""
        return (*self.earlier, self)

    def result(self) -> Self:
        """This recording: what `--bg` gives is asked for its result, and with `--cache` that may be here already."""
        return self

    @property
    def parsed(self) -> Any:
        """The answer as a checked value, where the call asked for a form with `schema`.

        Raises:
            BedrockError: It asked for none, or the answer does not have it; the message says where.
        """
        from bedrock_nb.notebook.calling.structured import parsed

        return parsed(self)

    def show(self) -> None:
        """Show the panel as it stood at the end, as a static picture that stays when the kernel is gone."""
        from bedrock_nb.notebook.display import show

        show(self.rounds)

    def replay(self, speed: float = 1.0) -> StreamWidget:
        """Show the panel live again, at the recorded pace times `speed`."""
        from bedrock_nb.notebook.display import replay

        return replay(self, speed)

    def save(self, path: str | Path) -> Path:
        """Write it to a .jsonl or .jsonl.gz file."""
        from bedrock_nb.store.files import save

        return save(self, path)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a file that `save` wrote, up to its last whole event."""
        from bedrock_nb.store.files import load

        return load(path, cls)

    def _recordings(self) -> tuple[Self]:
        return (self,)

    def _summaries(self) -> tuple[RunSummary]:
        return (summary_of(self),)

    def _attrs(self, grain: str) -> dict[str, Any]:
        told = {"id": self.id, "model": self.model, "request_id": self.request_id}
        return {"grain": grain, **told, "request": to_jsonable(self.request)}

    def __repr__(self) -> str:
        how = "complete" if self.complete else type(self.error).__name__
        text = self.text if len(self.text) <= _SHORT else f"{self.text[:_SHORT]}…"
        return f"<Recording of {self.model or 'an unknown model'}: {how}, {counted(len(self.log), 'event')}, {text!r}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from bedrock_nb.notebook.display import finished

        del include, exclude  # the bundle is whole: a front-end takes of it what it can draw
        return finished(self.rounds)


_SHORT = 80
