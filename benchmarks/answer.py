"""The answers: Markdown as models write it, one delta a token, at any length; and the hard ones for our own panel."""

import random
import re
from functools import cache

FIRST_WORD = "Overture"
LAST_WORD = "Finale"
"""The first and the last word of every answer; neither is anywhere else, so that a page can be searched for them."""

_WORDS = """
    the model reads every event of stream and keeps its own measure while answer grows in small pieces nothing
    changes before next delta arrives because earlier blocks remain exactly where they were painted therefore
    reader follows sentence after sentence without waiting although network delivers several hundred tokens within
    seconds notebook renders paragraphs tables lists code headings emphasis quotations links formulas carefully
    consistently
""".split()  # noqa: SIM905 - words are read more easily than a list of strings


@cache
def tokens(count: int, edition: int = 0) -> tuple[str, ...]:
    """The answer in `count` pieces, about 7 characters each. Each edition has other words, always the same."""
    chance = random.Random(f"{count} {edition}")
    pieces = [FIRST_WORD]
    while len(pieces) < count:
        pieces += re.findall(r"\s*\S+", _section(chance, len(pieces)))
    return (*pieces[: count - 1], f"\n\n{LAST_WORD}")


def prose(count: int, edition: int = 0) -> tuple[str, ...]:
    """The same text in `count` pieces of four characters, as the fastest models send them."""
    return _cut(_ended("".join(tokens(count, edition)), 4 * count, f"\n\n{LAST_WORD}"), 4)


def table(count: int, edition: int = 0) -> tuple[str, ...]:
    """One table in `count` pieces of ten characters: a block that stays open to the end, the hardest to paint."""
    row = f"| a cell with some words | {edition} | `code` | **bold** |\n"
    rows = f"| {FIRST_WORD} | count | code | mark |\n|:--|--:|---|---|\n" + row * (10 * count // len(row))
    return _cut(_ended(rows, 10 * count, f"\n| the end | 0 | | {LAST_WORD} |"), 10)


def _ended(text: str, size: int, ending: str) -> str:
    return text[: size - len(ending)] + ending


def _cut(text: str, size: int) -> tuple[str, ...]:
    return tuple(text[place : place + size] for place in range(0, len(text), size))


def _section(chance: random.Random, number: int) -> str:
    """About four hundred tokens: a heading, paragraphs, a list, a table and a program."""
    items = "\n".join(f"- **{_words(chance, 1)}**: {_sentence(chance)}" for _ in range(6))
    rows = "\n".join(f"| {_words(chance, 2)} | {chance.random():.3f} |" for _ in range(5))
    lines = "\n".join(f"    total += values[{_words(chance, 1)!r}] * {line}" for line in range(4))
    return (
        f"\n\n## {_words(chance, 4).title()} {number}\n\n{_paragraph(chance)}\n\n{items}\n\n{_paragraph(chance)}\n\n"
        f"| what | how much |\n|---|---|\n{rows}\n\n{_paragraph(chance)}\n\n"
        f"```python\ndef measure_{number}(values):\n    total = 0\n{lines}\n    return total\n```\n\n"
        f"{_paragraph(chance)}"
    )


def _paragraph(chance: random.Random) -> str:
    return " ".join(_sentence(chance) for _ in range(4))


def _sentence(chance: random.Random) -> str:
    return f"{_words(chance, 9).capitalize()}, *{_words(chance, 2)}* and `{_words(chance, 1)}`."


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(count))
