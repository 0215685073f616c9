"""What is left of an answer once its kernel is gone: in each JupyterLab that we are for, trusted or not."""

import json

import pytest

from bedrock_nb.core.recording import Recording
from bedrock_nb.views.bundle import RECORDING_TYPE, mime_bundle
from bedrock_nb.views.slender import packed
from browser.lab import Lab
from browser.notebooks import write_outputs
from views import samples

CELL = """%%bedrock answer << --temperature 0
How does a response reach a notebook?"""

READ_CLIPBOARD = "() => navigator.clipboard.readText()"
SEEK = "(slider, seconds) => { slider.value = seconds; slider.dispatchEvent(new Event('input')); }"
DRAWN = "panel => panel.querySelector('.bnb-blocks').innerHTML"


@pytest.fixture(params=["newest JupyterLab", "newest Notebook", "oldest JupyterLab", "oldest Notebook"])
def each_app(request, tab_on) -> Lab:
    """A tab in each application, of the newest and of the oldest version."""
    server = request.getfixturevalue("jupyter" if "newest" in request.param else "oldest_jupyter")
    return tab_on(server, "lab" if "JupyterLab" in request.param else "notebook")


def panel_of(lab: Lab, index: int = 0):
    """The panel that the extension draws in a cell's output."""
    panel = lab.output(index).locator(".bnb-finished > .bnb-panel")
    panel.first.wait_for()
    return panel


def press(panel, name: str) -> None:
    panel.get_by_role("button", name=name, exact=True).click()


def allow_clipboard(lab: Lab) -> None:
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=lab.server.url.rstrip("/"))


def test_an_answer_stays_alive_when_its_kernel_is_gone(each_app, tmp_path):
    each_app.open(["%load_ext bedrock_nb\n%bedrock local", CELL, "answer.save('answer.jsonl'); print(answer.text)"])
    for index in range(3):
        each_app.run_cell(index)
    text = each_app.output(2).inner_text().strip()
    each_app.save()
    each_app.shutdown_kernel()
    each_app.reload()
    each_app.page.bring_to_front()
    panel = panel_of(each_app, 1)

    allow_clipboard(each_app)
    press(panel, "Copy as Markdown")
    panel.get_by_role("button", name="Copied").wait_for()
    assert each_app.page.evaluate(READ_CLIPBOARD).strip() == text

    whole = panel.evaluate(DRAWN)
    press(panel, "Replay")
    slider = panel.get_by_role("slider")
    slider.wait_for()
    assert panel.evaluate(DRAWN) != whole
    panel.get_by_role("button", name="Play", exact=True).wait_for()  # it has come to its end by itself
    assert float(slider.input_value()) == pytest.approx(float(slider.get_attribute("max")))
    press(panel, "End replay")
    assert panel.evaluate(DRAWN) == whole

    with each_app.page.expect_download() as download:
        press(panel, "Download JSONL")
    download.value.save_as(tmp_path / "answer.jsonl")
    saved = Recording.from_lines((each_app.server.notebooks / "answer.jsonl").read_text().splitlines())
    assert Recording.from_lines((tmp_path / "answer.jsonl").read_text().splitlines()) == saved
    assert each_app.console_errors == []


def test_a_notebook_with_no_kernel_at_all_has_the_whole_panel(standing_lab):
    standing_lab.open(write_outputs(standing_lab.server, [mime_bundle(samples.tools())]), kernel=False)
    panel = panel_of(standing_lab)
    panel.locator(".bnb-timeline > summary").click()
    panel.get_by_text("Raw events").click()
    events = [wire for recording in samples.tools() for _, wire in recording.wire_events]
    rows = panel.locator(".bnb-raw-list > li > code")
    rows.first.wait_for()
    assert [json.loads(row) for row in rows.all_inner_texts()] == json.loads(json.dumps(events))
    assert panel.locator(".bnb-bar").first.bounding_box()["width"] > 1


def test_each_panel_says_what_its_html_says(standing_lab):
    bundles = [mime_bundle(sample()) for sample in samples.ALL]
    cells = [[bundle, {"text/html": bundle["text/html"]}] for bundle in bundles]
    standing_lab.open(write_outputs(standing_lab.server, *cells), kernel=False)
    for index in range(len(cells)):
        standing_lab.scroll_to(index)
        panel_of(standing_lab, index)
        drawn, html = (standing_lab.output(index).locator(".bnb-panel").nth(number) for number in (0, 1))
        for part in (".bnb-top", ".bnb-blocks", ".bnb-bottom"):
            without = "(part, names) => [...part.querySelectorAll(names)].forEach(node => node.remove())"
            drawn.locator(part).evaluate(without, ".bnb-mathml, .bnb-copy, .bnb-raw")
            html.locator(part).evaluate(without, ".bnb-mathml, .bnb-copy, .bnb-raw")
            assert drawn.locator(part).text_content() == html.locator(part).text_content()


