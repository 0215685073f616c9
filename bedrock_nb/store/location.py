"""Where the history is kept, and whether there is to be one."""

from __future__ import annotations

import os
from math import isfinite
from pathlib import Path

from bedrock_nb.core.errors import InvalidInput

VARIABLE = "BEDROCK_NB_STORE"
"""The environment variable that names another file, or switches the history off."""

DAYS_VARIABLE = "BEDROCK_NB_STORE_DAYS"
"""The environment variable that says after how many days recordings are deleted, unless they are pinned."""
MEGABYTES_VARIABLE = "BEDROCK_NB_STORE_MEGABYTES"
"""The environment variable that says beyond how many megabytes the oldest are deleted, unless they are pinned."""

_OFF = frozenset({"off", "0", "no", "none", "false", os.devnull})


def store_path() -> Path | None:
    """The file of the history: in the user's data folder, or where BEDROCK_NB_STORE says.

    None where it says "off", or names the system's null device, which keeps nothing either.

    Raises:
        InvalidInput: It names the home folder of a user that there is not.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if named.lower() in _OFF:
        return None
    if named:
        try:
            return Path(named).expanduser().absolute()
        except RuntimeError as error:
            raise InvalidInput(f"{VARIABLE} is {named!r}, and there is no such home folder.") from error
    from platformdirs import user_data_path

    return user_data_path("bedrock_nb", appauthor=False) / "history.db"


def store_limits() -> dict[str, float | None]:
    """The age in `days` and the size in `megabytes` that the history is kept to; None where there is no limit.

    Raises:
        InvalidInput: The environment names a limit that is no number above zero.
    """
    return {"days": _limit(DAYS_VARIABLE), "megabytes": _limit(MEGABYTES_VARIABLE)}


def _limit(variable: str) -> float | None:
    named = os.environ.get(variable, "").strip()
    try:
        limit = float(named) if named else None
    except ValueError:
        limit = 0.0
    if limit is not None and not (isfinite(limit) and limit > 0):
        raise InvalidInput(f"{variable} is {named!r}, and should be a number above zero.")
    return limit
