from dataclasses import replace

import pytest

from bedrock_nb.views.panel.figures import figures, money
from bedrock_nb.views.panel.panel import State, Strip

NOTHING_KNOWN = Strip(State.DONE)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, ()),
        ({"input_tokens": 1812, "output_tokens": 0}, ("1,812 tokens in, 0 out",)),
        ({"output_tokens": 7}, ("7 tokens out",)),
        ({"input_tokens": 1, "output_tokens": 2}, ("1 token in, 2 out",)),
        ({"cache_read_tokens": 5, "cache_write_tokens": 6}, ("5 from cache", "6 to cache")),
        ({"first_text": 0.4, "tokens_per_second": 1200.4}, ("first token 0.40 s", "1,200 tokens/s")),
        ({"cost": 0.0}, ("$0.0000",)),
    ],
)
def test_a_figure_is_said_where_it_is_known(known, words):
    assert figures(replace(NOTHING_KNOWN, **known)) == words


@pytest.mark.parametrize(("dollars", "words"), [(0.00001, "< $0.0001"), (0.0342, "$0.0342"), (12.5, "$12.50")])
def test_money_has_as_many_digits_as_it_takes(dollars, words):
    assert money(dollars) == words
