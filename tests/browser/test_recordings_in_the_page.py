"""The page reads recordings and plays them again as Python would: the two are compared in a real browser."""

import json
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bedrock_nb.core.recording import Recording
from bedrock_nb.views.bundle import mime_bundle
from browser.notebooks import write_outputs
from views import samples
from wires import timed_lists

MODULES = "/lab/extensions/bedrock-nb/static/panel"
READ = f"""async (recordings) => {{
    const {{ eventsOf, jsonLines, textOf }} = await import("{MODULES}/recordings.js");
    return Promise.all(recordings.map(async (recording) => {{
        const events = await eventsOf(recording);
        return {{ events, lines: jsonLines(recording, events), text: textOf(events) }};
    }}));
}}"""
PLAY = f"""async () => {{
    const {{ Reveal }} = await import("{MODULES}/reveal.js");
    const prose = document.querySelector(".bnb-finished .bnb-text > .bnb-prose");
    for (const button of prose.querySelectorAll("button")) button.remove();
    const source = SOURCE;
    const seen = () => (prose.checkVisibility() ? prose.innerText.replace(/\\s+/g, "") : "");
    const whole = prose.outerHTML;
    const reveal = new Reveal([prose], source);
    const shown = [];
    for (let length = 0; length <= source.length; length += 1) {{
        reveal.show(length);
        shown.push(seen());
    }}
    const order = [...shown.keys()].reverse();
    const back = order.map((length) => {{ reveal.show(length); return seen(); }});
    reveal.show(Infinity);
    return {{ shown, back: back.reverse(), isWhole: prose.outerHTML === whole }};
}}"""

NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # each example is a trip to the browser and back


def as_numbers(text: str):
    """JSON with every number as a float: JavaScript has no others."""
    return json.loads(text, parse_int=float)


@pytest.fixture
def page(standing_lab):
    """A page of a running JupyterLab, which serves the extension's modules."""
    return standing_lab.page


def test_any_events_are_read_as_python_reads_them(page):
    @settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], phases=NO_SHRINKING)
    @given(timed_lists)
    def check(events):
        once, often = Recording.from_events(events), Recording.from_events(events * 40)
        forms = [once.to_compact(), once.to_dict(), often.to_compact()]
        read = page.evaluate(READ, json.loads(json.dumps(forms)))
        for recording, one in zip((once, once, often), read, strict=True):
            assert as_numbers(json.dumps(one["events"])) == as_numbers(json.dumps(recording.to_dict()["events"]))
            lines = [as_numbers(line) for line in one["lines"].split("\n")[:-1]]
            assert lines == [as_numbers(line) for line in recording.to_lines()]

    check()


@pytest.mark.parametrize("sample", [samples.prose, samples.cited, samples.server_tools])
def test_the_answer_is_the_same_text(page, sample):
    recording = sample()
    [read] = page.evaluate(READ, [json.loads(json.dumps(recording.to_compact()))])
    assert read["text"] == recording.text


def test_an_answer_is_revealed_in_its_order_and_whole_in_the_end(standing_lab):
    recording = samples.prose()
    standing_lab.open(write_outputs(standing_lab.server, [mime_bundle(recording)]), kernel=False)
    standing_lab.output(0).locator(".bnb-finished > .bnb-panel").wait_for()
    played = standing_lab.page.evaluate(PLAY.replace("SOURCE", json.dumps(recording.text)))
    shown = played["shown"]
    assert shown[0] == ""
    assert all(len(earlier) <= len(later) for earlier, later in pairwise(shown))
    assert all(len(text) <= length for length, text in enumerate(shown) if length < 400)
    assert played["back"] == shown
    assert played["isWhole"]


def test_at_every_moment_of_a_replay_the_words_are_those_that_had_come(standing_lab):
    """The word at the end of what is shown is at most a line away from the end of what had come."""
    recording = samples.prose()
    standing_lab.open(write_outputs(standing_lab.server, [mime_bundle(recording)]), kernel=False)
    panel = standing_lab.output(0).locator(".bnb-finished > .bnb-panel")
    panel.wait_for()
    shown = standing_lab.page.evaluate(PLAY.replace("SOURCE", json.dumps(recording.text)))["shown"]
    for mark in ("append-heavy", "pyarrow", "Parquet", "JSON Lines", "write_events", "partitioned"):
        comes = recording.text.index(mark)
        squeezed = mark.replace(" ", "")
        appears = next(length for length, text in enumerate(shown) if squeezed in text)
        assert 0 <= appears - comes <= len(mark) + 4, mark


def test_a_call_of_which_nothing_came_has_no_replay(page):
    score = f"""async (events) => {{
        const {{ scoreOf }} = await import("{MODULES}/score.js");
        return scoreOf(["0.banners"], [{{ duration: 0.5, events }}])?.seconds ?? null;
    }}"""
    assert page.evaluate(score, []) is None
    assert page.evaluate(score, [[0.2, {"messageStart": {"role": "assistant"}}]]) == 0.5
