"""What a reader looks at stays where it is while an answer comes: in a real browser, without Jupyter."""

import pytest

from bedrock_nb.core.errors import Throttled
from bedrock_nb.core.recording import Recording
from bedrock_nb.views.html.finished import html_of
from bedrock_nb.views.html.stylesheet import panel_css
from bedrock_nb.views.live.portrait import Portrait
from bedrock_nb.views.live.replay import Replay
from bedrock_nb.views.panel.present import panel_of
from browser.panel_page import messages_of, open_page
from views import samples

WIDTHS = (360, 900, 1600)


def many_tools():
    """Twenty calls at once, with results of every length, some of them errors."""
    script = samples.Script().text("Let me look all of them up.")
    for number in range(20):
        script.tool("look_up", f'{{"number": {number}}}', f"t-{number}", size=40)
    contents = ([{"text": "x " * 40 * number}, {"json": {"number": number}}] for number in range(20))
    results = [
        {"toolResult": {"toolUseId": f"t-{number}", "content": content, "status": ("success", "error")[number % 2]}}
        for number, content in enumerate(contents)
    ]
    request = samples.REQUEST | {"messages": [{"role": "user", "content": results}]}
    first = script.end("tool_use", service_tier="flex").recording()
    return [first, samples.Script().text("So be it.").end(service_tier="flex").recording(request)]


def server_tools_at_once():
    """Two calls of the service's tools, whose results come in the other order, in two pieces each."""
    script = samples.Script()
    for use in ("s-1", "s-2"):
        script.tool("web_search", f'{{"query": "{use}"}}', use, "server_tool_use")
    for use in ("s-2", "s-1"):
        script.start_block({"toolResult": {"toolUseId": use, "status": "success"}})
        for part in ([{"text": "words " * 60}], [{"json": {"rank": list(range(40))}}]):
            script.delta({"toolResult": part})
        script.stop_block()
    return script.text("Two answers.").end().recording()


def list_that_gets_loose():
    """A list whose items are found to be paragraphs only when an empty line comes among them."""
    return samples.Script().text("- one\n- two\n- three\n\n- four\n\nAnd so on.", size=3).end().recording()


def over_a_minute():
    """An answer that takes so long that its time is told in more words."""
    return samples.Script(start=58.8, step=0.3).text("Slow, and in few words.").end().recording()


SAMPLES = (*samples.ALL, many_tools, server_tools_at_once, list_that_gets_loose, over_a_minute)


@pytest.fixture(scope="module")
def page(chromium):
    context = chromium.new_context()
    opened = open_page(context)
    opened.add_style_tag(content=panel_css())
    opened.evaluate(WATCH)
    yield opened
    context.close()


# What moved against the top left corner of the panel, and at which paint. In the strip it is known by what it
# says, whichever element says it. Thoughts scroll in their own place; sources stand below a text that grows.
WATCH = """() => {
    const parts = ".bnb-block, .bnb-block > .bnb-head, .bnb-input, .bnb-block:not(.bnb-text) > .bnb-foot";
    const upright = `.bnb-strip *, ${parts}, .bnb-text > .bnb-prose > *, .bnb-text li`;
    const still = ".bnb-strip > span > span:not(.bnb-dot), .bnb-state";
    const itself = (each) => each, said = (each) => each.classList[0] ?? each.textContent;
    const places = (place, names, known) => {
        const seen = [...place.querySelectorAll(names)].filter((each) => each.checkVisibility());
        const boxes = (each) => [each.getBoundingClientRect(), place.getBoundingClientRect()];
        return new Map(seen.map((each) => [known(each), boxes(each)]));
    };
    bnb.moved = async (messages) => {
        const state = new bnb.PanelState();
        const place = document.getElementById("live");
        const takeOff = bnb.showPanel(place, state, { stop: () => {} });
        state.number = 0;
        const found = [];
        let before = { upright: new Map(), still: new Map() };
        for (const { patch, number, elapsed } of messages) {
            state.patch(patch, number, elapsed);
            await bnb.settled(place, state);
            await bnb.painted();
            const now = { upright: places(place, upright, itself), still: places(place, still, said) };
            for (const [kind, side] of [["upright", "top"], ["still", "left"]]) {
                for (const [each, [box, panel]] of now[kind]) {
                    const was = before[kind].get(each);
                    if (!was) continue;
                    const by = box[side] - panel[side] - (was[0][side] - was[1][side]);
                    if (Math.abs(by) > 0.5) found.push([number, each.outerHTML ?? each, side, by]);
                }
            }
            before = now;
        }
        takeOff();
        return found;
    };
}"""


@pytest.mark.parametrize("sample", SAMPLES)
def test_nothing_that_is_there_moves_when_more_comes(page, sample):
    messages = messages_of(sample())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("(messages) => bnb.moved(messages)", messages) == [], width


