"""Figures in words: durations, counts, rates, amounts of money."""

from __future__ import annotations

from bedrock_nb.views.panel.panel import Strip

MINUTE = 60
SMALLEST_AMOUNT = 0.0001


def duration(seconds: float) -> str:
    """Seconds in words that fit their size: "0.42 s", "7.3 s", "48 s", "2 min 05 s"."""
    if seconds < 1:
        return f"{seconds:.2f} s"
    if round(seconds, 1) < MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), MINUTE)
    return f"{minutes} min {rest:02d} s"


def money(dollars: float) -> str:
    """US dollars with as many digits as it takes to tell small amounts apart."""
    if 0 < dollars < SMALLEST_AMOUNT:
        return f"< ${SMALLEST_AMOUNT}"
    return f"${dollars:.{2 if dollars >= 1 else 4}f}"


def short_model(model: str) -> str:
    """A model id as it is; of an ARN the part that names the model."""
    return model.rsplit("/", 1)[-1] if model.startswith("arn:") else model


def figures(strip: Strip) -> tuple[str, ...]:
    """The figures of a strip in words, in the order in which they come: all that the end of a call brings is last."""
    known = (
        strip.first_text is not None and f"first token {duration(strip.first_text)}",
        strip.service_tier,
        strip.tokens_per_second is not None and f"{strip.tokens_per_second:,.0f} tokens/s",
        _tokens(strip.input_tokens, strip.output_tokens),
        strip.cache_read_tokens and f"{strip.cache_read_tokens:,} from cache",
        strip.cache_write_tokens and f"{strip.cache_write_tokens:,} to cache",
        strip.cost is not None and money(strip.cost),
    )
    return tuple(figure for figure in known if figure)


def _tokens(came_in: int | None, went_out: int | None) -> str:
    known = [(count, way) for count, way in ((came_in, "in"), (went_out, "out")) if count is not None]
    units = (" token" if known and known[0][0] == 1 else " tokens", "")
    return ", ".join(f"{count:,}{unit} {way}" for (count, way), unit in zip(known, units, strict=False))


def strip_line(strip: Strip) -> str:
    """The whole strip in one line of words."""
    elapsed = () if strip.elapsed is None else (duration(strip.elapsed),)
    named = (strip.stop_reason, short_model(strip.model), strip.region)
    return " · ".join(filter(None, (strip.state.capitalize(), *named, *elapsed, *figures(strip))))
