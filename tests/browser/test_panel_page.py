"""The page's part of a panel, in a real browser without Jupyter."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from bedrock_nb.views.html.finished import html_of
from bedrock_nb.views.html.stylesheet import panel_css
from bedrock_nb.views.live.patches import apply, patch, snapshot
from bedrock_nb.views.panel.figures import duration
from bedrock_nb.views.panel.present import panel_of
from browser.panel_page import messages_of, open_page
from views import samples
from views.hostile import everywhere
from views.live.test_patches import PANELS
from views.payloads import FETCHES, HANDLERS, PAYLOADS

GROUP = 30


@pytest.fixture(scope="module")
def context(chromium):
    made = chromium.new_context()
    yield made
    made.close()


@pytest.fixture(scope="module")
def page(context):
    opened = open_page(context)
    yield opened
    opened.close()


@pytest.fixture
def watched(context):
    """A page whose every request and error is noted."""
    opened = open_page(context)
    opened.seen = []
    opened.on("request", lambda request: opened.seen.append(request.url))
    opened.on("pageerror", lambda error: opened.seen.append(str(error)))
    opened.on("dialog", lambda dialog: (opened.seen.append(dialog.message), dialog.dismiss()))
    opened.route("**/*", lambda route: route.abort())
    yield opened
    opened.close()


@pytest.mark.parametrize("sample", samples.ALL)
def test_the_last_live_picture_and_the_static_one_are_equal_block_by_block(page, sample):
    live, static = page.evaluate(
        """async ([messages, html]) => {
            const [live, still] = ["live", "static"].map((id) => document.getElementById(id));
            const takeOff = await bnb.play(messages);
            still.innerHTML = html;
            const both = [bnb.blocks(live), bnb.blocks(still)];
            takeOff();
            return both;
        }""",
        [messages_of(sample()), html_of(panel_of(sample()))],
    )
    assert live == static
    assert len(live) > 0


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=PANELS, after=PANELS)
def test_the_page_applies_patches_as_python_does(page, before, after):
    changes = patch(before, after)
    on_the_page = page.evaluate("([snapshot, patch]) => bnb.apply(snapshot, patch)", [snapshot(before), changes])
    assert on_the_page == apply(snapshot(before), changes)


@pytest.mark.parametrize("group", range(0, len(PAYLOADS), GROUP))
def test_no_payload_runs_or_fetches_while_it_streams_or_after(watched, group):
    exchanges = [everywhere(payload) for payload in PAYLOADS[group : group + GROUP]]
    watched.evaluate(
        """async ([streams, stills]) => {
            const placed = (id) => document.getElementById(id).appendChild(document.createElement("div"));
            await Promise.all(streams.map((messages) => bnb.play(messages, placed("live"))));
            for (const html of stills) placed("static").innerHTML = html;
        }""",
        [
            [messages_of(recordings, step=0.4) for recordings in exchanges],
            [html_of(panel_of(recordings)).split("</style>", 1)[1] for recordings in exchanges],
        ],
    )
    watched.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for target in watched.locator("summary, [tabindex]").all()[:20]:
        target.dispatch_event("mouseover")
        target.focus()
    watched.evaluate("() => bnb.painted()")
    assert watched.evaluate("() => window.hits") == 0
    assert watched.seen == []


@pytest.mark.parametrize("group", range(0, len(PAYLOADS), GROUP))
def test_the_page_drops_what_would_run_even_if_the_kernel_let_it_through(watched, group):
    """The second lock: raw payloads, as if the kernel's own HTML held them."""
    watched.evaluate(
        "(payloads) => document.getElementById('live').append(...payloads.map((html) => bnb.safeNodes(html)))",
        PAYLOADS[group : group + GROUP],
    )
    watched.evaluate("() => bnb.painted()")
    assert watched.evaluate("() => window.hits") == 0
    assert watched.seen == []
    assert watched.locator("#live").locator("script, iframe, form, style, svg, object, embed, link, base").count() == 0


def test_the_corpus_would_be_noticed(watched):
    """Without either lock the same payloads do run and do fetch: the tests above can fail."""
    watched.evaluate(
        """(payloads) => payloads.forEach((html) => {
            const place = document.createElement("div");
            document.getElementById("live").append(place);
            place.innerHTML = html;
        })""",
        [payload for payload in HANDLERS + FETCHES if "refresh" not in payload],
    )
    watched.wait_for_function("() => window.hits > 3")
    assert len(watched.seen) > 10


