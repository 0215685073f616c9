import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.views.live.replay import Replay
from bedrock_nb.views.panel.present import panel_of
from bedrock_nb.views.terminal import watch_in_terminal, whole_words
from bedrock_nb.views.text import WIDTH, reasoning_text, text_of
from views import samples
from views.hostile import everywhere
from views.payloads import ATTACHED

SINGLE = [sample for sample in samples.ALL if sample is not samples.tools]


def written(recording, speed=200):
    pieces = []
    watch_in_terminal(Replay(recording, speed=speed), pieces.append)
    return pieces


@pytest.mark.parametrize("sample", SINGLE)
def test_it_ends_with_the_same_figures_as_the_plain_text(sample):
    text = "".join(written(sample()))
    assert text.endswith(text_of(panel_of(sample())).rsplit("\n\n", 1)[1] + "\n")


@pytest.mark.parametrize("sample", SINGLE)
def test_all_text_is_written_once(sample):
    recording = sample()
    text = "".join(written(recording))
    for line in filter(str.strip, recording.text.splitlines()):
        assert text.count(line.split(" [")[0][:20]) >= 1
    assert text.count("The two reports disagree") <= 1


@pytest.mark.parametrize("ending", ["\n", "\n\n", "\n\n\n"])
def test_text_that_ends_with_line_ends_is_not_written_again_when_it_is_whole(ending):
    script = samples.Script()
    script.delta({"text": f"One answer{ending}"}).add({"contentBlockStop": {"contentBlockIndex": 0}}, after=20)
    text = "".join(written(script.end().recording()))
    assert text.count("One answer") == 1


def test_the_answer_comes_in_pieces_and_not_at_the_end():
    assert len([piece for piece in written(samples.prose(), speed=20) if piece.strip()]) > 10


def test_reasoning_is_ruled_off_from_the_answer():
    text = "".join(written(samples.stopped()))
    assert text.startswith("╭ Thinking…\n│ The reader asks")
    assert "╰ Thought for 0.96 s\n\n# Choosing" in text


def test_reasoning_is_wrapped_as_it_comes_and_written_once():
    thought = "A thought that goes on for longer than a line of a terminal has room, and then some more. " * 3
    text = "".join(written(samples.Script().reasoning(thought).text("Ah.").end().recording(), speed=20))
    lines = text.split("\n╰")[0].split("\n")[1:]
    assert max(map(len, lines)) <= WIDTH
    assert " ".join(line.removeprefix("│ ") for line in lines) == thought.strip()


@given(text=st.text(alphabet="ab -\n\t\u3000.", max_size=300), at=st.integers(0, 300))
def test_a_wrapped_beginning_of_reasoning_stays_as_it_is_when_more_comes(text, at):
    beginning = reasoning_text(whole_words(text[:at]))
    assert reasoning_text(text.rstrip()).startswith(beginning)


@pytest.mark.parametrize("payload", ATTACHED)
def test_nothing_in_it_commands_the_terminal(payload):
    text = "".join(written(everywhere(payload)[0]))
    assert not set(text) & {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))}


def test_an_interrupt_stops_the_call_and_goes_on():
    replay = Replay(samples.prose(), speed=0.5)

    written_after = []

    def write(piece):
        if not written_after:
            written_after.append("")
            raise KeyboardInterrupt
        written_after.append(piece)

    with pytest.raises(KeyboardInterrupt):
        watch_in_terminal(replay, write)
    assert replay.done
    assert "Stopped" in "".join(written_after)
