"""What ended an exchange when its last call was over already: in the history, that call's row says so too.

The history keeps calls, and each is written as soon as it is over. Whether the tools that it asked for were run, and
their results sent, shows afterwards. What went wrong there is noted here, and is written before the history is next
read in this process, at the latest at its end.
"""

from __future__ import annotations

import atexit

from bedrock_nb.core.errors import BedrockError
from bedrock_nb.notebook.keeping.recorder import LEAVING, recorder_of, settle
from bedrock_nb.store.errors import StoreUnavailable
from bedrock_nb.store.location import store_path

_noted: dict[str, BedrockError] = {}


def note_ending(run_id: str, error: BedrockError) -> None:
    """Remember that this ended the exchange whose last call is this run. Nothing is written yet."""
    _noted[run_id] = error


def write_endings() -> None:
    """Write what was noted of the runs that are in the history; those that are still being written wait."""
    if not _noted:
        return
    path = store_path()
    if path is None:  # nothing was kept that could be wrong
        _noted.clear()
        return
    recorder = recorder_of(path)
    for run_id, error in list(_noted.items()):
        try:
            is_written = recorder.store.end_otherwise(run_id, error)
        except StoreUnavailable as trouble:
            recorder.note(f"{trouble.message} How an exchange ended is not kept. {trouble.advice}".strip())
            is_written = True
        if is_written:
            _noted.pop(run_id, None)


@atexit.register
def _write_the_last() -> None:
    """Before the recorders are closed, which were there first: at the end of a process the last comes first."""
    if _noted:
        settle(LEAVING)
        write_endings()
