"""The right name that somebody who wrote a wrong one most likely meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LIKE_ENOUGH = 0.6


def nearest(name: str, known: Iterable[str], likeness: float = _LIKE_ENOUGH) -> str | None:
    """The known name nearest to this one, capitals, underscores and hyphens aside; None where none is near.

    Args:
        name: What was written.
        known: The right names.
        likeness: How like they have to be, from 0 to 1, as difflib measures it.
    """
    plain = {_plain(right): right for right in known}
    match = get_close_matches(_plain(name), plain, n=1, cutoff=likeness)
    return plain[match[0]] if match else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that offers the nearest known name, or lists all where none is near."""
    right = sorted(known)
    meant = nearest(name, right)
    if not right:
        return ""
    return f"Did you mean `{meant}`?" if meant else f"The known ones are {', '.join(f'`{each}`' for each in right)}."


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
