"""What calls cost, by the list prices of genai-prices (the `[cost]` extra). What is not known is None, never 0.

Not known is: a model without a listed price, a call whose tokens the service did not tell, a service tier or latency
that is charged otherwise, and calls of the service's own tools. Prices are in US dollars; a region's own may differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bedrock_nb.core.errors import MissingExtra
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.usage import Usage
from bedrock_nb.extras import load_extra
from bedrock_nb.notebook.keeping.ledger import Charge, charge_of


@dataclass(frozen=True, slots=True)
class Bill:
    """The cost of several calls, as far as it is known."""

    dollars: float
    """Of the calls whose cost is known."""
    known: int
    unknown: int
    """How many calls have a cost that is known, and how many have not."""

    def __str__(self) -> str:
        if not self.known:
            return "unknown" if self.unknown else "nothing yet"
        return dollars(self.dollars) + (f", and {self.unknown} of unknown cost" if self.unknown else "")


def dollars(amount: float | None) -> str:
    """The amount with as many digits as tell something."""
    if amount is None:
        return "unknown"
    return f"${amount:.2f}" if amount >= 1 else f"${amount:.2g}" if amount >= _SMALL else f"${amount:.6f}"


_SMALL = 0.001


def cost_of(recordings: Recording | Sequence[Recording]) -> float | None:
    """The cost of a call, or of all calls of one exchange, in US dollars; None where any of it is not known.

    Without the `[cost]` extra, or where that cannot be loaded, it is never known.
    """
    several = [recordings] if isinstance(recordings, Recording) else recordings
    try:
        costs = [cost_of_charge(charge_of(each)) for each in several]
    except MissingExtra:
        return None
    known = [cost for cost in costs if cost is not None]
    return sum(known) if costs and len(known) == len(costs) else None


def bill(charges: Iterable[Charge]) -> Bill:
    """The cost of several calls.

    Raises:
        MissingExtra: The `[cost]` extra is not installed, or cannot be loaded.
    """
    costs = [cost_of_charge(charge) for charge in charges]
    known = [cost for cost in costs if cost is not None]
    return Bill(sum(known), len(known), len(costs) - len(known))


def cost_of_charge(charge: Charge) -> float | None:
    """The cost of a call in US dollars; None where it is not known.

    Raises:
        MissingExtra: The `[cost]` extra is not installed, or cannot be loaded.
    """
    prices = load_extra("genai_prices", extra="cost", purpose="Costs")
    counts = _counts(charge.usage)
    if not charge.is_ordinary or counts is None:
        return None
    try:
        found = prices.calc_price(
            prices.Usage(**counts), charge.model, provider_id="aws", genai_request_timestamp=charge.started_at
        )
    except LookupError:  # there is no price for this model
        return None
    return float(found.total_price)


def _counts(usage: Usage | None) -> dict[str, Any] | None:
    """The token counts as genai-prices has them: its `input_tokens` has cached tokens in it, Bedrock's has not."""
    if usage is None or usage.input_tokens is None or usage.output_tokens is None or usage.server_tool_usage:
        return None
    read, written = usage.cache_read_tokens or 0, usage.cache_write_tokens or 0
    counts = {"input_tokens": usage.input_tokens + read + written, "output_tokens": usage.output_tokens}
    counts |= {"cache_read_tokens": read, "cache_write_tokens": written}
    for_an_hour = sum(part.get("inputTokens", 0) for part in usage.cache_details if part.get("ttl") == "1h")
    return counts | ({"cache_write_1h_tokens": for_an_hour} if for_an_hour else {})
