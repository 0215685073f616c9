"""JSON as a person reads it."""

from __future__ import annotations

import json
from typing import Any

ONE_LINE = 60
"""Up to how many characters a value stands on one line."""


def json_text(value: Any) -> str:
    """The value on one line where it is short, laid out over several where it is not."""
    short = json.dumps(value, ensure_ascii=False, default=str)
    return short if len(short) <= ONE_LINE else json.dumps(value, indent=2, ensure_ascii=False, default=str)
