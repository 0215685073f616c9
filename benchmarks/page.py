"""The page: its words are in `page_template.md`; here is what stands between them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from figures import Figure, kept
from goals import goals
from peers import BARE, OURS
from tables import markdown_table, names, plain_table, tables, told_figure, two_tables, way_table, ways

TEMPLATE = Path(__file__).parent / "page_template.md"
NOT_MEASURED = "Not measured in this run."
SECTIONS = {
    "display": tables,
    "browser": tables,
    "panel": two_tables,
    "markdown": plain_table,
    "libraries": way_table,
    "reading": tables,
    "start": plain_table,
    "extension": plain_table,
    "store": plain_table,
    "frames": plain_table,
}
"""The parts that give figures, in the order of the page, and how their figures are shown."""
PARTS = (*SECTIONS, "correctness")

BUSY = 0.15
"""Where other programs used a larger share of all CPUs than this, the part says so."""
BETTER = 0.9
"""A figure counts as better where it is at most this part of ours."""


def written_page() -> str:
    """The whole page, from the raw data that the parts have left."""
    return TEMPLATE.read_text(encoding="utf-8").format(
        machine=_machine(),
        goals="\n".join(goals()) or NOT_MEASURED,
        **{part: _section(part) for part in SECTIONS},
        correctness=_with_notices("correctness", _correctness_table),
        others="\n".join(_better_elsewhere()) or "Nowhere.",
        missing="\n".join(_missing()) or "Everything could be installed and measured.",
        times=_times(),
    )


def _machine() -> str:
    """What it was measured on."""
    found = [part[1] for part in map(kept, PARTS) if part]
    if not found:
        return NOT_MEASURED
    about = found[-1]
    measured = f"Measured on {about['day']}: {about['cpus']} CPUs, {about['system']}, Python {about['python']}."
    if any(each["effort"] != "full" for each in found):
        measured += " Not all of it was measured in as many rounds as `make bench` takes."
    if busy := [each for each in found if _busy(each)]:
        measured += (
            f" In {len(busy)} of {len(found)} parts other programs were running, as is said there: wall times are then"
            " noisy, and say less than bytes, messages and CPU."
        )
    return measured


def _busy(about: Mapping[str, Any]) -> float:
    """The share of all CPUs that others used before or after the part, where that is worth telling."""
    share = max(about.get("others", [0.0]))
    return share if share > BUSY else 0.0


def _section(part: str) -> str:
    found = kept(part)
    return _with_notices(part, lambda: SECTIONS[part](found[0]) if found else "")


def _with_notices(part: str, table: Any) -> str:
    """What the part has measured, and what has to be known about it."""
    found = kept(part)
    if not found:
        return NOT_MEASURED
    about = found[1]
    if why := about.get("failed"):
        return f"**This could not be measured**: {why}."
    busy = f"Other programs used {_busy(about):.0%} of the CPUs at the time.\n\n" if _busy(about) else ""
    return f"{busy}{table()}"


def _correctness_table() -> str:
    found = kept("correctness")
    verdicts: Mapping[str, Mapping[str, Mapping[str, Any]]] = found[1]["verdicts"] if found else {}
    cases = list(next(iter(verdicts.values()), {}))
    rows = [["", *verdicts]]
    rows += [[case, *(of_library[case]["verdict"] for of_library in verdicts.values())] for case in cases]
    right = (sum(each["verdict"] == "right" for each in of_library.values()) for of_library in verdicts.values())
    rows.append([f"**right, of {len(cases)}**", *(f"**{count}**" for count in right)])
    return markdown_table(rows)


def _better_elsewhere() -> Iterator[str]:
    """A line for each way and each thing in which it is better, with all sizes at which it is."""
    for part in ("display", "browser", "libraries", "start", "store", "frames"):
        figures = [figure for figure in _figures(part) if figure.median is not None]
        ours = {(figure.name, figure.size): figure for figure in figures if figure.way == OURS}
        for name in names(figures):
            for way in ways(figures):
                better = [
                    (figure, ours[name, figure.size])
                    for figure in figures
                    if (figure.way, figure.name) == (way, name)
                    and way != BARE
                    and _is_better(figure, ours.get((name, figure.size)))
                ]
                if better:
                    told = ", ".join(_told_better(one, beside) for one, beside in better)
                    yield f"- {name}: {way}, {told}"


def _is_better(figure: Figure, ours: Figure | None) -> bool:
    if ours is None or figure.way == OURS or not figure.is_exact or "bare loop" in figure.name:
        return False
    return (figure.median or 0.0) < BETTER * (ours.median or 0.0)


def _told_better(figure: Figure, ours: Figure) -> str:
    at = "" if figure.size is None else f" at {figure.size:,}"
    return f"{told_figure(figure)} against {told_figure(ours)}{at}"


def _missing() -> Iterator[str]:
    """What could not be installed, and what was installed and failed."""
    not_installed: dict[str, str] = {}
    for part in PARTS:
        about = (kept(part) or ([], {}))[1]
        not_installed |= about.get("not_installed", {})
        failures = [(figure.way, figure.note) for figure in _figures(part) if figure.failed]
        for name, why in [*failures, *about.get("failures", {}).items()]:
            yield f"- {name}, in the part {part}: {why}"
        if "failed" in about:
            yield f"- the part {part}: {about['failed']}"
    for name, why in not_installed.items():
        yield f"- {name} could not be installed: {why}"


def _times() -> str:
    """How long each part took, and what else the machine did."""
    abouts = {part: found[1] for part in PARTS if (found := kept(part))}
    rows = [["", "took", "effort", "day", "used by others before and after"]]
    rows += [
        [part, f"{about['seconds']:.0f} s", about["effort"], about["day"], _shares(about.get("others", ()))]
        for part, about in abouts.items()
    ]
    minutes = sum(about["seconds"] for about in abouts.values()) / 60
    return f"{markdown_table(rows)}\n\n{minutes:.0f} minutes for all of it. {_environments()}".strip()


def _shares(shares: Sequence[float]) -> str:
    return ", ".join(f"{share:.0%}" for share in shares) or "not looked at"


def _environments() -> str:
    about = (kept("environments") or ([], {}))[1]
    if about.get("installed"):
        return f"Before that, {len(about['installed'])} virtual environments were made, in {about['seconds']:.0f} s."
    return "The virtual environments were there from an earlier run."


def _figures(part: str) -> list[Figure]:
    return (kept(part) or ([], {}))[0]
