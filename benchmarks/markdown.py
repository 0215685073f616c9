"""What rendering Markdown costs while it comes: 100,000 characters in 25,000 deltas, painted 30 times a second.

    python benchmarks/markdown.py

200 deltas of four characters a second make six or seven to a paint: 3,750 paints. CPU time of this process.
Beside it stands the same text rendered once, and all of it rendered anew for every hundredth paint, times a hundred.
"""

import statistics
from collections.abc import Callable, Iterator

from answer import tokens
from figures import Figure, cpu_seconds, in_turns, tell
from peers import OURS

from bedrock_nb.views.markdown import MarkdownStream, render_markdown

CHARACTERS = 100_000
DELTA = 4
DELTAS_A_PAINT = 20 / 3
ROUNDS = 5
EVERY = 100
"""Of the paints that render all anew, one in so many is measured: all of them would take many minutes."""


def text_of(characters: int) -> str:
    """Prose, lists, tables and code, as the other benchmarks have them."""
    return "".join(tokens(characters))[:characters]


def paints(text: str) -> Iterator[str]:
    """What each paint brings."""
    size, begin = DELTA * DELTAS_A_PAINT, 0.0
    while begin < len(text):
        yield text[round(begin) : round(begin + size)]
        begin += size


def block_by_block(text: str) -> None:
    """As the live panel does it."""
    stream = MarkdownStream()
    for piece in paints(text):
        stream.append(piece)
    stream.finish()


def all_anew(text: str) -> None:
    """As it is done where Markdown is displayed again for every delta, for one paint in `EVERY`."""
    so_far = ""
    for number, piece in enumerate(paints(text)):
        so_far += piece
        if number % EVERY == 0:
            render_markdown(so_far)


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """The CPU seconds of each way, and of one endless table."""
    text = text_of(CHARACTERS)
    table = "| a | b |\n| - | - |\n" + "| cell | another cell |\n" * (CHARACTERS // 24)
    ways: dict[str, Callable[[], float]] = {
        "block by block": lambda: cpu_seconds(lambda: block_by_block(text)),
        "one endless table, block by block": lambda: cpu_seconds(lambda: block_by_block(table)),
        "once": lambda: cpu_seconds(lambda: render_markdown(text)),
    }
    taken = in_turns(ways, rounds)
    anew = cpu_seconds(lambda: all_anew(text)) * EVERY
    figures = [Figure(OURS, name, "s", tuple(values), CHARACTERS) for name, values in taken.items()]
    note = f"{anew / statistics.median(taken['block by block']):.0f} times block by block"
    return [*figures, Figure(OURS, "all anew at every paint", "s", (anew,), CHARACTERS, note)]


if __name__ == "__main__":
    tell(measure())
