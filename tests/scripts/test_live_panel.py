from itertools import pairwise

from bedrock_nb.views.html.rendered_blocks import RenderedBlock
from bedrock_nb.views.html.rendered_panel import RenderedPanel
from bedrock_nb.views.live.patches import patch, snapshot
from bedrock_nb.views.panel.growing import Body
from bedrock_nb.views.panel.panel import State
from live_panel import LivePanel, as_text

PROSE_FRAME = '<section><div data-slot="head"></div><div class="bnb-prose" data-slot="body"></div></section>'
TOOL_FRAME = '<section><div data-slot="head"></div><pre data-slot="body"></pre></section>'


def prose(*paragraphs: str, tail: str = "", title: str = "") -> RenderedBlock:
    return RenderedBlock("prose", PROSE_FRAME, title, Body(tuple(f"<p>{text}</p>" for text in paragraphs), tail))


def live(*blocks: RenderedBlock) -> RenderedPanel:
    return RenderedPanel(State.ANSWERING, "<p>Answering</p>", blocks)


def over(*blocks: RenderedBlock) -> RenderedPanel:
    return RenderedPanel(State.DONE, "<p>Done</p>", blocks)


def told(*pictures: RenderedPanel) -> list[str]:
    """What is told at each picture; the first travels with the widget's opening message, the others as patches."""
    panel = LivePanel({"snapshot": {"number": 0, "panel": snapshot(pictures[0])}})
    texts = [panel.news()]
    for number, (before, after) in enumerate(pairwise(pictures), start=1):
        texts.append(panel.hear(message(number, before, after)))
    return texts


def message(number: int, before: RenderedPanel, after: RenderedPanel) -> dict:
    return {"method": "custom", "content": {"kind": "patch", "number": number, "patch": patch(before, after)}}


def test_a_paragraph_is_told_once_it_is_finished_and_the_figures_last():
    assert told(
        live(),
        live(prose(tail="<p>One</p>")),
        live(prose("One", tail="<p>Tw</p>")),
        over(prose("One", "Two")),
    ) == ["", "", "One\n\n", "Two\n\nDone\n\n"]


def test_an_open_end_is_told_when_the_next_block_begins():
    tool = RenderedBlock("tool", TOOL_FRAME, "Tool call", Body((), "{"))
    assert told(live(prose(tail="<p>One</p>")), live(prose(tail="<p>One</p>"), tool)) == ["", "One\n\n"]


def test_a_tool_call_is_told_whole():
    begun = RenderedBlock("tool", TOOL_FRAME, "Tool call", Body((), '{"city":'))
    ended = RenderedBlock("tool", TOOL_FRAME, "Tool call", Body((), '{"city": "Oslo"}'))
    assert told(live(begun), over(ended)) == ["", 'Tool call\n\n```\n{"city": "Oslo"}\n```\n\nDone\n\n']


def test_a_tool_call_is_told_when_its_result_is_there_and_its_result_once():
    frame = '<section><pre data-slot="body"></pre><div data-slot="foot"></div></section>'
    words = '<p class="bnb-outcome bnb-running"><span>Result</span>: <span class="bnb-aside">running…</span></p>'
    preview = (
        '<summary class="bnb-outcome"><span>Result: </span><code class="bnb-preview" dir="ltr">a b</code></summary>'
    )
    waiting, answered = (
        RenderedBlock("tool", frame, "", Body((), "{}"), foot)
        for foot in (words, f"<details>{preview}<pre><code>a\nb</code></pre></details>")
    )
    pictures = live(waiting, prose(tail="<p>One</p>")), live(answered, prose(tail="<p>One</p>"))
    assert told(*pictures) == ["", "```\n{}\n```\n\nResult:\n\n```\na\nb\n```\n\n"]


def test_reasoning_has_one_title_while_it_grows_and_another_at_its_end():
    begun, ended = prose("One", title="Thinking…"), prose("One", "Two", title="Thought for 2 s")
    assert told(live(begun), over(ended)) == ["Thinking…\n\nOne\n\n", "Two\n\nThought for 2 s\n\nDone\n\n"]


def test_a_text_that_has_changed_is_told_again_once_rather_than_lost():
    begun, changed, tool = prose("One"), prose("Other"), RenderedBlock("tool", TOOL_FRAME)
    pictures = live(begun), live(changed), live(changed, tool), over(changed, tool)
    assert told(*pictures) == ["One\n\n", "", "Other\n\n", "Done\n\n"]


def test_after_a_lost_message_nothing_wrong_is_told():
    first, second, third = live(prose("One")), live(prose("One", "Two")), over(prose("One", "Two", "Three"))
    panel = LivePanel({"snapshot": {"number": 0, "panel": snapshot(first)}})
    assert panel.news() == "One\n\n"
    assert panel.hear(message(2, second, third)) == ""
    assert not panel.is_over


def test_of_a_picture_its_description_is_told():
    assert as_text('<img alt="A sky" src="data:image/png;base64,AAAA">') == "![A sky]()"
