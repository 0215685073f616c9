"""Reading JSON text that is not whole yet."""

from __future__ import annotations

import json
import re
from typing import Any

_TOKEN = re.compile(r'(?P<open>"(?:[^"\\]|\\.)*+\\?\Z)|"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_CLOSING = {"{": "}", "[": "]"}
_LONGEST_ESCAPE = len("\\ud83d")


def parse_partial_json(text: str) -> Any:
    """The value that JSON text which breaks off amounts to so far, in time linear in its length.

    Open strings and containers end where the text ends. Members without a value, and numbers or words that may still
    grow, are left out. None where nothing can be read yet, or where the text is not JSON.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _first_that_parses(_completions(text))


def _first_that_parses(candidates: list[str]) -> Any:
    for candidate in candidates:
        try:
            return json.loads(candidate)
        except (ValueError, RecursionError):
            continue
    return None


def _completions(text: str) -> list[str]:
    """Ways to end the text so that it may be JSON, the one that keeps most of it first."""
    closings: list[str] = []
    whole_up_to = 0  # the text up to here, with the open containers closed, is JSON if it is JSON at all
    at_key = False
    open_value = False
    for token in _TOKEN.finditer(text):
        mark = token[0][0]
        if token["open"]:
            open_value = not at_key
        elif mark in _CLOSING:
            closings.append(_CLOSING[mark])
            at_key, whole_up_to = mark == "{", token.end()
        elif mark in "}]":
            if not closings or closings.pop() != mark:
                return []
            at_key, whole_up_to = False, token.end()
        elif mark == ",":
            at_key = bool(closings) and closings[-1] == "}"
        elif mark == ":":
            at_key = False
        elif not at_key and (mark == '"' or token.end() < len(text)):
            whole_up_to = token.end()
    ending = "".join(reversed(closings))
    ends_in_string = [text[: len(text) - cut] + '"' + ending for cut in range(_LONGEST_ESCAPE)] if open_value else []
    return [*ends_in_string, text[:whole_up_to] + ending]
