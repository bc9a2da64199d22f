"""Small pictures to read, of every form and state."""

import struct
import zlib
from io import BytesIO

from PIL import Image


def encoded(image, form="JPEG", **options):
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def photograph(width=400, height=300, **options):
    """A blue picture whose top left quarter is red."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height // 2))
    return encoded(image, quality=95, **options)


def png_of_size(width, height):
    """A PNG that says it is this large, with next to nothing behind."""

    def chunk(kind, body):
        crc = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", data)
        + chunk(b"IEND", b"")
    )


def decoded(content):
    return Image.open(BytesIO(content))


def is_red(pixel):
    return pixel[0] > 200 and pixel[2] < 60
