"""`%bedrock local`: the notebook speaks to the endpoint on this machine, because it was asked to."""

from __future__ import annotations

import atexit
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.options.defaults import notebook_setting, set_for_local_endpoint, set_for_notebook
from bedrock_nb.wire.client import Connection, Service

if TYPE_CHECKING:
    from bedrock_nb.local import LocalBedrock

REGION = "us-east-1"
PACE = 0.02
"""Seconds between two events: about the pace of a real model."""

_running: LocalBedrock | None = None
_set_aside: str | None = None


@dataclass(frozen=True, slots=True)
class LocalConnection(Connection):
    """The way to the endpoint on this machine, whatever the machine's AWS configuration says, or fails to say."""

    def made(self, service: Service) -> Any:
        """A client of the endpoint.

        Raises:
            InvalidInput: It does not run any more.
        """
        if _running is None or _running.url != self.endpoint_url:
            raise InvalidInput("The endpoint on this machine is off.", advice="`%bedrock local` starts it again.")
        return _running.client(service, config=self.config())


def start() -> LocalBedrock:
    """Start the endpoint, if it does not run yet, and make it the default of every call of this process.

    The notebook's model is one of the endpoint's from now on; what it was before comes back with `stop`.
    """
    from bedrock_nb.local import SCRIPTED_MODELS, LocalBedrock  # most notebooks never ask for it

    global _running, _set_aside  # noqa: PLW0603 - one endpoint serves the process
    if _running is None:
        _running = LocalBedrock(pace=PACE).start()
        atexit.register(stop)
        _set_aside = notebook_setting("model")
        set_for_notebook("model", next(model.model_id for model in SCRIPTED_MODELS if model.name == "quickstart"))
        set_for_local_endpoint({"endpoint_url": _running.url, "region": REGION})
    return _running


def stop() -> None:
    """Stop the endpoint; calls go where they went before, and a model chosen meanwhile that is not its own stays."""
    global _running, _set_aside  # noqa: PLW0603 - as above
    if _running is not None:
        running, _running = _running, None
        atexit.unregister(stop)
        set_for_local_endpoint({})
        if serves(notebook_setting("model") or ""):
            set_for_notebook("model", _set_aside)
        _set_aside = None
        running.close()


def is_running() -> bool:
    """Whether calls go to the endpoint on this machine."""
    return _running is not None


def serves(model: str) -> bool:
    """Whether a model is one of the endpoint's, by itself or through an inference profile: all are named alike."""
    return "local." in model


def check_served(model: str) -> None:
    """See that the endpoint has this model.

    Raises:
        InvalidInput: It has not.
    """
    if not serves(model) and not model.startswith("arn:"):
        raise InvalidInput(
            f"The endpoint on this machine has no model `{model}`; nothing was sent.",
            advice="Leave the model out, or name one that `%bedrock local` lists. "
            "`%bedrock local off` leads back to Amazon Bedrock.",
        )


def set_aside() -> str | None:
    """The notebook's own model, which comes back with `stop`; None where it had none."""
    return _set_aside


def connection(**timeouts: Any) -> LocalConnection:
    """The way to the endpoint that runs."""
    return LocalConnection(region=REGION, endpoint_url=start().url, **timeouts)


def models() -> list[tuple[str, str]]:
    """The scripted models: their ids, and what each does."""
    from bedrock_nb.local import SCRIPTED_MODELS

    return [(model.model_id, model.summary) for model in SCRIPTED_MODELS]
