import json
from importlib.resources import files

import nbformat
import pytest

from bedrock_nb.core.recording import Recording
from bedrock_nb.views.bundle import RECORDING_TYPE, mime_bundle
from views import samples

PROSE = "The sky is blue because short waves are scattered far more than long ones, as *Rayleigh* found in 1871. " * 4
CODE = "```python\ndef scattered(nm: float) -> float:\n    return (700 / nm) ** 4  # relative to red\n```\n\n"
MARKDOWN = (files("bedrock_nb.local.scripts") / "long_answer.md").read_text(encoding="utf-8")
ANSWERS = {
    "prose": f"{PROSE}\n\n",
    "code": CODE,
    "all that Markdown has": MARKDOWN,
    "Arabic": "السماء زرقاء. " * 40 + "\n\n",
}


def answer_of(text: str, size: int = 40_000) -> Recording:
    """An answer of `size` bytes that repeats a text, in pieces as a model sends them."""
    whole = (text * (size // len(text) + 1)).encode()[:size].decode(errors="ignore")
    return samples.Script().text(whole).end().recording()


def size_in_file(bundle: dict) -> int:
    """How many bytes an output adds to a notebook's file."""
    cell = nbformat.v4.new_code_cell("x", outputs=[nbformat.v4.new_output("display_data", data=bundle)])
    empty = nbformat.v4.new_code_cell("x")
    sizes = [len(nbformat.writes(nbformat.v4.new_notebook(cells=[each])).encode()) for each in (cell, empty)]
    return sizes[0] - sizes[1]


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_notebook_grows_by_no_more_than_four_times_a_long_answer(kind):
    recording = answer_of(ANSWERS[kind])
    assert size_in_file(mime_bundle(recording)) <= 4 * len(recording.text.encode())


@pytest.mark.parametrize("kind", ANSWERS)
def test_of_a_long_answer_the_html_and_the_recording_stay_whole(kind):
    recording = answer_of(ANSWERS[kind])
    bundle = mime_bundle(recording)
    [saved] = bundle[RECORDING_TYPE]["recordings"]
    assert Recording.from_dict(json.loads(json.dumps(saved))) == recording
    assert bundle["text/html"].count("<p") >= recording.text.count("\n\n") / 2


def test_what_repeats_the_answer_is_cut_first_and_says_so():
    bundle = mime_bundle(answer_of(CODE))
    assert "more characters: see the HTML" in bundle["text/plain"]
    assert bundle["text/plain"].startswith("```python")


def test_a_short_answer_is_whole_in_every_form():
    bundle = mime_bundle(samples.prose())
    assert "more characters" not in bundle["text/plain"] + bundle["text/markdown"]
    assert "bnb-t-k" in bundle["text/html"]
    assert "<math" in bundle["text/html"]


@pytest.mark.parametrize("sample", samples.ALL)
def test_the_keys_tell_which_events_each_block_came_from(sample):
    recordings = sample() if isinstance(sample(), list) else [sample()]
    bundle = mime_bundle(recordings)
    keys = bundle[RECORDING_TYPE]["blocks"]
    assert len(keys) == bundle["text/html"].count('"bnb-block ')
    for key in keys:
        section, index = key.split(".")
        indices = [block.index for block in recordings[int(section)].turn.blocks]
        assert index == "banners" or int(index) in indices


def test_events_can_be_left_out():
    bundle = mime_bundle(samples.tools(), events=False)
    assert bundle[RECORDING_TYPE]["recordings"] == []
    assert size_in_file(bundle) < size_in_file(mime_bundle(samples.tools()))
