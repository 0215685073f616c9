"""Content blocks of a message to send: text, image, document, video, audio, cache point, guarded content.

Media come as bytes or as the URI of an object in S3 (`s3://bucket/key`); `bedrock_nb.content` takes paths as well. The
format is told by what is given: `format`, else the first bytes, else a name's ending. The rules that are checked here
are those that the Bedrock user guide states for Converse ("API restrictions", "DocumentBlock"); limits of one model are
left to the service.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.nearest import did_you_mean
from bedrock_nb.core.request.formats import FORMATS, format_of_bytes, format_of_name

ContentBlock = dict[str, Any]

MOST_DOCUMENTS = 5
"""In one request."""
LARGEST_DOCUMENT = int(4.5 * 1024 * 1024)
"""Bytes. Newer models take larger ones of `FORMATS_OF_ANY_SIZE`."""
FORMATS_OF_ANY_SIZE = {"pdf", "docx"}
LONGEST_DOCUMENT_NAME = 200

_DOCUMENT_NAME = re.compile(r"[A-Za-z0-9()\[\]-]+(?:\s[A-Za-z0-9()\[\]-]+)*")
_S3_URI = re.compile(r"s3://[a-z0-9][.\-a-z0-9]{1,61}[a-z0-9](/.*)?")

Source = bytes | bytearray | memoryview | str
"""The bytes of a file, or an `s3://` URI."""
_SOURCES = "Give bytes, or an s3:// URI; `bedrock_nb.content` and --attach read files by their paths."


def text(words: str) -> ContentBlock:
    """A text block.

    Raises:
        InvalidInput: It is blank, which the service refuses.
    """
    if not words.strip():
        raise InvalidInput("The text is blank; the service refuses blank text.")
    return {"text": words}


def image(source: Source, *, format: str | None = None, bucket_owner: str | None = None) -> ContentBlock:
    """An image block; the formats are png, jpeg, gif and webp.

    Args:
        source: The image's bytes, or its `s3://` URI.
        format: Bedrock's name of the format, where the bytes or the URI's ending do not tell it.
        bucket_owner: The account that owns the bucket, where it is another one.

    Raises:
        InvalidInput: The format cannot be told or is no image's, or the source is empty or no S3 URI.
    """
    return _media("image", source, format, bucket_owner)


def video(source: Source, *, format: str | None = None, bucket_owner: str | None = None) -> ContentBlock:
    """A video block; arguments and errors as of `image`."""
    return _media("video", source, format, bucket_owner)


def audio(source: Source, *, format: str | None = None, bucket_owner: str | None = None) -> ContentBlock:
    """An audio block; arguments and errors as of `image`."""
    return _media("audio", source, format, bucket_owner)


def document(
    source: Source,
    *,
    name: str,
    format: str | None = None,
    context: str | None = None,
    citations: bool | None = None,
    bucket_owner: str | None = None,
) -> ContentBlock:
    """A document block.

    Args:
        source: The document's bytes, or its `s3://` URI.
        name: What the model calls it: letters, digits, hyphens, brackets and single spaces; `document_name` makes one
            of a file's name. The model reads it, so a neutral one is safer than a stranger's.
        format: Bedrock's name of the format, where the bytes, the URI's ending or the name's do not tell it.
        context: How the model should take the document when it cites it.
        citations: Whether the model should cite it.
        bucket_owner: The account that owns the bucket, where it is another one.

    Raises:
        InvalidInput: The name breaks its rule, the document is too large, or what `image` raises it for.
    """
    block = _media("document", source, format, bucket_owner)
    block["document"]["name"] = name
    if context is not None:
        block["document"]["context"] = context
    if citations is not None:
        block["document"]["citations"] = {"enabled": citations}
    _refuse(_document_problems(block["document"]))
    return block


def of_kind(kind: str | None, source: Source, **members: Any) -> ContentBlock:
    """The block of this kind: `image`, `document`, `video` or `audio`; the rest as of the function of that name.

    Raises:
        InvalidInput: There is no such kind, or what the function raises it for.
    """
    match kind:
        case "document":
            return document(source, **members)
        case "image":
            return image(source, **members)
        case "video":
            return video(source, **members)
        case "audio":
            return audio(source, **members)
    raise InvalidInput(f"There is no content of the kind `{kind}`; there are {', '.join(FORMATS)}.")


def document_name(file_name: str) -> str:
    """A name that the service takes for a document, made of a file's name."""
    stem = file_name.rpartition(".")[0] or file_name
    words = re.sub(r"[^A-Za-z0-9()\[\]-]+", " ", stem).strip()
    return words[:LONGEST_DOCUMENT_NAME].strip() or "document"


