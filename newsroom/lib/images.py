"""Pictures: what may be taken in, and how it is seen upright, in sRGB, with 8 bits.

The bytes decide what a file is; its name and announced type are never believed. Size
in bytes, in pixels and in passes is checked before anything is decoded, no more than
the first frame is decoded, and no decoder runs but those of FORMATS: Pillow would hand
EPS to an interpreter that reads files.
"""

import hashlib
import warnings
from dataclasses import dataclass, field
from io import BytesIO
from math import sqrt

import pillow_heif
from PIL import Image, ImageCms

# The picture alone: no thumbnails, depth maps or further pictures of the container.
pillow_heif.register_heif_opener(
    thumbnails=False, depth_images=False, aux_images=False, decode_threads=1
)

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "GIF", "TIFF")
EXTENSIONS = {
    "JPEG": "jpg",
    "MPO": "jpg",  # a telephone's JPEG with a second picture behind the first
    "PNG": "png",
    "WEBP": "webp",
    "AVIF": "avif",
    "HEIF": "heic",
    "GIF": "gif",
    "TIFF": "tif",
}
KNOWN_FORMS = "JPEG, PNG, WebP, AVIF, HEIC, GIF or TIFF"
MAX_BYTES = 40 * 1024 * 1024
# What keeps most pictures within `decoder.MEMORY`, by form and by form and mode. A JPEG
# is made smaller while it is decoded, so a camera of 60 megapixels passes; all else
# lies in memory whole, two to three times at four bytes a pixel.
MAX_PIXELS = 50_000_000
OTHER_MAX_PIXELS = {
    "JPEG": 80_000_000,
    "MPO": 80_000_000,
    "JPEG CMYK": 62_000_000,
    "WEBP": 28_000_000,
}
DAMAGED = "This picture is damaged: it cannot be read to its end."
# A progressive JPEG comes in about ten passes, each over all of its pixels.
MAX_JPEG_PASSES = 100
# Work goes on with no more than this, and with no side below LARGEST if there was one.
WORKING_PIXELS = 16_000_000
LARGEST = 1920
THUMBNAIL = 480

_ORIENTATION = 0x0112
_START_OF_SCAN = b"\xff\xda"  # in a JPEG's data no 0xFF stands before 0xDA
_SRGB = ImageCms.createProfile("sRGB")


class UnacceptablePictureError(ValueError):
    """The file cannot become a picture; the message says why, for an editor."""


@dataclass(frozen=True)
class Facts:
    """What the bytes of a picture say; its size in pixels is the upright one's.

    `colour` is six hex digits of the colour it has most of; `look` is `look_of` it;
    `thumbnail` a small JPEG; `note` tells an editor what was left out, or is empty.
    `offer` is what `decoding.inspect` found the file to say of itself.
    """

    extension: str
    width: int
    height: int
    sha256: str
    colour: str
    look: str
    thumbnail: bytes
    note: str = ""
    offer: dict = field(default_factory=dict)


def inspect(content):
    """The Facts of a picture's bytes, after decoding it once in full.

    Raises UnacceptablePictureError for what is too large, broken or no picture.
    """
    with opened(content) as image:
        extension = EXTENSIONS[image.format]
        width, height = image.size
        small = _upright(image, smallest=THUMBNAIL)
        if _orientation(image) in (5, 6, 7, 8):
            width, height = height, width
        note = _note(image)
    small.thumbnail((THUMBNAIL, THUMBNAIL), reducing_gap=3.0)
    file = BytesIO()
    small.save(file, "JPEG", quality=75)
    return Facts(
        extension,
        width,
        height,
        hashlib.sha256(content).hexdigest(),
        dominant_colour(small),
        look_of(small),
        file.getvalue(),
        note,
    )


def upright(content):
    """The picture as people should see it: upright, sRGB, 8 bits, without metadata.

    It may be smaller than the original, as WORKING_PIXELS and LARGEST say.
    Raises UnacceptablePictureError.
    """
    with opened(content) as image:
        return _upright(image, smallest=LARGEST)


