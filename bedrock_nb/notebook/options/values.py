"""Reading the value of an option, the same wherever it comes from.

Every reader takes what a first line, Python, `%config`, a pyproject.toml or the environment has, a text or a Python
value. It gives the checked value, or raises ValueError with what is wrong, in words that follow the option's name. The
ranges are those of the Converse API's reference; botocore checks minima only.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bedrock_nb.core.request.guardrail import guardrail_config

Reader = Callable[[Any], Any]

_FALSE = ("0", "false", "no", "off")
_TRUE = ("1", "true", "yes", "on")


def text(value: Any) -> str:
    """A text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"takes a text, not {value!r}")
    return value


def address(value: Any) -> str:
    """The address of an endpoint. What is none is not told again: it may hold a password."""
    try:
        parts = urlsplit(text(value).strip())
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no text, or a port that is no number
        is_address = False
    if not is_address:
        raise ValueError("takes an address that begins with http:// or https:// and names a host")
    return str(value).strip()


def number(low: float, high: float | None = None) -> Reader:
    """A number from `low` on, up to `high`."""

    def read(value: Any) -> float:
        try:
            found = float(value) if not isinstance(value, bool) else math.nan
        except (TypeError, ValueError, OverflowError):
            found = math.nan
        return _within(found, value, low, high, "a number")

    return read


def count(low: int = 1, high: int | None = None) -> Reader:
    """A whole number from `low` on, up to `high`."""

    def read(value: Any) -> int:
        try:
            is_count = isinstance(value, int | str) and not isinstance(value, bool)
            found = int(value) if is_count and abs(int(value)) <= _LARGEST else math.nan
        except ValueError:
            found = math.nan
        return int(_within(found, value, low, high, "a whole number"))

    return read


def _within(found: float, value: Any, low: float, high: float | None, what: str) -> float:
    if math.isfinite(found) and low <= found and (high is None or found <= high):
        return found
    limits = f"from {low:g} on" if high is None else f"from {low:g} to {high:g}"
    raise ValueError(f"takes {what} {limits}, not {value!r}")


def one_of(*choices: str) -> Reader:
    """One of these words."""

    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"takes {' or '.join(choices)}, not {value!r}")
        return str(value)

    return read


_LARGEST = 2**31 - 1
"""The whole numbers of the request are of 32 bits."""


def switch(value: Any) -> bool:
    """Yes or no."""
    if isinstance(value, bool):
        return value
    if str(value).lower() in _TRUE:
        return True
    if str(value).lower() in _FALSE:
        return False
    raise ValueError(f"is true or false, not {value!r}")


def cache_lifetime(value: Any) -> str | None:
    """How long a prompt is cached: `5m`, `1h`, or as long as the model does by itself (True); None is not at all."""
    if value in ("5m", "1h", "default"):
        return str(value)
    try:
        return "default" if switch(value) else None
    except ValueError:
        raise ValueError(f"takes 5m, 1h or nothing, not {value!r}") from None


def guardrail(value: Any) -> str:
    """The id or ARN of a guardrail, and after a colon its version, where one is said."""
    found = text(value).strip()
    try:
        guardrail_config(found)
    except ValueError as error:
        raise ValueError(f"takes a guardrail as ID or ID:VERSION, not {_short(found)!r}: {error}") from error
    return found


def texts(longest: int | None = None) -> Reader:
    """A list of texts that are not blank; one by itself is a list of one."""

    def read(value: Any) -> list[str]:
        found = _several(value, str | Path)
        if not found:
            raise ValueError(f"takes one text or more, not {_short(repr(value))}")
        if longest is not None and len(found) > longest:
            raise ValueError(f"takes at most {longest}, and was given {len(found)}")
        return [str(each) if isinstance(each, Path) else text(each) for each in found]

    return read


def _several(value: Any, one: Any) -> list[Any]:
    """The values of a list, a tuple or the like; one of this type by itself is a list of one."""
    if isinstance(value, one):
        return [value]
    return list(value) if isinstance(value, Iterable) else []