def test_taking_a_panel_off_the_page_leaves_no_listener_timer_or_element(page):
    counts = page.evaluate(
        """async (messages) => {
            const [set, clear, ticks] = [window.setInterval, window.clearInterval, new Set()];
            window.setInterval = (...given) => { const id = set(...given); ticks.add(id); return id; };
            window.clearInterval = (id) => { ticks.delete(id); clear(id); };
            const state = new bnb.PanelState();
            const place = document.getElementById("live");
            const takeOff = [bnb.showPanel(place, state, {}), bnb.showPanel(place, state, {})];
            const during = [state.views.size, ticks.size, place.childElementCount];
            takeOff.forEach((each) => each());
            state.patch(messages[0].patch, 0, 0);
            await bnb.painted();
            Object.assign(window, { setInterval: set, clearInterval: clear });
            return [during, [state.views.size, ticks.size, place.childElementCount]];
        }""",
        messages_of(samples.prose())[:1],
    )
    assert counts == [[2, 2, 2], [0, 0, 0]]


def test_closing_the_widget_leaves_no_listener_on_its_model(page):
    left = page.evaluate(
        """() => {
            const listeners = new Set();
            const model = {
                get: () => ({}), send: () => {},
                on: (name, listen) => listeners.add(name + listen),
                off: (name, listen) => listeners.delete(name + listen),
            };
            const { initialize } = bnb.widget();
            const close = initialize({ model });
            const during = listeners.size;
            close();
            return [during, listeners.size];
        }"""
    )
    assert left == [3, 0]


def test_a_gap_asks_for_the_whole_once(page):
    asked, shown = page.evaluate(
        """() => {
            const sent = [];
            let hear;
            const panelOf = (word, live) => ({
                state: live ? "answering" : "done", live, strip: `<p>${word}</p>`, timeline: "", blocks: [],
            });
            const model = {
                get: (name) => name === "snapshot" ? { number: 1, elapsed: 0, panel: panelOf("one", true) } : 0,
                send: (message) => sent.push(message), off: () => {},
                on: (name, listen) => { if (name === "msg:custom") hear = listen; },
            };
            const { initialize, render } = bnb.widget();
            const close = initialize({ model });
            const el = document.createElement("div");
            const takeOff = render({ model, el });
            hear({ kind: "patch", number: 3, patch: { strip: "three" } });
            hear({ kind: "patch", number: 4, patch: { strip: "four" } });
            hear({ kind: "snapshot", number: 4, elapsed: 1, panel: panelOf("whole", false) });
            return bnb.painted().then(() => {
                const text = el.querySelector(".bnb-top").textContent;
                takeOff(); close();
                return [sent, text];
            });
        }"""
    )
    assert [message for message in asked if message["kind"] == "resync"] == [{"kind": "resync", "number": 1}]
    assert shown == "whole"


def test_a_snapshot_that_comes_unasked_closes_a_gap_and_an_older_one_changes_nothing(page):
    shown = page.evaluate(
        """async () => {
            const panelOf = (word) => ({ state: "answering", live: true, strip: word, timeline: "", blocks: [] });
            const traits = { snapshot: { number: 1, panel: panelOf("one") } };
            const heard = {};
            const model = {
                get: (name) => traits[name], send: () => {}, off: () => {},
                on: (name, listen) => { heard[name] = listen; },
            };
            const { initialize, render } = bnb.widget();
            const close = initialize({ model });
            const el = document.createElement("div");
            const takeOff = render({ model, el });
            const seen = [];
            const renew = async (snapshot) => {
                traits.snapshot = snapshot;
                heard["change:snapshot"]();
                await bnb.painted();
                seen.push(el.querySelector(".bnb-top").textContent);
            };
            heard["msg:custom"]({ kind: "patch", number: 3, patch: { strip: "three" } });
            await renew({ number: 4, panel: panelOf("four") });
            heard["msg:custom"]({ kind: "patch", number: 5, patch: { strip: "five" } });
            await renew({ number: 4, panel: panelOf("four") });
            takeOff(); close();
            return seen;
        }"""
    )
    assert shown == ["four", "five"]


