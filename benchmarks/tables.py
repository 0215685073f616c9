"""Figures as Markdown tables."""

from collections.abc import Iterable, Sequence

from figures import Figure, growth_order
from peers import OURS

ABOUT = {
    "IOPub bytes": "Whole messages as they leave the kernel, headers and signatures included.",
    "IOPub messages": "How many those are.",
    "kernel CPU": "Seconds of CPU that the kernel uses for the cell, all its threads together.",
    "wall, unpaced": "From the request to run the cell until the kernel is idle. The endpoint sends as fast as it can.",
    "first text, paced": "From the first delta until the first message with its text is out of the kernel.",
    "websocket bytes": "What the page gets from the Jupyter server while the cell runs.",
    "websocket messages": "How many those are. A page that was given up had not got all of them.",
    "main thread": "Seconds that the page's main thread works.",
    "longest task": "For so long the page does not react. 0: no task took 50 ms.",
    "first text lags": "From the sending of the first delta until its text is on the page.",
    "last text lags": "From the sending of the last delta until its text is on the page.",
    "folding all deltas, CPU": "From typed events to the finished message, in one process, without any network.",
}
DELAYS = frozenset({"longest task", "first text lags", "last text lags"})
"""How late something is does not grow with the answer where a page can follow: an order would say nothing."""


def tables(figures: Sequence[Figure]) -> str:
    """A table for each thing that was measured at several sizes, and one for all the others."""
    plain = [figure for figure in figures if figure.size is None]
    sized = [figure for figure in figures if figure.size is not None]
    return "\n\n".join(
        [*([plain_table(plain)] if plain else []), *(_titled_table(name, sized) for name in names(sized))]
    )


def plain_table(figures: Sequence[Figure]) -> str:
    """A row for each thing and a column for each way."""
    notes = list[str]()
    rows = [["", *ways(figures)]]
    for name in names(figures):
        of_name = {figure.way: figure for figure in figures if figure.name == name}
        ours = of_name[OURS].median if OURS in of_name else None
        rows.append([name, *(_cell(of_name.get(way), ours, notes) for way in ways(figures))])
    return markdown_table(rows) + _explained(notes)


def two_tables(figures: Sequence[Figure]) -> str:
    """One of the loads that we were put under, and one of all else that is ours."""
    loads = [figure for figure in figures if figure.way != OURS]
    ours = [figure for figure in figures if figure.way == OURS]
    return "\n\n".join(plain_table(each) for each in (loads, ours) if each)


def way_table(figures: Sequence[Figure]) -> str:
    """A row for each way and a column for each thing."""
    notes = list[str]()
    rows = [["", *names(figures)]]
    for way in ways(figures):
        of_way = {figure.name: figure for figure in figures if figure.way == way}
        rows.append([way, *(_cell(of_way.get(name), None, notes) for name in names(figures))])
    return markdown_table(rows) + _explained(notes)


def _titled_table(name: str, figures: Sequence[Figure]) -> str:
    about = f"{ABOUT[name]}\n\n" if name in ABOUT else ""
    return f"### {name[0].upper()}{name[1:]}\n\n{about}{_table([figure for figure in figures if figure.name == name])}"


def _table(figures: Sequence[Figure]) -> str:
    """A row for each way and a column for each size; beside each figure how many times ours it is."""
    sizes = sorted({figure.size for figure in figures if figure.size is not None})
    ours = {figure.size: figure.median for figure in figures if figure.way == OURS}
    notes: list[str] = []
    rows = [["", *(f"{size:,}" for size in sizes), "order"]]
    for way in ways(figures):
        of_way = {figure.size: figure for figure in figures if figure.way == way}
        cells = [_cell(of_way.get(size), ours.get(size), notes) for size in sizes]
        rows.append([way, *cells, _order(of_way.values())])
    if len(sizes) == 1 or figures[0].name in DELAYS:
        rows = [row[:-1] for row in rows]
    return markdown_table(rows) + _explained(notes)


def _explained(notes: Sequence[str]) -> str:
    return "".join(f"\n\n({number}) {note}." for number, note in enumerate(notes, 1))


def _order(figures: Iterable[Figure]) -> str:
    order = growth_order({figure.size: figure.median or 0.0 for figure in figures if figure.size and figure.is_exact})
    return "" if order is None else f"{order:.2f}"


def _cell(figure: Figure | None, ours: float | None, notes: list[str]) -> str:
    if figure is None:
        return ""
    mark = ""
    if figure.note:
        if figure.note not in notes:
            notes.append(figure.note)
        mark = f" ({notes.index(figure.note) + 1})"
    if figure.median is None:
        return f"-{mark}"
    ratio = f" [{_ratio(figure.median / ours)}]" if ours and figure.way != OURS else ""
    return f"{'≥ ' if figure.at_least else ''}{told_figure(figure)}{ratio}{mark}"


def told_figure(figure: Figure) -> str:
    """The median with its unit; nothing where there is none."""
    return "" if figure.median is None else told(figure.median, figure.unit)


def told(value: float, unit: str) -> str:
    """A value with its unit, scaled so that it reads well."""
    if unit == "B":
        return _scaled(value, ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")))
    if unit == "s":
        return _scaled(value, ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")))
    if unit == "x":
        return f"{value:.2f}x"
    return f"{value:.1f}%" if unit == "%" else f"{value:,.0f}"


def _scaled(value: float, scales: Sequence[tuple[float, str]]) -> str:
    if not value:
        return "0"
    factor, unit = next((scale for scale in scales if abs(value) >= scale[0]), scales[-1])
    scaled = value / factor
    return f"{scaled:.0f} {unit}" if abs(scaled) >= 100 else f"{scaled:.3g} {unit}"


def _ratio(ratio: float) -> str:
    return f"{ratio:,.0f}x" if ratio >= 10 else f"{ratio:.2g}x"


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its first row the heading; all but the first column is set to the right."""
    heading, *body = rows
    rule = ["---", *("---:" for _ in heading[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in [heading, rule, *body])


def ways(figures: Iterable[Figure]) -> list[str]:
    """The ways, in the order in which they come."""
    return list(dict.fromkeys(figure.way for figure in figures))


def names(figures: Iterable[Figure]) -> list[str]:
    """The names of what was measured, in the order in which they come."""
    return list(dict.fromkeys(figure.name for figure in figures))
