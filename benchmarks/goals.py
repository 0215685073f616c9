"""What the project holds itself to, and whether this run shows it."""

from collections.abc import Iterator
from dataclasses import dataclass

from figures import Figure, kept, median_ratio
from peers import BARE, OURS, WAYS
from tables import told

PEERS = tuple(way.name for way in WAYS if way.streams and way.environment != "bedrock-nb")
"""The libraries that show an answer while it comes. The plain ways are in the tables, and are no peers."""

_LONG = "10,000 deltas in 50 s"
_TABLE = "one table of 100,000 characters"


@dataclass(frozen=True)
class Limit:
    """A figure that must not be above a limit. `what` is the sentence, with `{}` where the figure stands."""

    part: str
    way: str
    name: str
    limit: float
    unit: str
    what: str
    size: int | None = None

    def line(self) -> str:
        """The goal, and whether it was met."""
        figure = _figure(self.part, self.way, self.name, self.size)
        value = figure.median if figure else None
        goal = f"goal: at most {told(self.limit, self.unit)}"
        if value is None or not figure:
            return _not_measured(self.what, goal)
        return _line(value <= self.limit and not figure.at_least, self.what.format(told(value, self.unit)), goal)


@dataclass(frozen=True)
class Ratio:
    """A figure over another of the same part, run for run where they took turns; at least or at most `limit`."""

    part: str
    over: tuple[str, str, int | None]
    under: tuple[str, str, int | None]
    limit: float
    what: str
    at_least: bool = False

    def line(self) -> str:
        """The goal, and whether it was met."""
        over, under = (_figure(self.part, *each) for each in (self.over, self.under))
        goal = f"goal: at {'least' if self.at_least else 'most'} {self.limit:g}"
        if not (over and under and over.median and under.median):
            return _not_measured(self.what, goal)
        if len(over.values) == len(under.values):
            ratio = median_ratio(over.values, under.values)
        else:
            ratio = over.median / under.median
        met = ratio >= self.limit if self.at_least else ratio <= self.limit
        return _line(met, self.what.format(f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2f}"), goal)


def goals() -> Iterator[str]:
    """A line for each goal; nothing where nothing was measured at all."""
    if any(kept(goal.part) for goal in (*_fixed_goals(), _bytes_goal())):
        yield _bytes_goal().line()
        yield from (goal.line() for goal in _fixed_goals())


def _bytes_goal() -> Ratio:
    """Against the best streaming peer, whichever that is."""
    sizes = {peer: figure.median for peer in PEERS if (figure := _figure("display", peer, "IOPub bytes", 8_000))}
    known = {peer: size for peer, size in sizes.items() if size}
    best = min(known, key=lambda peer: known[peer], default="none")
    return Ratio(
        "display",
        (best, "IOPub bytes", 8_000),
        (OURS, "IOPub bytes", 8_000),
        100,
        f"{{}} times fewer bytes on IOPub at 8,000 unpaced tokens than the best streaming peer, {best}",
        at_least=True,
    )


def _fixed_goals() -> tuple[Limit | Ratio, ...]:
    return (*_SHOWING, *_READING_AND_STARTING, *_EXTENSION, *_KEEPING)


_SHOWING = (
    Ratio(
        "display",
        (OURS, "IOPub bytes", 32_000),
        (OURS, "IOPub bytes", 8_000),
        4.5,
        "{} times as many bytes on IOPub at 32,000 unpaced tokens as at 8,000",
    ),
    Ratio(
        "display",
        (OURS, "wall, unpaced", 8_000),
        (BARE, "wall, unpaced", 8_000),
        1.15,
        "the whole cell, painted and kept, takes {} times the wall time of a bare boto3 loop, which shows nothing, at "
        "8,000 unpaced tokens",
    ),
    Limit("display", OURS, "first text, paced", 0.050, "s", "the first text is out of the kernel {} after its delta"),
    Limit(
        "panel", OURS, "first text lags", 0.050, "s", "the first text is on the page of a JupyterLab {} after its delta"
    ),
    Limit(
        "panel",
        _LONG,
        "websocket bytes",
        800_000,
        "B",
        f"{_LONG} bring {{}} over JupyterLab's websocket until all is seen",
    ),
    Limit("panel", _LONG, "kernel CPU", 2.5, "s", f"{_LONG} cost {{}} of kernel CPU, reading and keeping included"),
    Ratio(
        "panel",
        (_LONG, "kernel CPU", None),
        (_LONG, "kernel CPU of a bare loop", None),
        2,
        f"{_LONG} cost {{}} times the CPU of a bare boto3 loop in the same kernel, which shows and keeps nothing",
    ),
    Limit("panel", _LONG, "longest task", 0.200, "s", f"{_LONG}: the page's longest task takes {{}}"),
    Limit("panel", _LONG, "last text lags", 0.100, "s", f"{_LONG}: the last delta is on the page after {{}}"),
    Limit("panel", _TABLE, "kernel CPU, share of a core", 30, "%", f"{_TABLE} keeps the kernel at {{}} of a core"),
    Limit(
        "markdown",
        OURS,
        "block by block",
        0.7,
        "s",
        "100,000 characters of Markdown in 25,000 deltas, painted 30 times a second, cost {} of CPU",
    ),
    Limit("panel", OURS, "Stop, until the cell is over", 0.5, "s", "Stop ends a running cell after {}"),
    Ratio(
        "panel",
        (OURS, "an answer in the saved notebook", None),
        (OURS, "the same answer as plain text", None),
        4,
        "the saved notebook grows by {} times the answer, the recording included",
    ),
)
_READING_AND_STARTING = (
    Limit(
        "libraries", OURS, "wall over bare", 1.15, "x", "reading 8,000 unpaced tokens: {} the wall time of a bare loop"
    ),
    Limit("libraries", OURS, "CPU over bare", 1.15, "x", "reading 8,000 unpaced tokens: {} the CPU of a bare loop"),
    Ratio(
        "start",
        ("jupyter-ai-magics 2.31.7", "%load_ext", None),
        (OURS, "%load_ext", None),
        10,
        "`%load_ext` is {} times quicker than that of jupyter-ai-magics 2.31.7",
        at_least=True,
    ),
)
_EXTENSION = tuple(
    Ratio(
        "extension",
        (OURS, name, None),
        ("without the extension", name, None),
        1.1,
        f"{what} in JupyterLab takes {{}} times the main thread's work with the extension",
    )
    for name, what in (
        ("open a notebook of 500 cells", "opening a notebook of 500 cells, half of them prompts,"),
        ("type a line of code", "typing a line of code into it"),
    )
)
_KEEPING = (
    Limit("store", OURS, "append an event, 25 at a time", 5e-6, "s", "an event is kept in {}"),
    Ratio(
        "frames",
        (OURS, "to a frame", None),
        ("parquet", "to a frame", None),
        1.5,
        "1,000,000 events of 5,000 runs come to a frame in {} times what parquet takes",
    ),
    Limit("store", OURS, "open and show the history", 0.050, "s", "a history of 5,000 runs opens in {}"),
    Limit(
        "store",
        OURS,
        "search for a common word",
        0.050,
        "s",
        "a history of 5,000 runs is searched for a common word in {}",
    ),
    Limit(
        "store",
        OURS,
        "a cell answered from the cache, 2,000 tokens",
        0.050,
        "s",
        "a cell that is answered from the cache is over, its picture sent, in {}",
    ),
    Ratio(
        "store",
        (OURS, "a stream of a second, with the history", None),
        (f"{OURS}, with no history", "a stream of a second, with the history", None),
        1.02,
        "a paced stream takes {} times as long with the history as without",
    ),
    Limit("store", OURS, "runs lost then", 0, "runs", "four processes that write at once lose {} runs"),
    Limit(
        "store",
        OURS,
        "the longest wait of one process then",
        0.5,
        "s",
        "none of four processes that write at once waits longer than {}",
    ),
)


def _line(met: bool, what: str, goal: str) -> str:  # noqa: FBT001 - the first thing that the line says
    return f"- {'Met' if met else '**Not met**'}: {what} ({goal})."


def _not_measured(what: str, goal: str) -> str:
    return f"- **Not measured**: {what.format('…')} ({goal})."


def _figure(part: str, way: str, name: str, size: int | None) -> Figure | None:
    figures = (kept(part) or ([], {}))[0]
    return next((each for each in figures if (each.way, each.name) == (way, name) and size in {None, each.size}), None)
