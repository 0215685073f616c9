"""At every prefix of a text the stream shows what one render of that prefix shows."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bedrock_nb.views.markdown import MarkdownStream, render_markdown

MARKS = [
    "\n", "\n\n", " ", "    ", "\t", "\r", "\r\n", "\0", "\ud800", "\u2028", "\xa0", "\x0b", "é", "😀", "a",
    "word ", "\\", "# h\n", "---\n", "===\n", "***\n", "> ", "- ", "* ", "1. ", "2) ", "- a\n", "- b\n\n",
    "  - n\n", "1. x\n", "   c\n", "- [ ] ", "- [x] ", "*", "**", "_", "~~", "`", "``", "```\n", "```py\n",
    "~~~\n", "|", "| a | b |\n", "|---|:-:|\n", "| 1 | 2 |\n", "[a]", "[b]", "[c][]", "[A][c]", "![a]",
    "[a]: /u\n", '[b]: https://x.y "t"\n', "[c]: /v\n'ti\ntle'\n", "[l](https://a.b)",
    "![i](https://e.x/i.png)", "https://a.b/c", "www.x.y", "me@x.y", ":", "[", "]", "(", ")", "!", '"t"', "$",
    "$$", "$$\n", "$x$", "$5", "\\(x\\)", "\\[", "\\]", "\\[\n", "&amp;", "&", "<b>", "<!--",
]  # fmt: skip
ITEMS = [
    "- a\n", "- b **x**\n", "- [a]\n", "- c\n\n", "- d\n  - n\n", "- ```\n  x\n  ```\n", "- [ ] t\n",
    "- e\n  f\n", "- [a]: /u\n", "- \n", " - g\n", "  - h\n", "-   i\n", "- $x$\n", "> q\n", "text\n",
    "* o\n", "- x\n\n  para\n",
]  # fmt: skip
STEPS = ["1. a\n", "2. b\n\n", "3. [a] c\n", "4) x\n", " 5. y\n", "6. a\n   - n\n", "text\n"]
ROWS = [
    "| a | b |\n", "| [a] | b |\n", "|x|\n", "| **b** | `c` |\n", "a | b\n", "  | a | b |\n",
    "| a | b | c |\n", "| \\| | b |\n", "| `|` | x |\n", "| | |\n", "plain\n", "> q\n", "    | a | b |\n",
    "|",
]  # fmt: skip
ENDS = [
    "\n",
    "para [a]\n",
    "\n[a]: /late 't'\n",
    "# h\n",
    "[b]: https://b.c\n\n",
    "- z\n",
    "| r | s |\n",
    "\n[a]: /again\n",
]


class Reader:
    """The other side of a stream: it knows nothing but the updates, as a page does."""

    def __init__(self):
        self.fragments = []
        self.tail = ""

    def take(self, update):
        for number, html in update.changed.items():
            self.fragments[number] = html
        self.fragments += update.added
        self.tail = update.tail

    def take_patch(self, patch):
        for number, html in patch["changed"].items():
            self.fragments[int(number)] = html
        self.tail = self.units(0, patch["kept"]) + patch["html"]
        for length in patch["added"]:
            self.fragments.append(self.units(0, length))
            self.tail = self.units(length, None)

    def units(self, start, end):
        """A part of the tail, counted as JavaScript counts."""
        start, end = start * 2, None if end is None else end * 2
        return self.tail.encode("utf-16-le")[start:end].decode("utf-16-le")

    @property
    def html(self):
        return "".join(self.fragments) + self.tail


def assert_exact(parts):
    stream, reader, page, text = MarkdownStream(), Reader(), Reader(), ""
    for part in [*parts, None]:
        update = stream.finish() if part is None else stream.append(part)
        text += part or ""
        reader.take(update)
        page.take_patch(update.as_patch())
        assert stream.html == reader.html == page.html == render_markdown(text)
    assert stream.tail == ""


def cut_at_random(text, seed, longest):
    chance = random.Random(seed)
    parts = []
    while text:
        length = chance.randint(1, longest)
        parts.append(text[:length])
        text = text[length:]
    return parts


def test_every_prefix_of_every_commonmark_example_is_exact(commonmark_examples):
    assert len(commonmark_examples) == 652
    for markdown in commonmark_examples:
        assert_exact(markdown)


@given(st.lists(st.sampled_from(MARKS), max_size=30))
@example(["[a]", "\n\n", "[a]: /u\n", "'ti", "tle'\n"])
@example(["a\r", "\nb\r", "\r", "c"])
@example(["$$\n", "a\n", "# b\n", "$$\n"])
def test_any_mixture_of_marks_is_exact(parts):
    assert_exact(parts)


@st.composite
def long_containers(draw):
    pieces = draw(st.sampled_from([ITEMS, STEPS, ROWS]))
    ordinary = draw(st.sampled_from(pieces[:2]))
    body = [ordinary] * draw(st.integers(12, 24))
    for piece in draw(st.lists(st.sampled_from(pieces), max_size=4)):
        body.insert(draw(st.integers(0, len(body))), piece)
    head = ["| h | i |\n|---|---|\n"] if pieces is ROWS else []
    before = draw(st.sampled_from(["", "\n", "[a]: /u\n", "[a]: /u\n\n", "para\n\n"]))
    after = draw(st.lists(st.sampled_from(ENDS), max_size=4))
    return [before, *head, *body, *after]


@given(long_containers(), st.integers(1, 3))
def test_long_lists_and_tables_are_exact(pieces, pieces_a_paint):
    starts = range(0, len(pieces), pieces_a_paint)
    assert_exact(["".join(pieces[start : start + pieces_a_paint]) for start in starts])


@pytest.mark.parametrize("name", ["code", "definitions", "lists", "mathematics", "prose", "tables"])
def test_whole_answers_are_exact_however_they_are_cut(texts, name):
    assert_exact(cut_at_random(texts[name], seed=1, longest=6))
    assert_exact(cut_at_random(texts[name].replace("\n", "\r\n"), seed=2, longest=60))
    assert_exact([texts[name]])


def test_what_hostile_texts_show_while_they_stream_is_safe_as_well(hostile, faults):
    for what, text in hostile.items():
        stream = MarkdownStream()
        for character in text:
            stream.append(character)
            assert faults(stream.html) == [], (what, text)


def test_a_finished_block_is_sent_once():
    stream = MarkdownStream()
    stream.append("one\n\ntwo\n\nthree\nfour")
    assert stream.fragments == ('<p dir="auto">one</p>\n', '<p dir="auto">two</p>\n')
    update = stream.append(" goes on")
    assert (dict(update.changed), update.added) == ({}, ())
    assert update.as_patch()["html"] == " goes on</p>\n"


def test_a_late_definition_changes_the_fragments_that_asked_for_it_and_no_other():
    stream = MarkdownStream()
    stream.append("[late] one\n\ntwo\n\n[late] three\n\nfour\n\n")
    update = stream.append("[late]: https://late.example")
    assert sorted(update.changed) == [0, 2]
    assert all('href="https://late.example"' in html for html in update.changed.values())


def test_a_definition_that_turns_out_to_be_none_is_taken_back():
    stream = MarkdownStream()
    stream.append("[late]\n\nx\n\n[late]: /u")
    assert 'class="bnb-unlinked"' in stream.fragments[0]
    assert dict(stream.append(" and more").changed) == {0: '<p dir="auto">[late]</p>\n'}


def test_lengths_count_as_javascript_counts():
    stream = MarkdownStream()
    stream.append("😀😀")
    patch = stream.append("😀\n\nnext\n").as_patch()
    assert patch["kept"] == len('<p dir="auto">') + 4
    assert patch["added"] == [len('<p dir="auto"></p>\n') + 6]


def test_a_long_list_is_parsed_by_its_end():
    stream = MarkdownStream()
    for number in range(500):
        stream.append(f"- item {number}\n")
    assert len(stream._open) < 500
    assert stream.html == render_markdown("".join(f"- item {number}\n" for number in range(500)))


def test_nothing_comes_of_nothing():
    stream = MarkdownStream()
    assert stream.append("") == stream.finish()
    assert stream.html == render_markdown("") == ""