def test_the_kernel_is_told_which_page_shows_it_and_not_of_a_cell_that_is_moved(page):
    told = page.evaluate(
        """async () => {
            const told = [];
            const model = { get: () => 0, send: (message) => told.push(message), off: () => {}, on: () => {} };
            const { initialize, render } = bnb.widget();
            const close = initialize({ model });
            const el = document.createElement("div");
            let [one, other] = [render({ model, el }), render({ model, el })];
            one();
            other();
            one = render({ model, el });
            window.dispatchEvent(new Event("pagehide"));
            const timers = [];
            const later = window.setTimeout;
            window.setTimeout = (call) => timers.push(call);
            one();
            window.setTimeout = later;
            timers.forEach((call) => call());
            window.dispatchEvent(new Event("pagehide"));
            close();
            return told;
        }"""
    )
    of_page = [message for message in told if "page" in message]
    assert [message["kind"] for message in of_page] == ["shown", "shown", "left", "hidden"]
    assert [message["order"] for message in of_page] == [1, 2, 3, 4]
    assert len({message["page"] for message in of_page}) == 1


def test_a_press_counts_although_the_text_moves_the_button_away_meanwhile(page):
    messages = messages_of(samples.prose())
    page.evaluate(
        """() => {
            window.hits = 0;
            window.state = new bnb.PanelState();
            state.number = 0;
            const host = { stop: () => { window.hits += 1; } };
            window.takeOff = bnb.showPanel(document.getElementById("live"), state, host);
        }"""
    )
    stop = page.locator(".bnb-stop")
    place = stop.bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    page.evaluate(
        """async (messages) => {
            for (const { patch, number, elapsed } of messages) {
                state.patch(patch, number, elapsed);
                await bnb.painted();
            }
        }""",
        [message for message in messages if message["patch"].get("live") is not False],
    )
    page.wait_for_function("""() => document.querySelector("#live .bnb-prose")""")
    assert stop.bounding_box()["y"] > place["y"] + 2 * place["height"]
    page.mouse.up()
    assert page.evaluate("() => { takeOff(); return hits; }") == 1


@pytest.mark.parametrize("runs", [True, False])
def test_a_stop_that_is_not_heard_interrupts_the_panels_own_cell_and_no_other(page, runs):
    interrupted = page.evaluate(
        """async (runs) => {
            let interrupted = false, impatient;
            const model = {
                get: (name) => ({ own_cell_runs: runs, replay_length: 0 })[name],
                on: () => {}, off: () => {}, send: () => {},
                widget_manager: { kernel: { interrupt: async () => { interrupted = true; } } },
            };
            const { initialize, render } = bnb.widget();
            const close = initialize({ model });
            const el = document.createElement("div");
            const takeOff = render({ model, el });
            const later = window.setTimeout;
            window.setTimeout = (call) => { impatient = call; };
            el.querySelector(".bnb-stop").click();
            window.setTimeout = later;
            impatient();
            takeOff(); close();
            return interrupted;
        }""",
        runs,
    )
    assert interrupted is runs


def test_each_of_two_quick_presses_gets_its_answer(page):
    said = page.evaluate(
        """async () => {
            let hear;
            const block = { key: "0.0", frame: '<p class="bnb-text">', head: "", fragments: [], tail: "", foot: "" };
            const panel = { state: "done", live: false, strip: "", timeline: "", blocks: [block] };
            const model = {
                get: (name) => name === "snapshot" ? { number: 1, panel } : 0, send: () => {}, off: () => {},
                on: (name, listen) => { if (name === "msg:custom") hear = listen; },
            };
            const { initialize, render } = bnb.widget();
            const close = initialize({ model });
            const views = [document.createElement("div"), document.createElement("div")];
            const takeOff = views.map((el) => render({ model, el }));
            const buttons = views.map((el) => el.querySelectorAll(".bnb-controls button")[1]);
            for (const button of buttons) button.click();
            hear({ kind: "markdown", answer: "# One" });
            hear({ kind: "markdown", answer: "# One" });
            for (let frame = 0; frame < 5; frame += 1) await bnb.painted();
            for (const each of takeOff) each();
            close();
            return buttons.map((button) => button.textContent);
        }"""
    )
    assert said == ["Copied", "Copied"]


