"""What a call uses where it says nothing itself.

The first place that says something is used, for each option by itself:

1. the call: the cell's first line, or the function's keywords;
2. `%bedrock local`: while it is on, calls that do not name another way go to the endpoint on this machine;
3. the notebook: `%config BedrockMagics.… = …` and `%bedrock use`;
4. the environment: `BEDROCK_NB_MAX_TOKENS` and the like;
5. the `[tool.bedrock-nb]` table of the nearest pyproject.toml, from the working folder upwards;
6. boto3's own configuration, for the way to reach Bedrock: AWS_PROFILE, AWS_REGION and so on.
"""

from __future__ import annotations

import os
import shlex
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.nearest import did_you_mean
from bedrock_nb.notebook.options.table import BY_NAME, SETTINGS, Option, Takes

PREFIX = "BEDROCK_NB_"
TABLE = "tool.bedrock-nb"
OF_THE_NOTEBOOK = "%config BedrockMagics"
OF_THE_LOCAL_ENDPOINT = "%bedrock local"


@dataclass(frozen=True, slots=True)
class Setting:
    """A value, and the place that it comes from, in words."""

    value: Any
    origin: str


_notebook: dict[str, Any] = {}
_local: dict[str, Any] = {}
followers: list[Callable[[str, Any], None]] = []
"""Told of each setting of the notebook that changes: its name and its value, None where it is set no more."""


def set_for_notebook(name: str, value: Any) -> None:
    """Set an option for all calls of this process; None leaves it to the other places again.

    Raises:
        InvalidInput: There is no such setting, or it does not take this value.
    """
    if name not in BY_NAME or not BY_NAME[name].is_setting:
        known = [option.name for option in SETTINGS]
        raise InvalidInput(f"`{name}` cannot be set for all calls. {did_you_mean(name, known)}")
    if value is None:
        _notebook.pop(name, None)
    else:
        value = _notebook[name] = BY_NAME[name].checked(value, f"`{name}`")
    for follower in followers:
        follower(name, value)


def notebook_setting(name: str) -> Any:
    """What is set for the notebook; None where nothing is."""
    return _notebook.get(name)


def is_overruled(name: str) -> bool:
    """Whether what the notebook sets for this option waits until `%bedrock local` is off."""
    return bool(_local) and name in {*_local, "profile"}


def set_for_local_endpoint(values: Mapping[str, Any]) -> None:
    """What `%bedrock local` sets; an empty mapping where it is off."""
    _local.clear()
    _local.update(values)


def setting(option: Option) -> Setting | None:
    """What holds for this option, and why; None where nothing is set.

    Raises:
        InvalidInput: The place that sets it has a value which the option does not take; the place is named.
    """
    for origin, value in _places(option):
        try:
            return Setting(option.checked(value, f"{origin}: `{option.name}`"), origin)
        except InvalidInput as error:
            raise InvalidInput(error.message, advice="Nothing was sent. Mend it there.") from error
    return None


def settings() -> dict[str, Setting]:
    """All that is set, by the option's name.

    Raises:
        InvalidInput: As of `setting`.
    """
    found = ((option.name, setting(option)) for option in SETTINGS)
    return {name: each for name, each in found if each is not None}


def _places(option: Option) -> Iterator[tuple[str, Any]]:
    name = option.name
    if name in _local:
        yield OF_THE_LOCAL_ENDPOINT, _local[name]
    if name in _notebook:
        yield OF_THE_NOTEBOOK, _notebook[name]
    variable = PREFIX + name.upper()
    if os.environ.get(variable):
        yield variable, _words(option, os.environ[variable])
    path = nearest_pyproject()
    if path is not None and name in (table := project_table(path)):
        yield f"[{TABLE}] in {path}", table[name]


def _words(option: Option, value: str) -> Any:
    if option.takes is not Takes.SEVERAL or value.startswith(("[", "{", "@")):
        return value
    try:
        return shlex.split(value)
    except ValueError:  # a quote that is never closed, as an apostrophe: it is one text
        return value


def nearest_pyproject() -> Path | None:
    """The pyproject.toml of the working folder, or of the nearest folder above that has one."""
    here = Path.cwd()
    candidates = (folder / "pyproject.toml" for folder in (here, *here.parents))
    return next((path for path in candidates if path.is_file()), None)


def project_table(path: Path) -> Mapping[str, Any]:
    """The settings in a pyproject.toml, by the options' names in Python; `aliases` is a table of its own.

    Raises:
        InvalidInput: The file cannot be read, or has a name in its table that is no setting.
    """
    try:
        state = path.stat()
        return _read_table(path, state.st_mtime_ns, state.st_size)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}", advice="Nothing was sent. Mend the file.") from error


@lru_cache(maxsize=4)
def _read_table(path: Path, _changed: int, _size: int) -> Mapping[str, Any]:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    written = document.get("tool", {}).get("bedrock-nb", {})
    known = {option.name for option in SETTINGS} | {"aliases"}
    table = {name.replace("-", "_"): value for name, value in written.items()}
    for name in table:
        if name not in known:
            raise InvalidInput(f"[{TABLE}] in {path}: `{name}` is no setting. {did_you_mean(name, known)}")
    return table
