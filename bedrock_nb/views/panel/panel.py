"""The panel: what there is to be seen of one exchange with a model, as plain frozen data.

The widget, the HTML, the Markdown and the text all draw this and nothing else. Every value in it is JSON-safe: `str`,
`int`, `float`, `bool`, None, tuples of these, and the classes below (`dataclasses.asdict` makes dicts of them). All
text in it is the model's or the service's own, not escaped for anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal, TypeAlias

from bedrock_nb.views.panel.spans import Span


class State(StrEnum):
    """What is going on, in the word that a reader sees."""

    WAITING = "waiting"
    THINKING = "thinking"
    ANSWERING = "answering"
    CALLING = "calling a tool"
    ASKING = "asking you"
    DONE = "done"
    STOPPED = "stopped"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    PAUSED = "paused"
    """A replay that stands still."""

    @property
    def is_live(self) -> bool:
        """Whether more is to come."""
        return self in {State.WAITING, State.THINKING, State.ANSWERING, State.CALLING, State.ASKING}

    @property
    def is_over(self) -> bool:
        """Whether it has ended, well or not."""
        return not (self.is_live or self is State.PAUSED)


@dataclass(frozen=True, slots=True)
class Strip:
    """The figures above. Times in seconds; None for each that is not known (yet)."""

    state: State
    model: str = ""
    region: str = ""
    service_tier: str = ""
    stop_reason: str = ""
    """In words, where the answer ended in another way than the ordinary one."""
    elapsed: float | None = None
    """What the calls of the model took, added up: tools and questions between them do not count."""
    is_ticking: bool = False
    """Whether `elapsed` goes on, as the model is at work."""
    first_text: float | None = None
    tokens_per_second: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    cost: float | None = None
    """US dollars."""


@dataclass(frozen=True, slots=True)
class Banner:
    """Something that the reader should know before trusting the answer."""

    tone: Literal["error", "warning", "notice"]
    title: str
    text: str = ""
    details: tuple[str, ...] = ()
    advice: str = ""
    code: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One source of an answer. `link` is an address as the model gave it; `place` says where in the document."""

    number: int
    title: str
    place: str = ""
    quoted: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and the numbers of the sources that it rests on, which stand after it."""

    text: str
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """Text of the answer: one text block, or several that the service has cut one text into to cite its sources."""

    kind: ClassVar[str] = "text"
    key: str
    pieces: tuple[Piece, ...]
    sources: tuple[Source, ...] = ()
    growing: bool = False
    lists_sources: bool = True
    """Whether its sources are shown unfolded: not while more text may come above them."""

    @property
    def text(self) -> str:
        """The text without its marks."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What the model thought. `seconds` is how long; None where nobody measured."""

    kind: ClassVar[str] = "reasoning"
    key: str
    text: str
    seconds: float | None = None
    signed: bool = False
    redacted_bytes: int = 0
    growing: bool = False
    is_open: bool = False
    """Whether it is shown unfolded: while it grows, and where there is nothing else to read."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: its bytes in base64, or in words why there is none, or where it lies."""

    kind: ClassVar[str] = "image"
    key: str
    format: str
    base64: str = ""
    note: str = ""
    growing: bool = False


@dataclass(frozen=True, slots=True)
class ResultPart:
    """A part of a tool's result; `kind` is Bedrock's member: text, json, image and so on."""

    kind: str
    text: str
    """All of it as text or JSON; of bytes only how many there are."""
    preview: str
    """Its beginning, or what it is, in one short line."""
    picture: Image | None = None

    @property
    def is_whole_in_preview(self) -> bool:
        """Whether there is no more to it than its preview says."""
        return self.preview == self.text.strip() and not self.picture


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool gave back."""

    failed: bool
    parts: tuple[ResultPart, ...]


Wait: TypeAlias = Literal["", "result", "turn", "consent", "service", "next call", "nothing"]
"""While the answer comes: just the result, a question about a call before, the user's consent, or the service at work.
After it: the next call, whose request brings results; or nothing, as this one failed or was stopped.

Only of the service's own tools is it known that they run. Those of the client may be refused, or run by nobody, and
what they gave back comes for all of them at once.
"""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call of a tool, with its result once that is there."""

    kind: ClassVar[str] = "tool_use"
    key: str
    name: str
    tool_use_id: str
    server: bool
    input_json: str
    problem: str = ""
    """Why the input is not one, in words; empty while it grows."""
    growing: bool = False
    waits_for: Wait = ""
    """What its result waits for, as soon as the input is there: from then on there is a place for the result."""
    result: ToolResult | None = None


@dataclass(frozen=True, slots=True)
class LooseResult:
    """The result of a call that is not in this panel."""

    kind: ClassVar[str] = "tool_result"
    key: str
    result: ToolResult


@dataclass(frozen=True, slots=True)
class Unknown:
    """A block of a kind that this version does not know, with its wire events as JSON."""

    kind: ClassVar[str] = "unknown"
    key: str
    name: str
    json: str


PanelBlock: TypeAlias = Passage | Reasoning | ToolCall | LooseResult | Image | Unknown


@dataclass(frozen=True, slots=True)
class Section:
    """One call: what came, and what the reader should know about it."""

    blocks: tuple[PanelBlock, ...]
    banners: tuple[Banner, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """Runs of events by kind. `seconds` is the whole length; None where times are not known and events are counted."""

    spans: tuple[Span, ...]
    events: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Panel:
    """One prompt up to its final answer: a section for each call that it took."""

    strip: Strip
    sections: tuple[Section, ...]
    timeline: Timeline

    @property
    def text(self) -> str:
        """The answer: the text of all passages, sections parted by an empty line."""
        texts = ("".join(b.text for b in section.blocks if isinstance(b, Passage)) for section in self.sections)
        return "\n\n".join(filter(None, texts))
