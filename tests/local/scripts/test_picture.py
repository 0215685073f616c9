import struct
import zlib

from bedrock_nb.local.answer import Image
from bedrock_nb.local.scripts.picture import HEIGHT, WIDTH, image, sky_png


def test_the_picture_is_a_png():
    data = sky_png()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack("!II", data[16:24]) == (WIDTH, HEIGHT)
    position, kinds = 8, []
    while position < len(data):
        length, kind = struct.unpack("!I4s", data[position : position + 8])
        content = data[position + 8 : position + 8 + length]
        assert struct.unpack("!I", data[position + 8 + length : position + 12 + length]) == (
            zlib.crc32(kind + content),
        )
        kinds.append(kind)
        if kind == b"IDAT":
            assert len(zlib.decompress(content)) == HEIGHT * (1 + 3 * WIDTH)
        position += 12 + length
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]


def test_the_picture_comes_after_a_sentence():
    text, picture = image({}).blocks
    assert "scripted picture" in text.text
    assert isinstance(picture, Image)
    assert picture.image_format == "png"