def test_a_question_has_its_buttons_once_and_tells_of_the_answer(page):
    told = page.evaluate(
        """async () => {
            const told = [];
            const question = { seen: (key) => told.push(key), answer: (key, consent) => told.push(key, consent) };
            const state = new bnb.PanelState();
            const place = document.getElementById("live");
            const takeOff = bnb.showPanel(place, state, { question });
            const frame = `<section class="bnb-block bnb-tool"><div class="bnb-foot" data-slot="foot"></div></section>`;
            const foot = `<p class="bnb-question">Run?</p>`;
            const block = { key: "0.1", frame, head: "", fragments: [], tail: "", foot };
            const panel = { state: "asking you", live: true, strip: "", timeline: "", blocks: [block] };
            state.replace(panel, 1, 0);
            await bnb.painted();
            const longer = { ...block, foot: `${foot}<p class="bnb-note"></p>` };
            state.replace({ ...panel, blocks: [longer] }, 2, 0);
            await bnb.painted();
            const buttons = [...place.querySelectorAll(".bnb-question button")];
            buttons[1].click();
            const result = [buttons.map((each) => each.textContent), buttons.every((each) => each.disabled), told];
            takeOff();
            return result;
        }"""
    )
    assert told[0] == ["Yes", "No", "Always"]
    assert told[1]
    assert told[2][-2:] == ["0.1", "no"]


def test_the_clock_goes_on_only_while_the_model_is_at_work(page):
    seconds = page.evaluate(
        """() => {
            const [now, later] = [performance.now, (by) => { performance.now = () => 1000 * by; }];
            const state = new bnb.PanelState();
            later(0);
            const panel = { state: "answering", live: true, ticking: true, strip: "", timeline: "", blocks: [] };
            state.replace(panel, 1, 0.5);
            later(2);
            const atWork = state.secondsNow();
            state.patch({ state: "calling a tool", ticking: false }, 2, 2.5);
            later(10);
            const meanwhile = state.secondsNow();
            state.patch({ state: "answering", ticking: true }, 3, 2.5);
            later(11);
            const again = state.secondsNow();
            performance.now = now;
            return [atWork, meanwhile, again];
        }"""
    )
    assert seconds == [2.5, 2.5, 3.5]


HEIGHTS = """async ([messages, read]) => {
    const state = new bnb.PanelState();
    const place = document.getElementById("live");
    const takeOff = bnb.showPanel(place, state, {});
    state.number = 0;
    const heights = [];
    for (const { patch, number, elapsed } of messages) {
        state.patch(patch, number, elapsed);
        await bnb.painted();
        const body = place.querySelector(".bnb-thought");
        if (body && read === "scrolled") body.scrollTop = 0;
        if (body && read === "selected") getSelection().selectAllChildren(body);
        if (state.snapshot.live) heights.push(place.querySelector(".bnb-blocks").offsetHeight);
    }
    await bnb.settled(place, state);
    const isOpen = place.querySelector(".bnb-reasoning").open;
    takeOff();
    getSelection().removeAllRanges();
    return [heights, isOpen];
}"""


@pytest.fixture(scope="module")
def narrow(context):
    """A page with the panel's styles, so narrow that a line of thought is many."""
    opened = open_page(context)
    opened.set_viewport_size({"width": 320, "height": 600})
    opened.add_style_tag(content=panel_css())
    yield opened
    opened.close()


def test_a_live_panel_never_gets_shorter_when_its_reasoning_is_folded_away(narrow):
    heights, is_open = narrow.evaluate(HEIGHTS, [messages_of(samples.prose()), None])
    assert not is_open
    assert heights == sorted(heights)
    assert heights[0] < heights[-1]


@pytest.mark.parametrize("width", [360, 420, 480, 660, 760, 1000])
@pytest.mark.parametrize("model", [samples.REQUEST["modelId"], "us.amazon.nova-lite-v1:0"])
def test_the_figures_that_come_at_the_end_need_no_further_line(narrow, width, model):
    narrow.set_viewport_size({"width": width, "height": 600})
    recording = samples.prose()
    *live, last = messages_of(replace(recording, request=recording.request | {"modelId": model}))
    heights = narrow.evaluate(
        """async ([live, last]) => {
            const place = document.getElementById("live");
            const state = new bnb.PanelState();
            const takeOff = bnb.showPanel(place, state, {});
            const heights = [];
            const show = async ({ patch, number, elapsed }) => {
                state.patch(patch, number, elapsed);
                await bnb.settled(place, state);
                heights.push(Math.round(place.querySelector(".bnb-strip").offsetHeight));
            };
            state.number = 0;
            await show(live[0]);
            for (const { patch, number, elapsed } of live.slice(1, -1)) state.patch(patch, number, elapsed);
            await bnb.painted();
            await show(live.at(-1));
            await show(last);
            takeOff();
            return heights;
        }""",
        [live, last],
    )
    narrow.set_viewport_size({"width": 320, "height": 600})
    assert len(set(heights)) == 1


