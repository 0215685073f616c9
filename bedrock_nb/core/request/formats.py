"""The formats of files that Bedrock takes, told from a name or from the first bytes.

The names of formats are those of botocore's bedrock-runtime service model, and a test holds them equal.
"""

from __future__ import annotations

import re

FORMATS: dict[str, tuple[str, ...]] = {
    "image": ("png", "jpeg", "gif", "webp"),
    "document": ("pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"),
    "video": ("mkv", "mov", "mp4", "webm", "flv", "mpeg", "mpg", "wmv", "three_gp"),
    "audio": (
        *("mp3", "opus", "wav", "aac", "flac", "mp4", "ogg", "mkv", "mka", "x-aac", "m4a", "mpeg", "mpga", "pcm"),
        "webm",
    ),
}
"""For each kind of content block its formats. One that several kinds have belongs to the first of them."""

_OTHER_ENDINGS = {"jpg": "jpeg", "3gp": "three_gp", "htm": "html", "markdown": "md", "text": "txt", "ogv": "ogg"}

_SIGNATURES: tuple[tuple[str, re.Pattern[bytes]], ...] = tuple(
    (name, re.compile(pattern, re.DOTALL))
    for name, pattern in (
        ("png", rb"\x89PNG\r\n\x1a\n"),
        ("jpeg", rb"\xff\xd8\xff"),
        ("gif", rb"GIF8[79]a"),
        ("webp", rb"RIFF....WEBP"),
        ("wav", rb"RIFF....WAVE"),
        ("pdf", rb"%PDF-"),
        ("docx", rb"PK\x03\x04.{26,4000}word/"),
        ("xlsx", rb"PK\x03\x04.{26,4000}xl/"),
        ("html", rb"(?i:\s*<(?:!doctype html|html))"),
        ("mov", rb"....ftypqt  "),
        ("three_gp", rb"....ftyp3g"),
        ("m4a", rb"....ftypM4A"),
        ("mp4", rb"....ftyp"),
        ("webm", rb"\x1a\x45\xdf\xa3.{0,100}webm"),
        ("mkv", rb"\x1a\x45\xdf\xa3"),
        ("flv", rb"FLV\x01"),
        ("wmv", rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
        ("mpeg", rb"\x00\x00\x01[\xb3\xba]"),
        ("mp3", rb"ID3|\xff[\xfb\xf3\xf2]"),
        ("flac", rb"fLaC"),
        ("ogg", rb"OggS"),
        ("aac", rb"\xff[\xf1\xf9]"),
    )
)
"""How files of a format begin, from the formats' own specifications; the more special ones come first."""


def format_of_name(name: str) -> str | None:
    """The format that the ending of a file's name, or of a URI's path, stands for; None for any other."""
    ending = name.rpartition(".")[2].lower()
    ending = _OTHER_ENDINGS.get(ending, ending)
    return ending if kind_of_format(ending) else None


def format_of_bytes(data: bytes) -> str | None:
    """The format that the first bytes of a file tell; None where they tell none, as in plain text."""
    return next((name for name, signature in _SIGNATURES if signature.match(data)), None)


def kind_of_format(name: str) -> str | None:
    """The kind of content block that takes this format: image, document, video or audio."""
    return next((kind for kind, names in FORMATS.items() if name in names), None)