def cache_point(ttl: str | None = None) -> ContentBlock:
    """The end of what is to be cached; `ttl` is "5m" or "1h", the model's own where it is None."""
    return {"cachePoint": {"type": "default"} | ({"ttl": ttl} if ttl else {})}


def guarded_text(words: str, *qualifiers: str) -> ContentBlock:
    """Text that the guardrail looks at. Qualifiers: `grounding_source`, `query`, `guard_content`."""
    guarded: dict[str, Any] = {"text": words} | ({"qualifiers": list(qualifiers)} if qualifiers else {})
    return {"guardContent": {"text": guarded}}


def guarded_image(data: bytes, *, format: str | None = None) -> ContentBlock:
    """An image, png or jpeg, that the guardrail looks at.

    Raises:
        InvalidInput: It is neither.
    """
    return {"guardContent": _media("image", data, format, None, formats=("png", "jpeg"))}


def content_problems(messages: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the service would refuse in the content of these messages, in sentences."""
    problems: list[str] = []
    names: Counter[Any] = Counter()
    for message in messages:
        blocks = [block for block in _blocks(message) if isinstance(block, Mapping)]
        own = [block["document"] for block in blocks if isinstance(block.get("document"), Mapping)]
        names.update(str(each.get("name")) for each in own)
        problems += [problem for each in own for problem in _document_problems(each)]
        if own and not any("text" in block for block in blocks):
            problems.append("A message with a document needs a text block as well.")
    if names.total() > MOST_DOCUMENTS:
        problems.append(f"There are {names.total()} documents; the service takes {MOST_DOCUMENTS} in one request.")
    # Earlier turns count too: each request sends them along.
    problems += [
        f"Two documents are named {name!r}; each needs a name of its own." for name in names if names[name] > 1
    ]
    return problems


def _blocks(message: Mapping[str, Any]) -> Sequence[Any]:
    content = message.get("content")
    return content if isinstance(content, list | tuple) else ()


def _document_problems(block: Mapping[str, Any]) -> list[str]:
    name, source = block.get("name"), block.get("source")
    problems = []
    if isinstance(name, str) and not (_DOCUMENT_NAME.fullmatch(name) and len(name) <= LONGEST_DOCUMENT_NAME):
        problems.append(
            f"A document cannot be named {name[:80]!r}: a name is made of letters, digits, hyphens, parentheses, "
            f"square brackets and single spaces. {document_name(name)!r} would do."
        )
    data = source.get("bytes") if isinstance(source, Mapping) else None
    limited = block.get("format") not in FORMATS_OF_ANY_SIZE
    if isinstance(data, bytes | bytearray) and len(data) > LARGEST_DOCUMENT and limited:
        size = f"{len(data) / 1024 / 1024:.1f} MB"
        problems.append(f"The document {name!r} is too large: {size}, and the service takes 4.5 MB.")
    return problems


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise InvalidInput(" ".join(problems))


def _media(
    kind: str,
    source: Source,
    given: str | None,
    bucket_owner: str | None,
    formats: tuple[str, ...] = (),
) -> ContentBlock:
    formats = formats or FORMATS[kind]
    name = _settled_format(kind, source, given, formats)
    if not isinstance(source, str):
        if not source:
            raise InvalidInput(f"The {kind} is empty.")
        return {kind: {"format": name, "source": {"bytes": bytes(source)}}}
    location = {"uri": source} | ({"bucketOwner": bucket_owner} if bucket_owner else {})
    return {kind: {"format": name, "source": {"s3Location": location}}}


def _settled_format(kind: str, source: Source, given: str | None, formats: tuple[str, ...]) -> str:
    if not isinstance(source, Source):
        raise InvalidInput(f"{kind.capitalize()} content is not made of a {type(source).__name__}.", advice=_SOURCES)
    if isinstance(source, str) and not _S3_URI.fullmatch(source):
        raise InvalidInput(
            f"{source[:200]!r} is no S3 URI (s3://bucket/key).",
            advice=_SOURCES,
        )
    if given is not None:
        name: str | None = format_of_name(given) or given
    else:
        name = format_of_name(source) if isinstance(source, str) else format_of_bytes(bytes(source[:5000]))
    if name is None:
        raise InvalidInput(f"The format of the {kind} cannot be told: give format=, one of {', '.join(formats)}.")
    if name not in formats:
        raise InvalidInput(f"`{name}` is no format of this kind of content ({kind}). {did_you_mean(name, formats)}")
    return name
