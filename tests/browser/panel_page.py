"""A bare page with the panel's own modules, and the messages that a kernel would send to it."""

from bedrock_nb.core.recording import Recording
from bedrock_nb.views.live.modules import module_source
from bedrock_nb.views.live.portrait import Portrait
from bedrock_nb.views.live.replay import Replay

MODULE = module_source("widget.js").replace("export default", "const widget =")
EXPORTED = "showPanel, PanelState, safeNodes, apply, morph, duration, widget, paced, recallFolds"


def open_page(context):
    """A page on which `bnb` holds what the modules export, `#live` and `#static` are empty, and `hits` is 0."""
    page = context.new_page()
    page.goto("about:blank")
    page.set_content("<!doctype html><div id=live></div><div id=static></div>")
    page.evaluate("() => { window.hits = 0; window.hit = () => { window.hits += 1; }; window.problems = []; }")
    page.add_script_tag(content=f"{MODULE}\nwindow.bnb = {{ {EXPORTED} }};", type="module")
    page.wait_for_function("() => window.bnb")
    page.evaluate("""() => {
        bnb.play = async (messages, place = document.getElementById("live")) => {
            const state = new bnb.PanelState();
            const takeOff = bnb.showPanel(place, state, {});
            state.number = 0;
            for (const { patch, number, elapsed } of messages) {
                state.patch(patch, number, elapsed);
                await bnb.painted();
            }
            await bnb.settled(place, state);
            return takeOff;
        };
        bnb.painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        bnb.settled = async (place, state) => {
            const isBusy = () => place.querySelector("article").getAttribute("aria-busy");
            const shown = () => isBusy() === String(state.snapshot.live);
            while (!shown()) await bnb.painted();
        };
        bnb.blocks = (place) => [...place.querySelectorAll(".bnb-blocks > *")].map((block) => {
            const copy = block.cloneNode(true);
            copy.querySelectorAll(".bnb-copy").forEach((button) => button.remove());
            return copy.outerHTML;
        });
    }""")
    return page


class _Answered(Replay):
    """A replay of which the response is known only once something came, as of a call."""

    @property
    def response(self):
        return super().response if self.event_count else {}


def messages_of(recordings, step=0.05):
    """What a kernel sends while these are replayed, painted every `step` seconds of theirs."""
    now = [0.0]
    several = [recordings] if isinstance(recordings, Recording) else recordings
    sent = []
    replays = [_Answered(recording, clock=lambda: now[0]) for recording in several]
    portrait = Portrait(replays[:1], send=sent.append, notice=lambda panel: None)
    following = iter(replays[1:])
    while True:
        portrait.paint()
        now[0] += step
        if portrait.is_over:
            replay = next(following, None)
            if replay is None:
                return sent
            replay.seek(0)
            portrait.follow(replay)
