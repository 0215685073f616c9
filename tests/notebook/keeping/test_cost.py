import sys
from datetime import UTC, datetime

import pytest

import bedrock_nb as bnb
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.summary import summary_of
from bedrock_nb.notebook.keeping.cost import bill, cost_of, dollars
from bedrock_nb.notebook.keeping.ledger import LEDGER, charge_of
from bedrock_nb.notebook.keeping.tabular import cost_of_run

NOVA = "us.amazon.nova-lite-v1:0"
CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
MILLION = 1_000_000
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def recording(model=NOVA, *, request=None, **metadata):
    usage = {"inputTokens": MILLION, "outputTokens": 0, "totalTokens": MILLION} | metadata.pop("usage", {})
    wires = [
        {"messageStart": {"role": "assistant"}},
        {"messageStop": {"stopReason": "end_turn"}},
        {"metadata": {"usage": usage, "metrics": {"latencyMs": 1}, **metadata}},
    ]
    return Recording.from_events(wires, request={"modelId": model, **(request or {})})


def test_tokens_are_charged_by_the_models_price():
    assert cost_of(recording()) == pytest.approx(0.06)
    assert cost_of(recording(usage={"inputTokens": 0, "outputTokens": MILLION})) == pytest.approx(0.24)


def test_cached_tokens_are_charged_besides_the_others():
    read = cost_of(recording(CLAUDE, usage={"inputTokens": 0, "cacheReadInputTokens": MILLION}))
    written = cost_of(recording(CLAUDE, usage={"inputTokens": 0, "cacheWriteInputTokens": MILLION}))
    plain = cost_of(recording(CLAUDE))
    assert (read, written, plain) == pytest.approx((0.33, 4.125, 3.3))
    all_of_them = {"cacheReadInputTokens": MILLION, "cacheWriteInputTokens": MILLION}
    assert cost_of(recording(CLAUDE, usage=all_of_them)) == pytest.approx(read + written + plain)


def test_what_is_cached_for_an_hour_costs_more():
    hour = {"cacheWriteInputTokens": MILLION, "cacheDetails": [{"ttl": "1h", "inputTokens": MILLION}], "inputTokens": 0}
    assert cost_of(recording(CLAUDE, usage=hour)) == pytest.approx(6.6)


def test_an_exchange_costs_what_its_calls_cost():
    assert cost_of([recording(), recording(CLAUDE)]) == pytest.approx(0.06 + 3.3)
    assert cost_of([recording(), recording("local.unknown")]) is None


@pytest.mark.parametrize(
    "unknown",
    [
        recording("local.scripted-echo-v1:0"),
        recording("arn:aws:bedrock:us-east-1:000000000000:application-inference-profile/abc"),
        recording(request={"serviceTier": {"type": "flex"}}),
        recording(serviceTier={"type": "priority"}),
        recording(performanceConfig={"latency": "optimized"}),
        recording(usage={"serverToolUsage": {"webSearchRequests": 1}}),
        recording(usage={"outputTokens": None}),
        Recording.from_events([{"messageStart": {"role": "assistant"}}], request={"modelId": NOVA}),
    ],
)
def test_what_is_not_known_is_none_and_never_nothing(unknown):
    assert cost_of(unknown) is None


def test_the_default_tier_and_the_standard_latency_are_known():
    assert cost_of(recording(serviceTier={"type": "default"}, performanceConfig={"latency": "standard"})) is not None


def test_a_prompt_router_is_charged_as_the_model_that_answered():
    routed = recording(
        "arn:aws:bedrock:us-east-1:000000000000:prompt-router/x", trace={"promptRouter": {"invokedModelId": NOVA}}
    )
    assert cost_of(routed) == pytest.approx(0.06)


def test_a_bill_says_what_it_does_not_know():
    charges = [charge_of(each) for each in (recording(), recording(), recording("local.unknown"))]
    found = bill(charges)
    assert (found.dollars, found.known, found.unknown) == (pytest.approx(0.12), 2, 1)
    assert str(found) == "$0.12, and 1 of unknown cost"
    assert str(bill(charges[2:])) == "unknown"
    assert str(bill([])) == "nothing yet"


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(None, "unknown"), (12.345, "$12.35"), (0.0123, "$0.012"), (0.0000123, "$0.000012"), (0.0, "$0.000000")],
)
def test_amounts_show_what_tells_something(amount, shown):
    assert dollars(amount) == shown


def test_without_the_extra_nothing_is_known(monkeypatch):
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    assert cost_of(recording()) is None
    with pytest.raises(bnb.BedrockError, match="genai_prices"):
        bill([charge_of(recording())])


def test_prices_that_cannot_be_loaded_are_not_known_either_and_told_where_they_are_asked_for(broken):
    broken("genai_prices")
    assert cost_of(recording()) is None
    assert cost_of_run(summary_of(recording())) is None
    with pytest.raises(bnb.BedrockError, match=r"prices, which is installed and cannot be loaded .*what_it_needs"):
        bill([charge_of(recording())])


def test_every_call_of_the_process_is_in_the_ledger(endpoint):
    charges, _ = LEDGER.charges()
    for _ in range(2):
        bnb.stream("Hello", model="local.scripted-echo-v1:0").result()
    more, _ = LEDGER.charges()
    assert len(more) == len(charges) + 2
    assert more[-1].usage.input_tokens > 0
    table = bnb.cost()
    assert f"Cost of {len(more)} calls" in repr(table)
    assert next(row for row in table if row["model"] == "local.scripted-echo-v1:0")["cost"] == "unknown"