def test_a_replay_is_led_by_the_keyboard_and_copies_nothing_half(standing_lab):
    standing_lab.open(write_outputs(standing_lab.server, [mime_bundle(samples.prose())], []), kernel=False)
    panel = panel_of(standing_lab)
    press(panel, "Replay")
    slider = panel.get_by_role("slider")
    for key in ("End", "ArrowUp", "ArrowDown", "ArrowDown"):
        slider.press(key)
    assert slider.evaluate("slider => slider === document.activeElement")
    assert float(slider.input_value()) < float(slider.get_attribute("max"))
    assert panel.get_by_role("button", name="Copy answer").count() == 0
    press(panel, "End replay")
    replay = panel.get_by_role("button", name="Replay")
    assert replay.evaluate("button => button === document.activeElement")
    assert panel.get_by_role("button", name="Copy answer").is_visible()


def test_a_replay_keeps_the_place_of_a_result_that_is_yet_to_come(standing_lab):
    standing_lab.open(write_outputs(standing_lab.server, [mime_bundle(samples.server_tools())]), kernel=False)
    panel = panel_of(standing_lab)
    press(panel, "Replay")
    press(panel, "Pause")
    card, preview = panel.locator(".bnb-tool"), panel.locator(".bnb-preview")
    heights = []
    for seconds, is_there in ((0.645, False), (0.8, True)):  # between the end of the call and its result, and after it
        panel.get_by_role("slider").evaluate(SEEK, seconds)
        assert preview.is_visible() is is_there
        heights.append(card.bounding_box()["height"])
    assert heights[0] == heights[1]


def test_a_replay_hides_no_more_than_the_result_of_a_call(standing_lab):
    """What stands below a text or an input belongs to its end."""
    source = {"title": "Annual report", "location": {}, "sourceContent": [{"text": "Revenue grew."}]}
    script = samples.Script().text("Revenue grew.", [source]).tool("look_up", "", "s-1", "server_tool_use")
    between = script.seconds + 0.01  # what follows: the beginning of the result
    recording = script.result([{"text": "nothing"}], "s-1").text("So be it.").end().recording()
    standing_lab.open(write_outputs(standing_lab.server, [mime_bundle(recording)]), kernel=False)
    panel = panel_of(standing_lab)
    press(panel, "Replay")
    press(panel, "Pause")
    panel.get_by_role("slider").evaluate(SEEK, between)
    assert panel.get_by_text("1 source").is_visible()
    assert panel.get_by_text("No input.").is_visible()
    assert not panel.locator(".bnb-preview").is_visible()


@pytest.mark.parametrize("drawn_by", ["jupyter", "plain_jupyter"])
def test_a_panel_in_few_bytes_is_drawn_as_the_same_panel(standing_lab_on, request, drawn_by):
    """Through JupyterLab's sanitizer, which has to see the end tags that go without saying."""
    lists = samples.Script().text("- a\n- b\n  - c\n\n1. one\n\n   two\n2. three\n\n|a|b|\n|-|-|\n|1|2|\n|3|4|\n").end()
    bundles = [mime_bundle(samples.prose()), mime_bundle(lists.recording())]
    small = [bundle | {"text/html": packed(bundle["text/html"])} for bundle in bundles]
    lab = standing_lab_on(request.getfixturevalue(drawn_by))
    lab.open(write_outputs(lab.server, bundles, small), kernel=False)
    looks = []
    for index in (0, 1):
        lab.scroll_to(index)
        panels = lab.output(index).locator(".bnb-panel")
        panels.nth(1).wait_for()
        looks.append(panels.evaluate_all("panels => panels.map(panel => panel.innerHTML)"))
    assert looks[0] == looks[1]


def test_an_untrusted_notebook_has_formulas_pictures_and_scrolling_code_too(standing_lab):
    cells = [[mime_bundle(sample())] for sample in (samples.prose, samples.oddities)]
    standing_lab.open(write_outputs(standing_lab.server, *cells), kernel=False)
    panel = panel_of(standing_lab)
    trusted = "() => window.jupyterapp.shell.currentWidget.content.widgets[0].model.trusted"
    assert standing_lab.page.evaluate(trusted) is False
    assert panel.locator("math").first.bounding_box()["width"] > 5
    assert not panel.locator(".bnb-math .bnb-tex").first.is_visible()
    assert panel.locator("pre").first.get_attribute("tabindex") == "0"
    assert panel.get_by_role("group", name="formula", exact=True).count() == 1
    assert panel.locator("td[style*=center]").count() > 0
    standing_lab.scroll_to(1)
    assert panel_of(standing_lab, 1).locator("img").first.evaluate("image => image.naturalWidth") == 1


