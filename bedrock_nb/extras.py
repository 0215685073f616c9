"""Libraries that not every notebook needs, loaded by their first use."""

from __future__ import annotations

from collections.abc import Callable
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
        MissingExtra: It is not installed, or it is and cannot be loaded; the message says which.
    """
    library = module.partition(".")[0]
    try:
        return import_module(module)
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and error.name == library:
            what = f"{purpose} need {library}, which is not installed."
            raise MissingExtra(what, advice=f'Install it with: pip install "bedrock-nb[{extra}]"') from error
        # Foreign code runs here: libraries that do not fit together raise ImportError, AttributeError, SystemError, …
        raise MissingExtra(
            f"{purpose} need {library}, which is installed and cannot be loaded ({type(error).__name__}: {error}).",
            advice=f"Mend it and restart the kernel: pip install --force-reinstall {library}",
        ) from error


def is_usable(load: Callable[[], object]) -> bool:
    """Whether an extra is there for something that can do without it.

    Args:
        load: What gives the library, or raises `MissingExtra`.
    """
    try:
        load()
    except MissingExtra:
        return False
    return True
