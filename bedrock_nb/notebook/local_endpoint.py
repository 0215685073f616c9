"""`%bedrock local`: the notebook speaks to the endpoint on this machine, because it was asked to."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from bedrock_nb.notebook.defaults import Defaults, use
from bedrock_nb.wire.client import Connection

if TYPE_CHECKING:
    from bedrock_nb.local import LocalBedrock

PACE = 0.02
"""Seconds between two events: about the pace of a real model."""

_running: LocalBedrock | None = None


def start() -> LocalBedrock:
    """Start the endpoint, if it does not run yet, and make it the default of every call of this process."""
    from bedrock_nb.local import SCRIPTED_MODELS, LocalBedrock  # noqa: PLC0415 - most notebooks never ask for it

    global _running  # noqa: PLW0603 - one endpoint serves the process
    if _running is None:
        _running = LocalBedrock(pace=PACE).start()
        atexit.register(stop)
    quickstart = next(model.model_id for model in SCRIPTED_MODELS if model.name == "quickstart")
    use(Defaults(quickstart, Connection(endpoint_url=_running.url, region="us-east-1", anonymous=True)))
    return _running


def stop() -> None:
    """Stop the endpoint; calls go where the environment says again."""
    global _running
    use(None)
    if _running is not None:
        running, _running = _running, None
        atexit.unregister(stop)
        running.close()


def models() -> list[tuple[str, str]]:
    """The scripted models: their ids, and what each does."""
    from bedrock_nb.local import SCRIPTED_MODELS  # noqa: PLC0415 - the same

    return [(model.model_id, model.summary) for model in SCRIPTED_MODELS]
