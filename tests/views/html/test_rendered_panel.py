"""The strip: each of its figures has its place before what comes later."""

import re
from dataclasses import replace

from bedrock_nb.views.html.rendered_panel import strip_html
from bedrock_nb.views.panel.panel import State, Strip

TAG = re.compile("<[^>]*>")
AS_THEY_COME = (
    {"elapsed": 0.3},
    {"region": "us-east-1"},
    {"first_text": 0.4},
    {"service_tier": "flex", "tokens_per_second": 98.0, "input_tokens": 7, "output_tokens": 42},
    {"cache_read_tokens": 5},
    {"cost": 0.01},
)


def figures_in(strip):
    """The second line, each figure by itself."""
    return TAG.sub("", strip_html(strip).partition('<span class="bnb-figures"')[2].partition(">")[2]).split(" · ")


def test_what_comes_later_stands_behind_what_is_there():
    strip, before = Strip(State.STOPPED, model="m"), []
    for more in AS_THEY_COME:
        strip = replace(strip, **more)
        now = figures_in(strip)
        assert now[: len(before)] == before
        assert len(now) > len(before)
        before = now
    assert before[:4] == ["0.30 s", "us-east-1", "first token 0.40 s", "flex"]


def test_a_live_strip_leaves_the_time_to_the_clock_of_the_page():
    html = strip_html(Strip(State.ANSWERING, elapsed=0.3, region="us-east-1"))
    assert html.partition('<span class="bnb-clock">')[2].startswith("</span>")


def test_figures_that_scroll_in_a_narrow_panel_have_a_name():
    assert '<span class="bnb-figures" role="group" aria-label="figures" tabindex="0">' in strip_html(
        Strip(State.DONE, elapsed=0.3)
    )