@pytest.mark.parametrize("read", ["scrolled", "selected"])
def test_reasoning_that_is_being_read_is_not_folded_away(narrow, read):
    _, is_open = narrow.evaluate(HEIGHTS, [messages_of(samples.prose()), read])
    assert is_open


@pytest.mark.parametrize(("known", "bar"), [("animation-timeline: scroll()", "none"), ("display: unheard-of", "thin")])
def test_figures_beyond_the_edge_fade_or_have_a_scrollbar(context, known, bar):
    opened = open_page(context)
    opened.add_style_tag(
        content=panel_css().replace("@supports (animation-timeline: scroll())", f"@supports ({known})")
    )
    html = html_of(panel_of(wide())).partition("</style>")[2]
    opened.evaluate("(html) => { document.getElementById('static').innerHTML = html; }", html)
    figures = opened.get_by_role("group", name="figures")
    assert figures.evaluate("(line) => getComputedStyle(line).scrollbarWidth") == bar
    opened.close()


def test_a_panel_is_no_wider_than_a_narrow_page(narrow):
    narrow.evaluate("(html) => { document.getElementById('static').innerHTML = html; }", html_of(panel_of(wide())))
    widths = narrow.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    narrow.evaluate("() => document.getElementById('static').replaceChildren()")
    assert widths[0] <= widths[1]


def wide():
    formula = " + ".join(f"a_{{{number}}}" for number in range(60))
    row = "| " + "cell | " * 30
    markdown = f"A {'word' * 50} and `{'code.' * 50}` and ${formula}$.\n\n$${formula}$$\n\n{row}\n{'|-' * 30}|\n{row}\n"
    script = samples.Script().text(f"{markdown}\n- ${formula}$\n\n```python\n{'x' * 500}\n```\n")
    return script.tool("name" * 50, f'{{"key": "{"value" * 50}"}}').end().recording({"modelId": "model." * 50})


@pytest.mark.parametrize("seconds", [0, 0.05, 0.994, 0.999, 1, 9.96, 59.94, 59.96, 60, 119.6, 3600])
def test_the_page_names_durations_as_python_does(page, seconds):
    assert page.evaluate("(seconds) => bnb.duration(seconds)", seconds) == duration(seconds)


def test_a_selection_and_a_scroll_position_outlive_the_next_paint(page):
    kept = page.evaluate(
        """async () => {
            const place = document.getElementById("live");
            const style = document.createElement("style");
            style.textContent = "#live pre { width: 50px; overflow: auto; }";
            document.head.append(style);
            place.innerHTML = `<p>The sky is</p><pre>${"x".repeat(500)}</pre>`;
            const [paragraph, code] = place.children;
            code.scrollLeft = 100;
            getSelection().setBaseAndExtent(paragraph.firstChild, 4, paragraph.firstChild, 7);
            const wanted = bnb.safeNodes("<p>The sky is blue.</p><pre>" + "x".repeat(600) + "</pre>");
            bnb.morph(place, [...place.childNodes], [...wanted.childNodes], null);
            const isNew = place.textContent.startsWith("The sky is blue.");
            const result = [String(getSelection()), code.scrollLeft > 0, isNew];
            place.replaceChildren();
            return result;
        }"""
    )
    assert kept == ["sky", True, True]


def test_what_is_urgent_is_drawn_at_once_and_takes_what_was_to_come_with_it(page):
    drawn = page.evaluate(
        """async () => {
            let drawn = 0;
            const costly = () => {
                drawn += 1;
                for (const end = performance.now() + 300; performance.now() < end;);
            };
            const redraw = bnb.paced(costly);
            redraw.request();
            await bnb.painted();
            redraw.request();
            await bnb.painted();
            const resting = drawn;
            redraw.request(true);
            const urgent = drawn;
            await bnb.painted();
            redraw.cancel();
            return [resting, urgent, drawn];
        }"""
    )
    assert drawn == [1, 2, 2]
