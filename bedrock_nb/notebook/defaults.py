"""What a call uses where it names nothing itself.

The order, first found first used: the call's own option; `%config BedrockMagics.…` (in cells); what `%bedrock local`
set; the environment (`BEDROCK_NB_MODEL`, and all that boto3 reads: AWS_PROFILE, AWS_REGION and so on).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.wire.client import Connection

MODEL_VARIABLE = "BEDROCK_NB_MODEL"


@dataclass(frozen=True, slots=True)
class Defaults:
    """A model, if one is set, and the way to reach Bedrock."""

    model: str | None = None
    connection: Connection = field(default_factory=Connection)


_FROM_ENVIRONMENT = Defaults()
_current = _FROM_ENVIRONMENT


def current() -> Defaults:
    """The defaults of this process."""
    return _current


def use(defaults: Defaults | None) -> None:
    """Set the defaults of this process; None goes back to the environment's."""
    global _current  # noqa: PLW0603 - they are the process's, as the environment is
    _current = defaults or _FROM_ENVIRONMENT


def model_or_default(model: str | None) -> str:
    """The model named, or the default one.

    Raises:
        InvalidInput: There is neither.
    """
    found = model or _current.model or os.environ.get(MODEL_VARIABLE)
    if not found:
        raise InvalidInput(
            "No model is named.",
            advice="Add one with -m, for example -m us.amazon.nova-lite-v1:0, set it for the notebook with "
            f'%config BedrockMagics.model = "…" or for all with {MODEL_VARIABLE}. '
            "To try things out without an account, run `%bedrock local`.",
        )
    return found
