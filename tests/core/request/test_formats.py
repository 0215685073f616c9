import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.request.formats import format_of_bytes, format_of_name, kind_of_format


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"GIF87a", "gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "wav"),
        (b"%PDF-1.4", "pdf"),
        (b"PK\x03\x04" + b"\x00" * 26 + b"[Content_Types].xml..word/document.xml", "docx"),
        (b"PK\x03\x04" + b"\x00" * 26 + b"[Content_Types].xml..xl/workbook.xml", "xlsx"),
        (b" <!DOCTYPE html>", "html"),
        (b"\x00\x00\x00\x18ftypisom", "mp4"),
        (b"\x00\x00\x00\x18ftypqt  ", "mov"),
        (b"\x00\x00\x00\x18ftypM4A ", "m4a"),
        (b"\x1a\x45\xdf\xa3....\x42\x82\x84webm", "webm"),
        (b"\x1a\x45\xdf\xa3....matroska", "mkv"),
        (b"ID3\x04", "mp3"),
        (b"fLaC", "flac"),
        (b"OggS", "ogg"),
        (b"plain words", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_format(data, name):
    assert format_of_bytes(data) == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.png", "png"),
        ("A.JPG", "jpeg"),
        ("s3://b/k.tar.md", "md"),
        ("x.3gp", "three_gp"),
        ("x.exe", None),
        ("png", "png"),
    ],
)
def test_the_ending_of_a_name_tells_the_format(name, expected):
    assert format_of_name(name) == expected


@given(st.binary())
def test_whatever_the_bytes_say_is_a_format_of_bedrocks(data):
    name = format_of_bytes(data)
    assert name is None or kind_of_format(name) in {"image", "document", "video", "audio"}
