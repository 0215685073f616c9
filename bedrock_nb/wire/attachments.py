"""Files of this machine as content blocks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.request import content
from bedrock_nb.core.request.formats import FORMATS, format_of_bytes, format_of_name, kind_of_format

_SHOWN = 300
"""Characters of a path; a longer one was meant to be something else."""


def attachment(path: str | Path, *, kind: str | None = None, **members: Any) -> dict[str, Any]:
    """The content block of a file: an image, document, video or audio block, as its ending or its first bytes tell.

    Args:
        path: Where the file is; `~` is the home folder.
        kind: `image`, `document`, `video` or `audio`, for formats that several kinds have, such as webm.
        members: What else there is to say, as of `bedrock_nb.core.request.content`: `format`, or a document's `name`,
            which is made of the file's where it is not given.

    Raises:
        InvalidInput: The file cannot be read, its format is not one that Bedrock takes, or the content is refused by
            the rules in `bedrock_nb.core.request.content`.
    """
    if str(path).startswith(("http://", "https://")):
        raise InvalidInput(
            f"{path} is an address on the web, not a file.", advice="Download it first; nothing was sent."
        )
    file = Path(path).expanduser()
    try:
        data = file.read_bytes()
    except (OSError, ValueError) as error:  # the second where the path has a zero byte in it
        why = getattr(error, "strerror", None) or error
        advice = "Nothing was sent." if file.is_absolute() else f"Nothing was sent. The working folder is {Path.cwd()}."
        raise InvalidInput(f"The file {str(file)[:_SHOWN]!r} cannot be read: {why}.", advice=advice) from error
    if not data:
        raise InvalidInput(f"The file {file.name} is empty.", advice="Nothing was sent.")
    form = members.pop("format", None) or _format(file, data)
    kind = kind or kind_of_format(form)
    if kind == "document":
        members.setdefault("name", content.document_name(file.name))
    return content.of_kind(kind, data, format=form, **members)


def _format(file: Path, data: bytes) -> str:
    # The bytes know better than the name which image it is; the name knows which of the texts.
    form = format_of_bytes(data) or format_of_name(file.name)
    if form is None:
        known = ", ".join(sorted({name for names in FORMATS.values() for name in names}))
        raise InvalidInput(
            f"The format of {file.name} is not one that Bedrock takes.",
            advice=f"Nothing was sent. Convert it to one of {known}.",
        )
    return form
