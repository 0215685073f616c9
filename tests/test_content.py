import pytest

import bedrock_nb as bnb
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.local import LocalBedrock

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chart.png").write_bytes(PNG)
    (tmp_path / "My report_2.md").write_text("# Hi")
    (tmp_path / "sound.webm").write_bytes(b"\x1a\x45\xdf\xa3webm")
    return tmp_path


@pytest.mark.parametrize("source", ["chart.png", PNG, bytearray(PNG), memoryview(PNG)], ids=lambda s: type(s).__name__)
def test_an_image_comes_from_a_path_or_bytes(files, source):
    assert bnb.content.image(source) == {"image": {"format": "png", "source": {"bytes": PNG}}}


def test_a_path_may_be_a_path(files):
    assert bnb.content.image(files / "chart.png") == bnb.content.image(PNG)


def test_s3_is_read_by_the_service():
    block = bnb.content.video("s3://bucket/a.mp4", bucket_owner="111122223333")
    assert block["video"]["source"]["s3Location"] == {"uri": "s3://bucket/a.mp4", "bucketOwner": "111122223333"}


def test_a_document_has_the_name_of_its_file_and_all_that_is_said_of_it(files):
    block = bnb.content.document("My report_2.md", citations=True, context="Of last year.")
    told = {"context": "Of last year.", "citations": {"enabled": True}}
    assert block == {"document": {"format": "md", "name": "My report 2", "source": {"bytes": b"# Hi"}, **told}}
    assert bnb.content.document("s3://bucket/folder/a_b.pdf")["document"]["name"] == "a b"
    assert bnb.content.document(b"# Hi", format="md")["document"]["name"] == "document"
    assert bnb.content.document("My report_2.md", name="Report")["document"]["name"] == "Report"


def test_the_kind_decides_where_a_format_has_several(files):
    assert "audio" in bnb.content.audio("sound.webm")
    assert "video" in bnb.content.video("sound.webm")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: bnb.content.image("missing.png"), "'missing.png' cannot be read: No such file"),
        (lambda: bnb.content.image("a\0b.png"), "cannot be read: embedded null byte"),
        (lambda: bnb.content.image("My report_2.md"), "`md` is no format of this kind of content"),
        (lambda: bnb.content.image(b"what is this?"), "The format of the image cannot be told"),
        (lambda: bnb.content.image(5), "Image content is not made of a int"),
        (lambda: bnb.content.document("My report_2.md", name="a/b"), "cannot be named 'a/b'"),
        (lambda: bnb.content.text(" "), "The text is blank"),
    ],
)
def test_what_is_no_content_is_told(files, make, said):
    with pytest.raises(InvalidInput, match=said):
        make()


def test_blocks_are_sent_as_they_are(files, monkeypatch):
    with LocalBedrock() as endpoint:
        for name, value in endpoint.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("BEDROCK_NB_STORE", "off")
        parts = [bnb.content.document("My report_2.md"), bnb.content.cache_point(), "What is new?"]
        bnb.converse(parts, model="local.scripted-echo-v1:0", attach=bnb.content.image(PNG))
        sent = endpoint.requests[-1].body["messages"][0]["content"]
    assert [next(iter(part)) for part in sent] == ["image", "document", "cachePoint", "text"]