def stop_sequences(value: Any) -> list[str]:
    """Texts that end an answer; blank space may be one, such as a line break."""
    found = _several(value, str)
    if not found or not all(isinstance(each, str) and each for each in found):
        raise ValueError(f"takes one text or more, not {_short(repr(value))}")
    return found


def attachments(value: Any) -> list[Any]:
    """Files and `s3://` addresses; a content block, or bytes, from Python."""
    kinds = (str, Path, bytes, Mapping)
    found = _several(value, kinds)
    if not found or not all(each and isinstance(each, kinds) for each in found):
        raise ValueError(f"takes files, s3:// addresses or content blocks, not {_short(repr(value))}")
    return found


def data(value: Any) -> Any:
    """JSON or TOML: a Python value as it is, a text parsed, `@FILE` read first."""
    if not isinstance(value, str):
        return value
    source = _file(value[1:]) if value.startswith("@") else value
    for parse in (json.loads, tomllib.loads, _toml_value):
        try:
            return parse(source)
        except (ValueError, RecursionError):  # JSONDecodeError and TOMLDecodeError are both of the first kind
            continue
    # On a first line, quotes that are not within others only hold words together.
    hint = ": put it in single quotes" if source.startswith(("{", "[")) and '"' not in source else ""
    raise ValueError(f"takes JSON or TOML, or @FILE with either in it; {_short(source)!r} is neither{hint}")


def _file(name: str) -> str:
    try:
        return Path(name).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ValueError(f"cannot read {name}: {reason}") from error


def _toml_value(source: str) -> Any:
    return tomllib.loads(f"value = {source}")["value"]


def table(value: Any) -> dict[str, Any]:
    """JSON or TOML that is an object."""
    found = data(value)
    if not isinstance(found, Mapping) or not found:
        raise ValueError(f"takes an object of names and values, not {_short(repr(found))}")
    return dict(found)


def paths(value: Any) -> list[str]:
    """JSON pointers, at most ten: texts, or one text that holds a list of them in JSON or TOML, or `@FILE`."""
    found = _several(value, str)
    if len(found) == 1 and str(found[0]).startswith(("[", "@")):
        found = data(found[0])
        found = next(iter(found.values())) if isinstance(found, Mapping) and found else found
    pointers: list[str] = texts(longest=10)(found)
    wrong = [each for each in pointers if not each.startswith("/")]
    if wrong:
        raise ValueError(f"takes JSON pointers, which begin with a slash; {wrong[0]!r} does not")
    return pointers


def pairs(most: int | None = None) -> Reader:
    """Names and texts: `NAME=VALUE` words, a dict, or JSON or TOML that is an object of texts."""

    def read(value: Any) -> dict[str, str]:
        words = value if isinstance(value, Mapping) else _several(value, str)
        if not isinstance(words, Mapping):
            single = len(words) == 1 and str(words[0]).startswith(("{", "@"))
            words = table(words[0]) if single else dict(map(_pair, words))
        if not words or not all(isinstance(each, str) for pair in words.items() for each in pair):
            raise ValueError("takes names with texts: NAME=VALUE")
        if most is not None and len(words) > most:
            raise ValueError(f"takes at most {most}, and was given {len(words)}")
        return dict(words)

    return read


def _pair(word: Any) -> tuple[str, str]:
    name, equals, value = str(word).partition("=")
    if not equals or not name:
        raise ValueError(f"takes NAME=VALUE, not {word!r}")
    return name, value


def thinking(value: Any) -> int | str:
    """A budget in tokens, or a word."""
    if isinstance(value, bool):
        return "adaptive" if value else "off"
    if isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit()):
        return int(count()(value))
    return text(value)


def tools(value: Any) -> Any:
    """Functions, specs and names; names may have commas between them."""
    if isinstance(value, list | tuple):
        return [each for one in value for each in (tools(one) if isinstance(one, str) else [one])]
    if not isinstance(value, str):
        return value
    names = [name for name in re.split(r"[,\s]+", value) if name]
    if not names:
        raise ValueError(f"takes names of functions, not {value!r}")
    return names


def given(value: Any) -> Any:
    """What is given, as it is: what it has to be is known to who uses it."""
    return value


def _short(shown: str) -> str:
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


_SHOWN = 80
