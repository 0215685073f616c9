"""Libraries that not every notebook needs, loaded by their first use."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from bedrock_nb.core.errors import MissingExtra


def load_extra(module: str, *, extra: str, purpose: str) -> Any:
    """The module.

    Args:
        module: Its name.
        extra: The extra of this package that installs it.
        purpose: What needs it, as the subject of a sentence in the plural, for the message.

    Raises:
        MissingExtra: It is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        library = module.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != library:  # it is there, and lacks something itself
            raise
        raise MissingExtra(
            f"{purpose} need {library}, which is not installed.",
            advice=f'Install it with: pip install "bedrock-nb[{extra}]"',
        ) from error
