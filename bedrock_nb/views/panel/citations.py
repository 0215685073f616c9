"""Cited text: which sources it rests on, where in them, and which stretch of the text each belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from bedrock_nb.core.blocks import Citation, TextBlock
from bedrock_nb.core.events import Wire
from bedrock_nb.views.panel.panel import Passage, Piece, Source


def passages(key: str, blocks: Sequence[TextBlock], *, growing: bool, lists_sources: bool) -> Iterator[Passage]:
    """The passage that these neighbouring text blocks make; none where nothing came, as some models open so."""
    sources: dict[tuple[str, ...], Source] = {}
    pieces = []
    for place, block in enumerate(blocks):
        numbers = tuple(sorted({_number(citation, sources) for citation in block.citations}))
        is_open = growing and place == len(blocks) - 1
        pieces.append(Piece(block.text, () if is_open else numbers))
    passage = Passage(key, tuple(pieces), tuple(sources.values()), growing, lists_sources)
    if passage.text or passage.sources:
        yield passage


def _number(citation: Citation, sources: dict[tuple[str, ...], Source]) -> int:
    """The number of this source, a new one where the same was not cited before."""
    title, place, link = citation.title, _place(citation.location), _link(citation)
    named = title or (link and urlsplit_host(link)) or citation.source or "Untitled source"
    same = (named, place, citation.quoted, link)
    source = sources.setdefault(same, Source(len(sources) + 1, named, place, citation.quoted, link))
    return source.number


def urlsplit_host(address: str) -> str:
    """The host that an address leads to; the address itself where that cannot be told."""
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return address


def _link(citation: Citation) -> str:
    web = citation.location.get("web")
    url = web.get("url") if isinstance(web, dict) else None
    if isinstance(url, str):
        return url
    return citation.source if citation.source.startswith(("https://", "http://")) else ""


def _place(location: Wire) -> str:
    """Where in the document, in words. Documents are counted from 0 on the wire; people count them from 1."""
    match location:
        case {"documentPage": dict() as place}:
            return _in_document(place, "page")
        case {"documentChar": dict() as place}:
            return _in_document(place, "character")
        case {"documentChunk": dict() as place}:
            return _in_document(place, "part")
        case {"searchResultLocation": dict() as place}:
            number = place.get("searchResultIndex")
            return f"search result {number + 1}" if isinstance(number, int) else "search result"
    return ""


def _in_document(place: dict[str, Any], unit: str) -> str:
    number, start, end = (place.get(name) for name in ("documentIndex", "start", "end"))
    document = f"document {number + 1}" if isinstance(number, int) else "document"
    if not isinstance(start, int):
        return document
    if not isinstance(end, int) or end <= start:
        return f"{document}, {unit} {start}"
    return f"{document}, {unit}s {start} to {end}"
