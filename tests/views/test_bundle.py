import base64
import json
import random
from importlib.resources import files

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedrock_nb.core.recording import Recording
from bedrock_nb.views.bundle import RECORDING_TYPE, mime_bundle
from views import samples
from wires import delta

PROSE = "The sky is blue because short waves are scattered far more than long ones, as *Rayleigh* found in 1871. " * 4
CODE = "```python\ndef scattered(nm: float) -> float:\n    return (700 / nm) ** 4  # relative to red\n```\n\n"
MARKDOWN = (files("bedrock_nb.local.scripts") / "long_answer.md").read_text(encoding="utf-8")
# Short pieces, of which each takes far more room as HTML, or in JSON, than by itself.
ROWS = "|a|b|c|\n|-|-:|:-:|\n" + "|x|y|z|\n" * 4_000
LITTLE_ANSWERS = {
    "a table of letters": ROWS,
    "a list of letters": "- a\n",
    "numbered letters": "1. a\n",
    "tasks": "- [ ] a\n",
    "paragraphs of letters": "a\n\n",
    "lines of letters": "a\n",
    "formulas": "$x^2$\n",
    "displayed formulas": "$$\\frac{a}{b}$$\n\n",
    "headings": "# a\n\n",
    "quotes in quotes": "> > > a\n\n",
    "little programs": "```py\na=1\n```\n\n",
    "words in code": "`a` `b`\n",
    "emphasis": "*a* **b** ~~c~~\n",
    "links": "[a](http://b.c)\n",
    "quotation marks": '"',
    "marks of HTML": "<&>",
    "control characters": "\x01\x1b",
    "line separators": "a\u2028",
    "backslashes": "\\",
}
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


@pytest.mark.parametrize("kind", ANSWERS | LITTLE_ANSWERS)
def test_a_notebook_grows_by_no_more_than_four_times_a_long_answer(kind):
    recording = answer_of((ANSWERS | LITTLE_ANSWERS)[kind])
    assert size_in_file(mime_bundle(recording)) <= 4 * len(recording.text.encode())


KINDS = st.lists(st.sampled_from(sorted(ANSWERS | LITTLE_ANSWERS)), max_size=4)


@settings(max_examples=25)
@given(kinds=KINDS, others=st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=2), seed=st.integers(0, 99))
def test_whatever_a_long_answer_is_made_of_the_limit_holds(kinds, others, seed):
    chance = random.Random(seed)
    pieces = [(ANSWERS | LITTLE_ANSWERS)[kind][:800] for kind in kinds] + others
    text = "\n".join(chance.choices(pieces, k=20_000)).encode()[:40_000].decode(errors="ignore")
    script = samples.Script()
    while text:
        size = chance.randint(1, 60)
        script.add(delta(0, text=text[:size]), after=chance.random() / 4)
        text = text[size:]
    recording = script.stop_block().end().recording()
    assert size_in_file(mime_bundle(recording)) <= 4 * len(recording.text.encode())


@pytest.mark.parametrize(
    ("kind", "tag", "count"),
    [
        ("a list of letters", "<li>", 9_900),
        ("paragraphs of letters", "<p>", 13_000),
        ("a table of letters", "<td>", 10_000),
        ("headings", "<h3", 7_900),
    ],
)
def test_what_a_long_answer_is_made_of_is_there(kind, tag, count):
    assert mime_bundle(answer_of(LITTLE_ANSWERS[kind]))["text/html"].count(tag) >= count


def test_an_answer_that_fits_no_other_way_is_there_as_text_and_then_as_its_beginning():
    quoted, marks = answer_of("> > > > a\n\n"), answer_of("<&>")
    assert mime_bundle(quoted)["text/html"].count("&gt; a") > 3_000
    assert "more characters: see the recording." in mime_bundle(marks)["text/html"]
    for recording in (quoted, marks):
        [saved] = mime_bundle(recording)[RECORDING_TYPE]["recordings"]
        assert Recording.from_dict(json.loads(json.dumps(saved))) == recording


@pytest.mark.parametrize("kind", ANSWERS)
def test_of_a_long_answer_the_html_and_the_recording_stay_whole(kind):
    recording = answer_of(ANSWERS[kind])
    bundle = mime_bundle(recording)
    [saved] = bundle[RECORDING_TYPE]["recordings"]
    assert Recording.from_dict(json.loads(json.dumps(saved))) == recording
    assert bundle["text/html"].count("<p") >= recording.text.count("\n\n") / 2


PHOTO = random.Random(7).randbytes(100_000)
ANSWER = 50 * f"{PROSE}\n\n"


def with_a_tools_picture():
    content = [{"image": {"format": "png", "source": {"bytes": PHOTO}}}]
    results = [{"role": "user", "content": [{"toolResult": {"toolUseId": "t", "content": content}}]}]
    first = samples.Script().tool("draw", '{"what": "the sky"}', "t").end("tool_use").recording()
    return [first, samples.Script().text(ANSWER).end().recording({"messages": results})]


def with_a_picture_of_the_models():
    return samples.Script().tool("draw", "{}").image(PHOTO).text(ANSWER).end().recording()


def with_much_before_it():
    before = [{"role": "user", "content": [{"text": PROSE * 250}]}]
    return samples.Script().tool("draw", "{}").text(ANSWER).end().recording({"messages": before})


def with_long_signatures():
    signature = random.Random(7).randbytes(75_000).hex()
    return samples.Script().reasoning("Hm", signature).tool("draw", "{}").text(ANSWER).end().recording()


@pytest.mark.parametrize(
    ("sample", "pictures"),
    [(with_a_tools_picture, 1), (with_a_picture_of_the_models, 1), (with_much_before_it, 0), (with_long_signatures, 0)],
)
def test_what_no_form_makes_smaller_takes_nothing_from_the_html_of_a_long_answer(sample, pictures):
    _, _, html = mime_bundle(sample())["text/html"].partition("</style>")
    assert html.count("<em>Rayleigh</em>") == ANSWER.count("*Rayleigh*")
    assert html.count("bnb-name") == 1
    assert html.count(base64.b64encode(PHOTO).decode()) == pictures


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