def opened(content):
    """The picture of these bytes, not decoded yet. Raises UnacceptablePictureError."""
    check_length(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about sizes, which are checked below
            image = Image.open(BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise UnacceptablePictureError(_too_many_pixels(MAX_PIXELS)) from error
    except MemoryError:
        raise
    except Exception as error:  # decoders raise anything on odd bytes
        raise UnacceptablePictureError(_unreadable(content)) from error
    is_jpeg = image.format in ("JPEG", "MPO")
    limit = OTHER_MAX_PIXELS.get(image.format, MAX_PIXELS)
    limit = OTHER_MAX_PIXELS.get(f"{image.format} {image.mode}", limit)
    if image.width * image.height > limit:
        image.close()
        raise UnacceptablePictureError(_too_many_pixels(limit))
    if is_jpeg and content.count(_START_OF_SCAN) > MAX_JPEG_PASSES:
        image.close()
        raise UnacceptablePictureError(
            "This JPEG is built to keep computers busy. Save it anew from a program."
        )
    return image


def check_length(content):
    """Raise UnacceptablePictureError for bytes that are none, or too many."""
    if not content:
        raise UnacceptablePictureError("This file is empty.")
    if len(content) > MAX_BYTES:
        raise UnacceptablePictureError(
            f"This file is too large: {len(content) / 1_048_576:.0f} MB, and "
            f"{MAX_BYTES // 1_048_576} MB fit."
        )


def dominant_colour(image):
    """Six hex digits of the colour that an RGB image has most of."""
    few = image.resize((32, 32), Image.Resampling.BOX).quantize(6)
    _, index = max(few.getcolors())
    return bytes(few.getpalette()[3 * index : 3 * index + 3]).hex()


def look_of(image):
    """Sixteen hex digits that hardly change when a picture is resized or saved anew.

    Each of the 64 bits says whether a point of the greyed, 9 by 8 points small picture
    is brighter than the one to its right (a difference hash).
    """
    small = image.convert("L").resize((9, 8), Image.Resampling.BOX)
    points = small.get_flattened_data()
    bits = 0
    for row in range(8):
        for column in range(8):
            at = row * 9 + column
            bits = bits << 1 | (points[at] > points[at + 1])
    return f"{bits:016x}"


def difference(look, other):
    """In how many of 64 points two looks differ; below 7 it is as good as one picture.

    A picture of one colour alone looks like every other such: 64, whatever it is.
    """
    if is_flat(look) or is_flat(other):
        return 64
    return (int(look, 16) ^ int(other, 16)).bit_count()


def is_flat(look):
    """Whether a look says nothing, as that of a picture of one colour."""
    return look in ("", "0" * 16)


def _too_many_pixels(limit):
    return (
        f"This picture has too many pixels: {limit // 1_000_000} million fit. "
        "Save a smaller one."
    )


def _unreadable(content):
    start = content[:1000].lstrip().lower()
    if b"<svg" in start or (start.startswith(b"<?xml") and b"svg" in start):
        return (
            "This is an SVG drawing, which can carry programs. Save it as PNG and "
            "upload that."
        )
    return f"This is not a picture we can read. Use {KNOWN_FORMS}."


def _note(image):
    try:
        count = getattr(image, "n_frames", 1)
    except Exception:  # noqa: BLE001 -- what follows the first picture is not used
        return ""
    if count < 2 or image.format == "MPO":
        return ""
    if image.format == "TIFF":
        return f"Of its {count} pages the first is used."
    if image.format == "HEIF":
        return ""
    return f"Of its {count} moving pictures the first is used."


def _load(image):
    """Decode the first frame; the others of an animation are never touched."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # damaged metadata is not the picture
            image.seek(0)
            image.load()
    except MemoryError:
        raise
    except Exception as error:  # decoders raise anything on odd bytes
        raise UnacceptablePictureError(DAMAGED) from error


def _orientation(image):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 -- unreadable Exif says nothing
        return 1


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _upright(image, *, smallest):
    # JPEG can be decoded at a half, a quarter … at no cost in quality here.
    image.draft(None, (smallest, smallest))
    # Before the orientation is asked for: a PNG is read for it, and would not tell
    # afterwards that it had come to no end.
    _load(image)
    turn = _TURNS.get(_orientation(image))
    profile = image.info.get("icc_profile")
    found = _on_white(_in_srgb(_shrunk(_plain(image), smallest), profile))
    found = found.transpose(turn) if turn is not None else found.copy()
    found.info.clear()
    return found


def _plain(image):
    """With 8 bits a channel, no palette, and what is seen through in an alpha channel.

    Before anything is resized: a colour that stands for "nothing here" (PNG's tRNS,
    GIF's index) would mix with those beside it and be seen.
    """
    if image.mode.startswith("I;16"):
        return _grey(image)
    if image.mode in ("I", "F"):
        low, high = image.convert("F").getextrema()
        if image.mode == "I" and low >= 0:
            low, high = 0, 255 if high <= 255 else max(high, 65535)
        scale = 255 / (high - low or 1)
        return (
            image.convert("F")
            .point(lambda value: value * scale - low * scale)
            .convert("L")
        )
    if image.mode in ("P", "PA", "1") or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _grey(image):
    """A grey picture of 16 bits with 8; one value of it may be seen through."""
    key = image.info.get("transparency")
    values = image.convert("I")
    grey = values.point([value >> 8 for value in range(65536)], "L")
    if key is None:
        return grey
    seen = values.point([255 * (value != key) for value in range(65536)], "L")
    return Image.merge("LA", (grey, seen))


def _shrunk(image, smallest):
    """Small enough to work with: its shorter side is `smallest`, if it was more."""
    scale = max(smallest / image.width, smallest / image.height)
    scale = min(1, scale, sqrt(WORKING_PIXELS / (image.width * image.height)))
    if scale == 1:
        return image
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _in_srgb(image, profile):
    """The picture in sRGB; without a profile, or with a broken one, as it is."""
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return image
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode=target)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


def _on_white(image):
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image).convert("RGB")
    return image.convert("RGB") if image.mode != "RGB" else image
