import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.recording import Recording
from bedrock_nb.views.html.rendered_blocks import RenderedBlock
from bedrock_nb.views.html.rendered_panel import PanelRenderer, RenderedPanel
from bedrock_nb.views.live.patches import apply, patch, snapshot
from bedrock_nb.views.panel.growing import Body
from bedrock_nb.views.panel.panel import State
from bedrock_nb.views.panel.present import panel_of
from views import samples

TEXTS = st.text(alphabet="ab<>😀é", max_size=6)
BODIES = st.builds(Body, st.lists(TEXTS, max_size=4).map(tuple), TEXTS)
BLOCKS = st.builds(RenderedBlock, st.sampled_from(["0.0", "0.1", "0.2", "1.0"]), TEXTS, TEXTS, BODIES, TEXTS)
PANELS = st.builds(
    RenderedPanel,
    st.sampled_from(State),
    TEXTS,
    st.lists(BLOCKS, max_size=4, unique_by=lambda block: block.key).map(tuple),
    TEXTS,
    is_ticking=st.booleans(),
)


@given(PANELS, PANELS)
def test_a_patch_makes_any_panel_into_any_other(before, after):
    assert apply(snapshot(before), patch(before, after)) == snapshot(after)


@given(PANELS)
def test_no_change_is_an_empty_patch(panel):
    assert patch(panel, panel) == {}


@pytest.mark.parametrize("sample", samples.ALL)
def test_a_stream_of_patches_ends_in_the_whole(sample):
    recordings = sample() if isinstance(sample(), list) else [sample()]
    shown, page = RenderedPanel(State.WAITING, ""), snapshot(RenderedPanel(State.WAITING, ""))
    renderer = PanelRenderer()
    for moment in prefixes(recordings):
        rendered = renderer.render(panel_of(moment))
        page, shown = apply(page, patch(shown, rendered)), rendered
    assert page == snapshot(PanelRenderer().render(panel_of(recordings)))


def prefixes(recordings):
    for number, recording in enumerate(recordings):
        for count in range(len(recording.wire_events) + 1):
            begun = Recording(recording.wire_events[:count], recording.request, recording.response)
            yield [*recordings[:number], begun]
        yield recordings[: number + 1]


def test_a_growing_paragraph_is_told_by_what_was_added():
    before = rendered("The sky is blu")
    after = rendered("The sky is blue, mostly.")
    (change,) = patch(before, after)["blocks"].values()
    assert change == {"tail": [len('<p dir="auto">The sky is blu'), "e, mostly.</p>\n"]}


def rendered(text):
    block = RenderedBlock("0.0", "<section>", body=Body((), f'<p dir="auto">{text}</p>\n'))
    return RenderedPanel(State.ANSWERING, "", (block,))
