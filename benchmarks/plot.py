"""The picture: bytes and browser time over tokens, ours beside the peers'."""

from pathlib import Path
from typing import Any

from figures import RESULTS, Figure, kept
from peers import BARE, OURS, WAYS


def drawn_growth() -> Path | None:
    """Draw `growth.svg` from the raw data; None where a part of it is missing."""
    display, browser = kept("display"), kept("browser")
    if not display or not browser:
        return None
    import matplotlib as mpl  # it takes a second to load

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "bedrock_nb"  # the same figures give the same file
    from matplotlib import pyplot as plt  # only now it is told how to draw

    picture, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
    _draw(left, display[0], "IOPub bytes", 1e6, "MB on IOPub")
    _draw(right, browser[0], "main thread", 1.0, "seconds of the page's main thread")
    right.legend(fontsize="small", frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    path = RESULTS / "growth.svg"
    picture.savefig(path, metadata={"Date": None})
    plt.close(picture)
    return path


def _draw(axes: Any, figures: list[Figure], name: str, unit: float, label: str) -> None:
    for way in (way for way in WAYS if way.name != BARE):
        found = [figure for figure in figures if (figure.way, figure.name) == (way.name, name) and figure.median]
        sizes, values = [figure.size for figure in found], [(figure.median or 0.0) / unit for figure in found]
        look = {"linewidth": 3, "color": "black"} if way.name == OURS else {"linewidth": 1.2}
        dashes = "-" if way.streams else "--"
        said = way.name if way.streams else f"{way.name}:\nnothing before the end"
        [line] = axes.plot(sizes, values, dashes, label=said, **look)
        for figure, value in zip(found, values, strict=True):
            inside = "white" if figure.at_least else line.get_color()
            axes.plot(figure.size, value, "o", markersize=5, color=line.get_color(), markerfacecolor=inside)
    axes.set(xscale="log", yscale="log", xlabel="tokens of the answer", ylabel=label)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    axes.set_xticks([500, 2_000, 8_000, 32_000], ["500", "2,000", "8,000", "32,000"])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
