import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.request import content

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 8


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (content.text("Hi"), {"text": "Hi"}),
        (content.image(PNG), {"image": {"format": "png", "source": {"bytes": PNG}}}),
        (content.image(b"raw", format="jpg"), {"image": {"format": "jpeg", "source": {"bytes": b"raw"}}}),
        (
            content.image("s3://bucket/a.JPG", bucket_owner="111122223333"),
            {
                "image": {
                    "format": "jpeg",
                    "source": {"s3Location": {"uri": "s3://bucket/a.JPG", "bucketOwner": "111122223333"}},
                }
            },
        ),
        (
            content.video("s3://bucket/a.3gp"),
            {"video": {"format": "three_gp", "source": {"s3Location": {"uri": "s3://bucket/a.3gp"}}}},
        ),
        (content.audio(b"ID3x"), {"audio": {"format": "mp3", "source": {"bytes": b"ID3x"}}}),
        (
            content.document(b"%PDF-1.7", name="Report (2)", context="c", citations=True),
            {
                "document": {
                    "format": "pdf",
                    "source": {"bytes": b"%PDF-1.7"},
                    "name": "Report (2)",
                    "context": "c",
                    "citations": {"enabled": True},
                }
            },
        ),
        (content.cache_point(), {"cachePoint": {"type": "default"}}),
        (content.cache_point("1h"), {"cachePoint": {"type": "default", "ttl": "1h"}}),
        (content.guarded_text("x", "query"), {"guardContent": {"text": {"text": "x", "qualifiers": ["query"]}}}),
        (content.guarded_image(PNG), {"guardContent": {"image": {"format": "png", "source": {"bytes": PNG}}}}),
    ],
)
def test_content_is_written_as_bedrock_has_it(block, expected):
    assert block == expected


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: content.text(" "), "blank"),
        (lambda: content.image(b""), "cannot be told"),
        (lambda: content.image(b"", format="png"), "empty"),
        (lambda: content.image(b"plain"), "cannot be told: give format=, one of png"),
        (lambda: content.image(b"%PDF-"), "`pdf` is no format of this kind"),
        (lambda: content.image(PNG, format="pgn"), "Did you mean `png`"),
        (lambda: content.image("a.png"), "no S3 URI"),
        (lambda: content.image("s3://B/a.png"), "no S3 URI"),
        (lambda: content.guarded_image(b"GIF89a"), "`gif`"),
        (lambda: content.document(b"x", name="a.txt", format="txt"), "'a' would do"),
        (lambda: content.document(b"x", name="a  b", format="txt"), "'a b' would do"),
        (lambda: content.document(b"x", name="a" * 201, format="txt"), "cannot be named"),
        (lambda: content.document(b"x" * 4718593, name="big", format="txt"), r"4\.5 MB, and the service takes 4\.5"),
    ],
)
def test_what_the_service_would_refuse_is_refused_before(make, message):
    with pytest.raises(InvalidInput, match=message):
        make()


def test_formats_that_newer_models_take_larger_are_left_to_the_service():
    assert content.document(b"%PDF-" + b"0" * 5_000_000, name="large")


@given(st.text())
def test_a_file_name_always_gives_a_name_that_the_service_takes(file_name):
    assert content.document(b"x", name=content.document_name(file_name), format="txt")


def document(name="a"):
    return {"document": {"name": name, "format": "txt", "source": {"bytes": b"x"}}}


def test_documents_are_counted_over_all_messages():
    names = iter("abcdef")
    messages = [
        {"role": "user", "content": [{"text": "a"}, *[document(name=next(names)) for _ in range(3)]]} for _ in range(2)
    ]
    assert content.content_problems(messages) == ["There are 6 documents; the service takes 5 in one request."]
    assert content.content_problems(messages[:1]) == []


def test_a_document_needs_a_text_beside_it():
    assert content.content_problems([{"role": "user", "content": [document()]}]) == [
        "A message with a document needs a text block as well."
    ]


@pytest.mark.parametrize("message", [{}, {"content": None}, {"content": ["x", {"document": 7}, {"document": {}}]}])
def test_what_has_another_form_is_left_to_the_check_of_the_form(message):
    content.content_problems([message])


def test_two_documents_of_one_name_are_told_also_across_turns():
    first, again = (
        content.document(b"a", name="report", format="txt"),
        content.document(b"b", name="report", format="txt"),
    )
    question = content.text("What do they say?")
    messages = [{"role": "user", "content": [first, question]}, {"role": "user", "content": [again, question]}]
    assert content.content_problems(messages) == [
        "Two documents are named 'report'; each needs a name of its own.",
    ]
    assert content.content_problems(messages[:1]) == []
