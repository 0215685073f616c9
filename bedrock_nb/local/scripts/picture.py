"""An answer with an image: a small PNG of a sky, drawn here."""

import struct
import zlib
from functools import cache

from bedrock_nb.local.answer import Answer, Image, Text
from bedrock_nb.local.prompt import Request, opening_words

WIDTH, HEIGHT = 96, 64


def image(request: Request) -> Answer:
    """A sentence, then the picture."""
    text = f"A **scripted picture** of a sky; it does not depend on “{opening_words(request)}”.\n"
    return Answer((Text(text), Image("png", sky_png())))


@cache
def sky_png() -> bytes:
    """A PNG of 96 by 64 pixels: blue above, orange at the horizon, a sun that is setting."""
    rows = b"".join(b"\x00" + bytes(_row(y)) for y in range(HEIGHT))
    header = struct.pack("!IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_part(kind, data) for kind, data in parts)


def _row(y: int) -> list[int]:
    return [channel for x in range(WIDTH) for channel in _pixel(x, y)]


def _pixel(x: int, y: int) -> tuple[int, int, int]:
    if (x - 64) ** 2 + (y - 44) ** 2 < 14**2:
        return (255, 214, 102)
    low = y / (HEIGHT - 1)
    return (int(70 + 180 * low), int(130 + 30 * low), int(220 - 140 * low))


def _png_part(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
