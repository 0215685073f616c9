import pytest

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.wire.attachments import attachment

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.png", PNG, {"image": {"format": "png", "source": {"bytes": PNG}}}),
        ("wrong.gif", PNG, {"image": {"format": "png", "source": {"bytes": PNG}}}),
        (
            "My_notes.v2.md",
            b"# Hi",
            {"document": {"format": "md", "name": "My notes v2", "source": {"bytes": b"# Hi"}}},
        ),
        (
            "a.mp4",
            b"\x00\x00\x00\x18ftypisom",
            {"video": {"format": "mp4", "source": {"bytes": b"\x00\x00\x00\x18ftypisom"}}},
        ),
        ("a.mp3", b"ID3", {"audio": {"format": "mp3", "source": {"bytes": b"ID3"}}}),
    ],
)
def test_a_file_becomes_the_content_that_it_is(tmp_path, name, data, expected):
    (tmp_path / name).write_bytes(data)
    assert attachment(tmp_path / name) == expected


def test_the_kind_and_the_name_can_be_said(tmp_path):
    file = tmp_path / "sound.webm"
    file.write_bytes(b"\x1a\x45\xdf\xa3webm")
    assert "video" in attachment(file)
    assert "audio" in attachment(str(file), kind="audio")
    page = tmp_path / "a.txt"
    page.write_text("x")
    assert attachment(page, name="Page 1")["document"]["name"] == "Page 1"


def test_the_home_folder_is_known(home):
    (home / "a.txt").write_text("x")
    assert attachment("~/a.txt")["document"]["source"] == {"bytes": b"x"}


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("none.png", None, "cannot be read"),
        ("a.exe", None, "not one that Bedrock takes"),
        ("a.png", "picture", "no content of the kind"),
    ],
)
def test_what_cannot_be_attached_is_refused_in_words(tmp_path, name, kind, said):
    (tmp_path / "a.exe").write_bytes(b"MZ")
    (tmp_path / "a.png").write_bytes(PNG)
    with pytest.raises(InvalidInput, match=said):
        attachment(tmp_path / name, kind=kind)


def test_a_file_that_is_not_there_says_where_it_was_looked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInput) as told:
        attachment("none.png")
    assert told.value.advice == f"Nothing was sent. The working folder is {tmp_path}."


@pytest.mark.parametrize(
    ("name", "data", "said", "next_step"),
    [
        ("a.txt", b"", "The file a.txt is empty.", "Nothing was sent."),
        ("a.xyz", b"?", "The format of a.xyz is not one that Bedrock takes.", "Convert it to one of aac, csv, doc"),
    ],
)
def test_a_file_that_is_of_no_use_is_named_with_what_to_do(tmp_path, name, data, said, next_step):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InvalidInput) as told:
        attachment(tmp_path / name)
    assert told.value.message == said
    assert next_step in told.value.advice


@pytest.mark.parametrize("address", ["http://example.org/a.pdf", "https://example.org/a.pdf"])
def test_an_address_on_the_web_is_no_file(address):
    with pytest.raises(InvalidInput, match=f"{address} is an address on the web") as told:
        attachment(address)
    assert "Download it first" in told.value.advice
