"""Short names of models: this notebook's, and those in `[tool.bedrock-nb.aliases]` of the nearest pyproject.toml."""

from __future__ import annotations

import re

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.options.defaults import TABLE, Setting, nearest_pyproject, project_table

_NAME = re.compile(r"[A-Za-z0-9_-]+")

_of_the_notebook: dict[str, str] = {}


def alias(name: str, model: str | None) -> None:
    """Let `name` stand for a model id, inference profile or ARN in this process; None takes the name back.

    Raises:
        InvalidInput: The name could be mistaken for a model's own, or there is none to take back.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"{name!r} cannot be an alias: it is made of letters, digits, hyphens and underscores.")
    if model is None:
        if _of_the_notebook.pop(name, None) is None:
            raise InvalidInput(f"There is no alias {name!r} in this notebook.")
    elif not model.strip():
        raise InvalidInput(f"The alias {name!r} has to stand for a model.")
    else:
        _of_the_notebook[name] = model


def aliases() -> dict[str, Setting]:
    """All aliases, and where each comes from; the notebook's own come before the project's.

    Raises:
        InvalidInput: The pyproject.toml cannot be read.
    """
    path = nearest_pyproject()
    of_the_project = project_table(path).get("aliases", {}) if path else {}
    if not isinstance(of_the_project, dict):
        raise InvalidInput(f"`aliases` in {path} has to be a table of names and models.")
    found = {name: Setting(str(model), f"[{TABLE}.aliases] in {path}") for name, model in of_the_project.items()}
    return found | {name: Setting(model, "%bedrock alias") for name, model in _of_the_notebook.items()}


def resolved(model: str) -> str:
    """The model that this alias stands for; any other text as it is."""
    if not _NAME.fullmatch(model):
        return model
    found = aliases().get(model)
    return found.value if found else model
