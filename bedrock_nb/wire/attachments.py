"""Files of this machine as content blocks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.request import content
from bedrock_nb.core.request.formats import FORMATS, format_of_bytes, format_of_name, kind_of_format


def attachment(path: str | Path, *, kind: str | None = None, name: str | None = None) -> dict[str, Any]:
    """The content block of a file: an image, document, video or audio block, as its ending or its first bytes tell.

    Args:
        path: Where the file is; `~` is the home folder.
        kind: `image`, `document`, `video` or `audio`, for formats that several kinds have, such as webm.
        name: What the model calls a document; made of the file's name where it is None.

    Raises:
        InvalidInput: The file cannot be read, its format is not one that Bedrock takes, or the content is refused by
            the rules in `bedrock_nb.core.request.content`.
    """
    file = Path(path).expanduser()
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"The file {file} cannot be read: {error.strerror or error}.") from error
    form = _format(file, data)
    kind = kind or kind_of_format(form)
    match kind:
        case "document":
            return content.document(data, name=name or content.document_name(file.name), format=form)
        case "image":
            return content.image(data, format=form)
        case "video":
            return content.video(data, format=form)
        case "audio":
            return content.audio(data, format=form)
    raise InvalidInput(f"There is no content of the kind `{kind}`; there are {', '.join(FORMATS)}.")


def _format(file: Path, data: bytes) -> str:
    # The bytes know better than the name which image it is; the name knows which of the texts.
    form = format_of_bytes(data) or format_of_name(file.name)
    if form is None:
        known = ", ".join(sorted({name for names in FORMATS.values() for name in names}))
        raise InvalidInput(f"The format of {file.name} is not one that Bedrock takes: {known}.")
    return form
