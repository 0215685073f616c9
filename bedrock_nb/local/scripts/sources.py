"""An answer with citations: the source of each cited passage is streamed before its text."""

from typing import Any

from bedrock_nb.local.answer import Answer, Block, Cited, Text
from bedrock_nb.local.prompt import Request, blocks_of, document_text

INVENTED = {"name": "Scripted almanac", "text": "The sky is blue. Rayleigh explained it in 1871."}
"""What is cited where the request brings no document that can be read as text."""


def citations(request: Request) -> Answer:
    """Cites the first two sentences of the first readable document, or an invented one, and a web page."""
    name, index, text = _source(request)
    blocks: list[Block] = [Text("This **scripted model** has read nothing, but it can quote.")]
    position = 0
    for sentence in _sentences(text)[:2]:
        start = text.index(sentence, position)
        position = start + len(sentence)
        location = {"documentChar": {"documentIndex": index, "start": start, "end": position}}
        blocks += [Text(f" According to *{name}*: "), _cited(sentence, name, location)]
    url = "https://example.com/rayleigh"
    web = {"web": {"url": url, "domain": "example.com"}}
    blocks += [Text(" And from the web: "), _cited("It is all scattering.", "Example page", web, source=url)]
    return Answer(tuple(blocks))


def _source(request: Request) -> tuple[str, int, str]:
    for index, document in enumerate(blocks_of(request, "document")):
        text = (document_text(document) or "").strip()
        if text:
            return str(document["name"]), index, text
    return INVENTED["name"], 0, INVENTED["text"]


def _sentences(text: str) -> list[str]:
    ended = text.replace("! ", "!\n").replace("? ", "?\n").replace(". ", ".\n").splitlines()
    return [sentence.strip() for sentence in ended if sentence.strip()]


def _cited(text: str, title: str, location: dict[str, Any], source: str | None = None) -> Cited:
    named = {"source": source} if source else {}
    return Cited(text, {"title": title, **named, "sourceContent": [{"text": text}], "location": location})
