"""Where a link may lead, and which picture may be shown."""

import re
from urllib.parse import urlsplit

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ACCEPTED = re.compile(r"https?:|mailto:|data:image/(?:png|jpeg|gif|webp);", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}", re.IGNORECASE)


def is_accepted(address: str) -> bool:
    """Whether Markdown with this address is a link or a picture at all; otherwise its source is shown."""
    stripped = address.strip()
    return not _SCHEME.match(stripped) or bool(_ACCEPTED.match(stripped))


def leads_out(address: str) -> bool:
    """Whether a reader may follow this address.

    A relative one would lead into the notebook server. One that names a user before its host
    ("https://bank.example@evil.example") is made to be misread.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return bool(parts.path)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and "@" not in parts.netloc


def is_picture(address: str) -> bool:
    """Whether this address holds the picture itself, in a form that can neither run nor fetch anything."""
    return bool(_PICTURE.fullmatch(address))