@pytest.mark.parametrize("sample", [samples.prose, many_tools, samples.failed])
def test_the_strip_is_as_high_at_the_end_as_at_the_beginning(page, sample):
    page.set_viewport_size({"width": 360, "height": 900})
    first, *_, last = messages_of(sample())
    heights = page.evaluate(
        """async (messages) => {
            const state = new bnb.PanelState();
            const place = document.getElementById("live");
            const takeOff = bnb.showPanel(place, state, {});
            const heights = [];
            for (const { patch } of messages) {
                state.replace({ ...state.snapshot, blocks: [], strip: patch.strip, live: patch.live ?? true }, 1, 0);
                await bnb.painted();
                heights.push(place.querySelector(".bnb-strip").offsetHeight);
            }
            takeOff();
            return heights;
        }""",
        [first, last],
    )
    assert heights[0] == heights[1] > 0


HEIGHTS = """async ([messages, kind]) => {
    const state = new bnb.PanelState();
    const place = document.getElementById("live");
    const hosts = { replay: { length: 3, seek: () => {}, play: () => {}, pause: () => {} }, stop: () => {} };
    const takeOff = bnb.showPanel(place, state, { [kind]: hosts[kind], markdown: async () => "" });
    const heights = [];
    state.number = 0;
    for (const { patch, number, elapsed } of messages) {
        state.patch(patch, number, elapsed);
        await bnb.settled(place, state);
        await bnb.painted();
        const top = (name) => place.querySelector(name).getBoundingClientRect().top;
        const aboveButton = kind === "stop" ? top(".bnb-controls > button") - place.getBoundingClientRect().top : null;
        heights.push([place.offsetHeight, place.querySelector(".bnb-bottom").offsetHeight, aboveButton]);
    }
    takeOff();
    return heights;
}"""


def test_what_stands_below_a_panel_does_not_move_at_its_end(page):
    page.set_viewport_size({"width": 900, "height": 900})
    *_, before, after = page.evaluate(HEIGHTS, [messages_of(samples.server_tools()), "stop"])
    assert before == pytest.approx(after, abs=1)


def paused_in_the_middle():
    """A replay that is paused when its reasoning has been folded away."""
    now, sent = [0.0], []
    replay = Replay(samples.prose(), clock=lambda: now[0])
    portrait = Portrait([replay], send=sent.append, notice=lambda panel: None)
    for seconds in (0, 1.5, 1.7):
        now[0] = seconds
        portrait.paint()
    replay.cancel()
    portrait.paint()
    return sent


def failed_before_anything_came():
    failure = Recording.from_events([], request=samples.REQUEST, failure=Throttled("Too many tokens."))
    waiting, failed = (messages_of(each)[0] for each in (samples.prose(), failure))
    return [waiting, failed | {"number": waiting["number"] + 1}]


def test_a_replay_is_as_high_while_it_is_paused(page):
    page.set_viewport_size({"width": 360, "height": 900})
    *_, before, paused = page.evaluate(HEIGHTS, [paused_in_the_middle(), "replay"])
    assert paused == before
    assert paused[1] > 0


def test_the_place_of_the_timeline_is_kept_where_none_comes(page):
    before, failed = page.evaluate(HEIGHTS, [failed_before_anything_came(), "replay"])
    assert failed[1] == before[1] > 0


def test_what_the_reader_folds_stays_so_while_more_comes(page):
    """A result that grows, and sources, which would be folded while their text grows and unfolded after."""
    found = page.evaluate(
        """async (several) => {
            const found = [];
            for (const [messages, name] of several) {
                const state = new bnb.PanelState();
                const place = document.getElementById("live");
                const takeOff = bnb.showPanel(place, state, {});
                state.number = 0;
                let chosen = null, isOpen;
                for (const { patch, number, elapsed } of messages) {
                    state.patch(patch, number, elapsed);
                    await bnb.settled(place, state);
                    await bnb.painted();
                    if (chosen === null && (chosen = place.querySelector(name))) {
                        chosen.querySelector("summary").click();
                        isOpen = chosen.open;
                    }
                    if (chosen) found.push(chosen.isConnected && chosen.open === isOpen);
                }
                takeOff();
            }
            return found;
        }""",
        [[messages_of(server_tools_at_once()), ".bnb-result"], [messages_of(samples.cited()), ".bnb-sources"]],
    )
    assert len(found) > 10
    assert all(found)


def test_a_line_of_a_result_is_read_whole_where_there_is_room_and_unfolds_where_not(page):
    call = samples.Script().tool("think", "{}").end("tool_use").recording()
    content = [{"text": "a sentence that fits on a line of its own, if that is not all too short"}]
    given = {"role": "user", "content": [{"toolResult": {"toolUseId": "tooluse_1", "content": content}}]}
    answer = samples.Script().text("So.").end().recording(samples.REQUEST | {"messages": [given]})
    page.evaluate(
        "(html) => { document.getElementById('static').innerHTML = html; }", html_of(panel_of([call, answer]))
    )
    preview = page.locator("#static .bnb-preview")
    is_cut = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        is_cut[width] = preview.evaluate("line => line.scrollWidth > line.clientWidth")
    assert is_cut == {360: True, 900: False, 1600: False}
    page.locator("#static .bnb-result > summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#static .bnb-result pre").is_visible()
    page.evaluate("() => document.getElementById('static').replaceChildren()")
