"""The figures of an exchange, between whose calls tools ran."""

import pytest

from bedrock_nb.views.panel.calls import Moment, moment_of
from bedrock_nb.views.panel.strip import strip_of
from views.samples import REQUEST, Script


def answered(**ending):
    return moment_of(Script().text("Let me see.").end(**ending).recording())


@pytest.mark.parametrize("tiers", [("flex", None), ("default", "flex")])
def test_the_service_tier_is_that_of_the_last_call_that_was_told_one(tiers):
    calls = [answered(service_tier=tier) for tier in tiers]
    assert strip_of(calls).service_tier == "flex"


def test_the_tier_stays_while_a_further_call_waits_for_its_answer():
    assert strip_of([answered(service_tier="flex"), Moment(request=REQUEST)]).service_tier == "flex"


def test_the_rate_is_that_of_the_calls_whose_tokens_are_known():
    first = answered()
    going_on = moment_of(Script().text("A long answer, and th").recording())
    assert strip_of([first, going_on]).tokens_per_second == strip_of([first]).tokens_per_second
