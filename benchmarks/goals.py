"""What the project holds itself to, and whether this run shows it."""

from collections.abc import Iterator

from figures import Figure, kept, median_ratio
from peers import BARE, OURS, WAYS

FEWER_BYTES = 100.0
LINEAR_ENOUGH = 4.5
OVER_BARE = 1.15
FIRST_TEXT_SECONDS = 0.050
QUICKER_START = 10.0

PEERS = tuple(way.name for way in WAYS if way.streams and way.environment != "bedrock-nb")
"""The libraries that show an answer while it comes. The plain ways are in the tables, and are no peers."""


def goals() -> Iterator[str]:
    """A line for each goal that was measured."""
    display, libraries, start = kept("display"), kept("libraries"), kept("start")
    if display:
        yield from _display_goals(display[0])
    if libraries:
        yield from _reading_goal(libraries[0])
    if start:
        yield from _start_goal(start[0])


def _display_goals(figures: list[Figure]) -> Iterator[str]:
    sizes = {way: _median(figures, way, "IOPub bytes", 8_000) for way in (OURS, *PEERS)}
    ours, larger = sizes.pop(OURS), _median(figures, OURS, "IOPub bytes", 32_000)
    known = {way: size for way, size in sizes.items() if size}
    if ours and known:
        best = min(known, key=lambda way: known[way])
        yield _line(
            known[best] / ours >= FEWER_BYTES,
            f"{known[best] / ours:,.0f} times fewer bytes on IOPub at 8,000 tokens than the best streaming peer, "
            f"{best} (goal: {FEWER_BYTES:.0f})",
        )
    if ours and larger:
        yield _line(
            larger / ours <= LINEAR_ENOUGH,
            f"{larger / ours:.1f} times as many bytes at 32,000 tokens as at 8,000 (goal: at most {LINEAR_ENOUGH})",
        )
    yield from _wall_goal(figures)
    first = _median(figures, OURS, "first text, paced", None)
    if first is not None:
        yield _line(
            first <= FIRST_TEXT_SECONDS,
            f"first text {first * 1000:.0f} ms after the first delta (goal: {FIRST_TEXT_SECONDS * 1000:.0f} ms)",
        )


def _wall_goal(figures: list[Figure]) -> Iterator[str]:
    ours, bare = (_figure(figures, way, "wall, unpaced", 8_000) for way in (OURS, BARE))
    if ours and bare and len(ours.values) == len(bare.values):
        ratio = median_ratio(ours.values, bare.values)
        yield _line(
            ratio <= OVER_BARE,
            f"the whole cell, painted and kept, {ratio:.2f} times the wall time of a bare boto3 loop, which shows "
            f"nothing, at 8,000 unpaced tokens (goal: {OVER_BARE})",
        )


def _reading_goal(figures: list[Figure]) -> Iterator[str]:
    wall, cpu = (_median(figures, OURS, f"{kind} over bare", None) for kind in ("wall", "CPU"))
    if wall and cpu:
        yield _line(
            wall <= OVER_BARE,
            f"reading 8,000 unpaced tokens as a Stream {wall:.2f} times the wall time of a bare boto3 loop, and "
            f"{cpu:.2f} times its CPU (goal: {OVER_BARE})",
        )


def _start_goal(figures: list[Figure]) -> Iterator[str]:
    ours = _median(figures, OURS, "%load_ext", None)
    others = (figure for figure in figures if figure.name == "%load_ext" and figure.way.startswith("jupyter-ai"))
    theirs = next(others, None)
    if ours and theirs and theirs.median:
        ratio = theirs.median / ours
        yield _line(
            ratio >= QUICKER_START,
            f"`%load_ext` {ratio:.0f} times quicker than that of {theirs.way} (goal: {QUICKER_START:.0f})",
        )


def _line(met: bool, what: str) -> str:  # noqa: FBT001 - the first thing that the line says
    return f"- {'Met' if met else '**Not met**'}: {what}."


def _median(figures: list[Figure], way: str, name: str, size: int | None) -> float | None:
    figure = _figure(figures, way, name, size)
    return figure.median if figure else None


def _figure(figures: list[Figure], way: str, name: str, size: int | None) -> Figure | None:
    return next(
        (each for each in figures if (each.way, each.name) == (way, name) and size in {None, each.size}),
        None,
    )
