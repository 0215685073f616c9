import pytest

from bedrock_nb.core.blocks import Citation
from bedrock_nb.core.recording import Recording
from wires import delta, text, tool_input, tool_start


def test_a_citation_tells_its_title_source_quote_and_place():
    citation = Citation(
        {
            "title": "T",
            "source": "S",
            "sourceContent": [{"text": "a"}, {"text": "b"}, 7],
            "location": {"web": {"url": "https://example.org"}},
        }
    )
    assert (citation.title, citation.source, citation.quoted) == ("T", "S", "ab")
    assert citation.location == {"web": {"url": "https://example.org"}}


def test_a_citation_of_another_shape_is_empty_but_kept():
    citation = Citation({"title": 7, "sourceContent": "x", "location": []})
    assert (citation.title, citation.quoted, citation.location) == ("", "", {})


def test_citations_stand_with_the_text_that_they_came_before():
    wires = [delta(0, citation={"title": "A"}), text(0, "a"), delta(1, citation={"title": "B"}), text(1, "b")]
    recording = Recording.from_events(wires)
    assert [citation.title for citation in recording.citations] == ["A", "B"]
    assert [citation.title for citation in recording.turn.blocks[1].citations] == ["B"]


@pytest.mark.parametrize(
    ("text", "value", "valid"),
    [
        ("", {}, True),
        ('{"a": 1}', {"a": 1}, True),
        ("[1]", [1], False),
        ('{"a"', None, False),
        ("[" * 100_000, None, False),
        ("1" * 5000, None, False),
    ],
)
def test_the_input_of_a_call_is_parsed_and_says_whether_it_is_valid(text, value, valid):
    (call,) = Recording.from_events([tool_start(0, "a"), tool_input(0, text)]).tool_calls
    assert (call.input, call.valid, call.input_json) == (value, valid, text)
