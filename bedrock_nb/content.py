"""Content blocks, for prompts that are more than a text.

```python
report = bnb.content.document("report.pdf", citations=True)
bnb.converse([report, bnb.content.image("s3://bucket/chart.png"), "What has changed?"])
```

A source is the path of a file, an `s3://` address that Bedrock reads itself, or bytes. Each function gives a block as
Converse has it, fit for a prompt, for `attach=` and for the content of `messages=`. What the service's own rules refuse
is refused here, before anything is sent.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

from bedrock_nb.core.request import content
from bedrock_nb.core.request.content import (
    ContentBlock,
    cache_point,
    document_name,
    guarded_image,
    guarded_text,
    text,
)
from bedrock_nb.wire.attachments import attachment

__all__ = ["audio", "cache_point", "document", "guarded_image", "guarded_text", "image", "text", "video"]

Source: TypeAlias = str | Path | bytes | bytearray | memoryview
"""The path of a file, an `s3://` address, or the bytes themselves."""


def image(source: Source, *, format: str | None = None, bucket_owner: str | None = None) -> ContentBlock:
    """An image: png, jpeg, gif or webp.

    Args:
        source: A path, an `s3://` address or bytes.
        format: Bedrock's name of the format, where neither the bytes nor the name tell it.
        bucket_owner: The account that owns the bucket, where it is another one.

    Raises:
        InvalidInput: The file cannot be read, is empty or of another kind, or its format cannot be told.
    """
    return _block("image", source, format=format, bucket_owner=bucket_owner)


def video(source: Source, *, format: str | None = None, bucket_owner: str | None = None) -> ContentBlock:
    """A video; arguments and errors as of `image`."""
    return _block("video", source, format=format, bucket_owner=bucket_owner)


def audio(source: Source, *, format: str | None = None, bucket_owner: str | None = None) -> ContentBlock:
    """A sound; arguments and errors as of `image`."""
    return _block("audio", source, format=format, bucket_owner=bucket_owner)


def document(
    source: Source,
    *,
    name: str | None = None,
    format: str | None = None,
    context: str | None = None,
    citations: bool | None = None,
    bucket_owner: str | None = None,
) -> ContentBlock:
    """A document: pdf, csv, doc, docx, xls, xlsx, html, txt or md.

    Args:
        source: A path, an `s3://` address or bytes.
        name: What the model calls it; made of the file's name where it is None.
        format: Bedrock's name of the format, where neither the bytes nor the name tell it.
        context: How the model should take the document when it cites it.
        citations: Whether the model should cite it.
        bucket_owner: The account that owns the bucket, where it is another one.

    Raises:
        InvalidInput: What `image` raises it for, or the name breaks the service's rule, or the document is too large.
    """
    if name is None:
        name = document_name(Path(source).name) if isinstance(source, str | Path) else "document"
    told = {"name": name, "context": context, "citations": citations}
    return _block("document", source, format=format, bucket_owner=bucket_owner, **told)


def _block(kind: str, source: Source, **members: Any) -> ContentBlock:
    given = {name: value for name, value in members.items() if value is not None}
    if isinstance(source, Path) or (isinstance(source, str) and not source.startswith("s3://")):
        return attachment(source, kind=kind, **given)
    return content.of_kind(kind, source, **given)
