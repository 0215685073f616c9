"""Where the history is kept, and whether there is to be one."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "BEDROCK_NB_STORE"
"""The environment variable that names another file, or switches the history off."""

_OFF = frozenset({"off", "0", "no", "none", "false"})


def store_path() -> Path | None:
    """The file of the history: in the user's data folder, or where BEDROCK_NB_STORE says; None where it says "off"."""
    named = os.environ.get(VARIABLE, "").strip()
    if named.lower() in _OFF:
        return None
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_data_path  # noqa: PLC0415 - loaded by the first use of a history

    return user_data_path("bedrock_nb", appauthor=False) / "history.db"