def test_code_is_copied_as_it_was_written(standing_lab):
    code = 'for word in ["a", "b"]:\n\tprint(f"{word}")  # <tab>'
    recording = samples.Script().text(f"Say:\n\n```python\n{code}\n```\n").end().recording()
    standing_lab.open(write_outputs(standing_lab.server, [mime_bundle(recording)]), kernel=False)
    standing_lab.page.bring_to_front()
    allow_clipboard(standing_lab)
    panel = panel_of(standing_lab)
    panel.locator(".bnb-code").hover()
    panel.get_by_role("button", name="Copy this code").click()
    panel.get_by_text("Copied").wait_for()
    assert standing_lab.page.evaluate(READ_CLIPBOARD).rstrip("\n") == code
    press(panel, "Copy answer")
    panel.locator(".bnb-controls").get_by_text("Copied").wait_for()
    assert standing_lab.page.evaluate(READ_CLIPBOARD).split() == ["Say:", "python", *code.split()]


def test_without_the_extension_the_html_is_there(standing_lab_on, plain_jupyter):
    lab = standing_lab_on(plain_jupyter)
    lab.open(write_outputs(plain_jupyter, [mime_bundle(samples.prose())]), kernel=False)
    lab.output(0).locator(".bnb-panel table").first.wait_for()
    assert "Choosing a format" in lab.output(0).inner_text()
    assert "With $n$ events of mean size $s$" in lab.output(0).inner_text()
    assert lab.output(0).locator(".bnb-finished, button").count() == 0


DRAW_AT_ONCE = """async (outputs) => {
    const { default: renderer } = await import("/lab/extensions/bedrock-nb/static/renderer.js");
    const Widget = class { node = document.createElement("div"); addClass() {} };
    const { rendererFactory } = await renderer(async () => ({ Widget }));
    const widget = rendererFactory.createRenderer({ sanitizer: { sanitize: (html) => html } });
    await Promise.all(outputs.map((data) => widget.renderModel({ data })));
    return widget.node.textContent;
}"""


def test_of_two_answers_drawn_at_once_the_newer_is_shown(standing_lab):
    long, short = (samples.Script().text(text).end().recording() for text in ("long " * 20_000, "short"))
    outputs = [mime_bundle(long), mime_bundle(short)]
    assert [bundle[RECORDING_TYPE]["recordings"][0]["form"] for bundle in outputs] == ["deflated", "compact"]
    for order in (outputs, outputs[::-1]):
        said = standing_lab.page.evaluate(DRAW_AT_ONCE, json.loads(json.dumps(order)))
        assert ("short" in said) is (order[-1] is outputs[1])
        assert ("long long" in said) is (order[-1] is outputs[0])


MILLIONS = {"run": "text", "text": "", "index": 0, "start": None, "lengths": "A" * 600_000, "gaps": ""}
DAMAGED = [
    ({"recordings": [{"version": 99, "events": []}], "blocks": []}, "version 99, newer than this extension"),
    ({"recordings": "<b>none</b>", "blocks": []}, "damaged"),
    ({"recordings": [{"version": 1, "form": "sideways", "events": []}], "blocks": []}, "a form that"),
    ({"recordings": [{"version": 1, "form": "deflated", "events": "AAAA"}], "blocks": []}, "damaged"),
    ({"recordings": [{"version": 1, "events": [{"run": "text"}]}], "blocks": []}, "damaged"),
    ({"recordings": [None], "blocks": []}, "not a recording"),
    ({"recordings": [{"version": 0, "events": []}], "blocks": []}, "not a recording"),
    ({"recordings": [{"version": 1, "events": [MILLIONS]}], "blocks": []}, "too many"),
    (["nothing of the kind"], "damaged"),
    ("nothing of the kind", "not a recording"),
    (None, "missing"),
]


def test_what_cannot_be_read_gives_way_to_the_html_and_says_why(standing_lab):
    bundle = mime_bundle(samples.prose())
    outputs = [bundle | {RECORDING_TYPE: damage} for damage, _ in DAMAGED]
    standing_lab.open(write_outputs(standing_lab.server, outputs), kernel=False)
    standing_lab.output(0).locator(".bnb-why-static").nth(len(DAMAGED) - 1).wait_for()
    said = standing_lab.output(0).locator(".bnb-why-static").all_inner_texts()
    for (_, reason), line in zip(DAMAGED, said, strict=True):
        assert reason in line
    assert standing_lab.output(0).locator(".bnb-panel .bnb-text").count() == len(DAMAGED)
    buttons = standing_lab.output(0).locator(".bnb-panel").last.locator(".bnb-controls button")
    assert buttons.all_inner_texts() == ["Copy answer"]
    assert standing_lab.output(0).get_by_role("button", name="Copy this code").count() == len(DAMAGED)


def test_without_its_events_the_panel_can_still_be_copied(standing_lab):
    standing_lab.open(write_outputs(standing_lab.server, [mime_bundle(samples.prose(), events=False)]), kernel=False)
    panel = panel_of(standing_lab)
    names = panel.locator(".bnb-controls button").all_inner_texts()
    assert names == ["Copy answer", "Copy as Markdown"]
