"""Requests out of a history, which has put a mask in the place of account ids: which cannot be sent again so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

MASK = "*" * 12
"""Stands in the place of the twelve digits of an account id."""

SAID = frozenset({"messages", "system"})
"""The members in which the user and the model speak. Nothing in them is masked but the places of files in S3."""
TOLD = frozenset({"toolConfig", "outputConfig", "promptVariables", "inferenceConfig"})
"""The members that tell the model what there is: numbers in them are seldom anybody's account."""

_ANYWHERE = re.compile(r"(?<!\*)\*{12}(?!\*)")
_FOR_SURE = re.compile(r"""\A\*{12}\Z|"\*{12}"|arn:aws[^\s"']*:\*{12}(?!\*)""")
"""What people would not write of themselves: a description may well tell of twelve asterisks."""


def masked_places(request: Mapping[str, Any]) -> Iterator[str]:
    """The paths of the members in which a mask stands, such as `toolConfig.tools[0].toolSpec.description`."""
    for name, value in request.items():
        if name in SAID:
            yield from _in_files(value, name)
        else:
            yield from _masked(value, name, _FOR_SURE if name in TOLD else _ANYWHERE)


def _masked(value: Any, path: str, sign: re.Pattern[str]) -> Iterator[str]:
    if isinstance(value, str) and sign.search(value):
        yield path
    for name, member, place in _members(value, path):
        if sign.search(name):
            yield place
        yield from _masked(member, place, sign)


def _in_files(value: Any, path: str) -> Iterator[str]:
    for name, member, place in _members(value, path):
        yield from _masked(member, place, _ANYWHERE) if name == "s3Location" else _in_files(member, place)


def _members(value: Any, path: str) -> Iterator[tuple[str, Any, str]]:
    """The name, the value and the path of each member; those of a list have no names."""
    if isinstance(value, Mapping):
        yield from ((str(name), member, f"{path}.{name}") for name, member in value.items())
    elif isinstance(value, list | tuple):
        yield from (("", member, f"{path}[{place}]") for place, member in enumerate(value))
