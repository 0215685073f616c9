"""The version that each kept form of a recording carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bedrock_nb.core.errors import UnreadableRecording


def checked_version(data: Any, newest: int) -> int:
    """The version of this data.

    Raises:
        UnreadableRecording: It carries none, or a newer one than `newest`.
    """
    version = data.get("version") if isinstance(data, Mapping) else None
    if not isinstance(version, int) or version < 1:
        raise UnreadableRecording("This is not a recording: it has no version.")
    if version > newest:
        raise UnreadableRecording(
            f"This recording is of version {version}; this bedrock_nb reads up to version {newest}.",
            advice="Upgrade bedrock-nb to read it.",
        )
    return version
