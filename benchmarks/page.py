"""The page: its words are in `page_template.md`; here are the tables that stand between them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from figures import Figure, growth_order, kept
from goals import goals
from peers import OURS, WAYS

TEMPLATE = Path(__file__).parent / "page_template.md"
NOT_MEASURED = "Not measured in this run."
PARTS = ("display", "browser", "libraries", "reading", "correctness", "start", "store", "frames")
BUSY = 2.5
"""A load above this, when a part began, was not of our own making."""
BETTER = 0.9
"""A figure counts as better where it is at most this part of ours."""

ABOUT = {
    "IOPub bytes": "Whole messages as they leave the kernel, headers and signatures included.",
    "wall, unpaced": "From the request to run the cell until the kernel is idle. The endpoint sends as fast as it can.",
    "first text, paced": "From the first delta until the first message with its text is out of the kernel.",
    "websocket bytes": "What the page gets from the Jupyter server while the cell runs.",
    "main thread": "Seconds that the page's main thread works.",
    "longest task": "For so long the page does not react. 0: no task took 50 ms.",
    "first text lags": "From the sending of the first delta until its text is on the page.",
    "last text lags": "From the sending of the last delta until its text is on the page.",
}

_SILENT = frozenset(way.name for way in WAYS if not way.streams)


def written_page() -> str:
    """The whole page, from the raw data that the parts have left."""
    return TEMPLATE.read_text(encoding="utf-8").format(
        machine=_machine(),
        goals="\n".join(goals()) or NOT_MEASURED,
        display=_tables("display"),
        browser=_tables("browser"),
        libraries=_library_table(),
        reading=_tables("reading"),
        correctness=_correctness_table(),
        start=_tables("start"),
        store=_tables("store"),
        frames=_tables("frames"),
        others="\n".join(_better_elsewhere()) or "Nowhere.",
        missing=_missing(),
    )


def _machine() -> str:
    """What it was measured on, and whether the machine had other things to do."""
    found = [part[1] for part in map(kept, PARTS) if part]
    if not found:
        return NOT_MEASURED
    about, loads = found[0], [each["load"] for each in found]
    measured = f"Measured on {about['day']}: {about['cpus']} CPUs, {about['system']}, Python {about['python']}."
    if any(each["effort"] != "full" for each in found):
        measured += " Not all of it was measured in as many rounds as `make bench` takes."
    if max(loads) > BUSY:
        measured += (
            f" Other programs were running: the load was between {min(loads):.1f} and {max(loads):.1f}, so wall times "
            "are noisy, and figures that depend on them say less than those of bytes, messages and CPU."
        )
    return measured


def _tables(part: str) -> str:
    """A table for each thing that was measured at several sizes, and one for all the others."""
    found = kept(part)
    if not found:
        return NOT_MEASURED
    plain = [figure for figure in found[0] if figure.size is None]
    sized = [figure for figure in found[0] if figure.size is not None]
    tables = [_plain_table(plain)] if plain else []
    return "\n\n".join([*tables, *(_titled_table(name, sized) for name in _names(sized))])


def _plain_table(figures: Sequence[Figure]) -> str:
    """A row for each thing and a column for each way."""
    ways, notes = _ways(figures), list[str]()
    rows = [["", *ways]]
    for name in _names(figures):
        of_name = {figure.way: figure for figure in figures if figure.name == name}
        ours = of_name[OURS].median if OURS in of_name else None
        rows.append([name, *(_cell(of_name.get(way), ours, notes) for way in ways)])
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
    for way in _ways(figures):
        of_way = {figure.size: figure for figure in figures if figure.way == way}
        cells = [_cell(of_way.get(size), ours.get(size), notes) for size in sizes]
        rows.append([way, *cells, _order(of_way.values())])
    if len(sizes) == 1:
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
    return f"{_told(figure)}{ratio}{mark}"


def _library_table() -> str:
    found = kept("libraries")
    if not found:
        return NOT_MEASURED
    figures = {(figure.way, figure.name): figure for figure in found[0]}
    names = _names(found[0])
    rows = [["", *names]]
    rows += [[way, *(_told(figures[way, name]) for name in names)] for way in _ways(found[0])]
    return markdown_table(rows)


def _correctness_table() -> str:
    found = kept("correctness")
    if not found:
        return NOT_MEASURED
    verdicts: Mapping[str, Mapping[str, Mapping[str, Any]]] = found[1]["verdicts"]
    cases = list(next(iter(verdicts.values())))
    rows = [["", *verdicts]]
    rows += [[case, *(of_library[case]["verdict"] for of_library in verdicts.values())] for case in cases]
    right = (sum(each["verdict"] == "right" for each in of_library.values()) for of_library in verdicts.values())
    rows.append([f"**right, of {len(cases)}**", *(f"**{count}**" for count in right)])
    return markdown_table(rows)


def _better_elsewhere() -> Iterator[str]:
    """A line for each way and each thing in which it is better, with all sizes at which it is."""
    for part in ("display", "browser", "start", "store", "frames"):
        found = kept(part)
        figures = [figure for figure in found[0] if figure.median is not None] if found else []
        ours = {(figure.name, figure.size): figure for figure in figures if figure.way == OURS}
        for name in _names(figures):
            for way in _ways(figures):
                better = [
                    (figure, ours[name, figure.size])
                    for figure in figures
                    if (figure.way, figure.name) == (way, name)
                    and way not in _SILENT
                    and _is_better(figure, ours.get((name, figure.size)))
                ]
                if better:
                    told = ", ".join(_told_better(one, beside) for one, beside in better)
                    yield f"- {name}: {way}, {told}"


def _is_better(figure: Figure, ours: Figure | None) -> bool:
    if ours is None or figure.way == OURS or not figure.is_exact:
        return False
    return (figure.median or 0.0) < BETTER * (ours.median or 0.0)


def _told_better(figure: Figure, ours: Figure) -> str:
    at = "" if figure.size is None else f" at {figure.size:,}"
    return f"{_told(figure)} against {_told(ours)}{at}"


def _missing() -> str:
    found = kept("display")
    failures: Mapping[str, str] = found[1].get("not_installed", {}) if found else {}
    lines = [f"- {name}: {why}" for name, why in failures.items()]
    return "\n".join(lines) or "Everything could be installed."


def _told(figure: Figure) -> str:
    return "" if figure.median is None else told(figure.median, figure.unit)


def told(value: float, unit: str) -> str:
    """A value with its unit, scaled so that it reads well."""
    if unit == "B":
        return _scaled(value, ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")))
    if unit == "s":
        return _scaled(value, ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")))
    return f"{value:.2f}x" if unit == "x" else f"{value:,.0f}"


def _scaled(value: float, scales: Sequence[tuple[float, str]]) -> str:
    if not value:
        return "0"
    factor, unit = next((scale for scale in scales if abs(value) >= scale[0]), scales[-1])
    scaled = value / factor
    return f"{scaled:.0f} {unit}" if abs(scaled) >= 100 else f"{scaled:.3g} {unit}"  # noqa: PLR2004 - three digits say it


def _ratio(ratio: float) -> str:
    return f"{ratio:,.0f}x" if ratio >= 10 else f"{ratio:.2g}x"  # noqa: PLR2004 - two digits say it


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its first row the heading; all but the first column is set to the right."""
    heading, *body = rows
    rule = ["---", *("---:" for _ in heading[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in [heading, rule, *body])


def _ways(figures: Iterable[Figure]) -> list[str]:
    return list(dict.fromkeys(figure.way for figure in figures))


def _names(figures: Iterable[Figure]) -> list[str]:
    return list(dict.fromkeys(figure.name for figure in figures))
