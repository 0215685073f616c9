"""The calls of this process, as far as they cost something."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bedrock_nb.core.recording import Recording as CoreRecording
from bedrock_nb.core.usage import Usage
from bedrock_nb.wire.stream import Stream


@dataclass(frozen=True, slots=True)
class Charge:
    """What a call is charged for, as far as the service told."""

    model: str
    """The one that answered: the one asked for, or the one that a prompt router chose."""
    started_at: datetime | None
    usage: Usage | None
    is_ordinary: bool
    """Whether list prices hold: the default service tier, and the standard latency."""


def charge_of(recording: CoreRecording) -> Charge:
    """What this call is charged for."""
    request, turn = recording.request, recording.turn
    tier = turn.service_tier or _tier(request.get("serviceTier"))
    performance = (turn.metadata or {}).get("performanceConfig") or request.get("performanceConfig")
    latency = performance.get("latency") if isinstance(performance, dict) else None
    return Charge(
        model=turn.invoked_model or recording.model,
        started_at=recording.started_at,
        usage=recording.usage,
        is_ordinary=tier in {"", "default"} and latency in {None, "standard"},
    )


def _tier(service_tier: Any) -> str:
    return str(service_tier.get("type", "")) if isinstance(service_tier, dict) else ""


class Ledger:
    """The calls in the order of their beginnings. A call that is over is kept as its charge, without its events."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[Stream[Any] | Charge] = []

    def entered(self, stream: Stream[Any]) -> Stream[Any]:
        """The stream, which is in the ledger now."""
        with self._lock:
            self._entries = [self._closed(entry) for entry in self._entries]
            self._entries.append(stream)
        return stream

    def charges(self) -> tuple[tuple[Charge, ...], int]:
        """The charges of the calls that are over, and how many are not."""
        with self._lock:
            self._entries = [self._closed(entry) for entry in self._entries]
            charges = tuple(entry for entry in self._entries if isinstance(entry, Charge))
            return charges, len(self._entries) - len(charges)

    @staticmethod
    def _closed(entry: Stream[Any] | Charge) -> Stream[Any] | Charge:
        return charge_of(entry.recording) if isinstance(entry, Stream) and entry.done else entry


LEDGER = Ledger()
"""The ledger of this process."""
