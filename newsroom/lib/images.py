"""Pictures: what may be taken in, and the public files made from it.

The bytes decide what a file is; its name and announced type are never believed. Size
in bytes and in pixels is checked before anything is decoded, and no decoder runs but
those of FORMATS: Pillow would hand EPS to an interpreter that reads files.
"""

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

from PIL import Image, ImageCms

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF")
EXTENSIONS = {
    "JPEG": "jpg",
    "MPO": "jpg",  # a telephone's JPEG with a second picture behind the first
    "PNG": "png",
    "WEBP": "webp",
    "AVIF": "avif",
    "GIF": "gif",
    "TIFF": "tif",
}
MAX_BYTES = 40 * 1024 * 1024
# Three bytes a pixel in memory; a camera of 60 megapixels passes.
MAX_PIXELS = 80_000_000


@dataclass(frozen=True)
class Crop:
    """A shape that pictures are made in: `ratio` is width and height, None its own."""

    ratio: tuple[int, int] | None
    widths: tuple[int, ...]
    # Wider ones are made as JPEG alone: search engines ask for them, pages do not.
    webp_up_to: int = 1920


CROPS = {
    "original": Crop(None, (320, 640, 960, 1280, 1920)),
    "16x9": Crop((16, 9), (320, 640, 960, 1280, 1920)),
    "4x3": Crop((4, 3), (320, 640, 960, 1280), webp_up_to=960),
    "1x1": Crop((1, 1), (160, 320, 640, 1280), webp_up_to=640),
}
LARGEST = 1920
CONTENT_TYPES = {"jpg": "image/jpeg", "webp": "image/webp"}

# A change of what `renditions` makes of the same picture changes this, and with it
# every public name: caches keep those for ever.
RECIPE = "1"

_ORIENTATION, _ARTIST, _COPYRIGHT = 0x0112, 0x013B, 0x8298
_SRGB = ImageCms.createProfile("sRGB")


class UnacceptablePictureError(ValueError):
    """The file cannot become a picture; the message says why, for an editor."""


@dataclass(frozen=True)
class Facts:
    """What the bytes of a picture say; its size in pixels is the upright one's."""

    extension: str
    width: int
    height: int
    sha256: str


@dataclass(frozen=True)
class Rendition:
    """One public file: `width` and `height` in pixels, `content` its bytes."""

    crop: str
    extension: str
    width: int
    height: int
    content: bytes


def inspect(content):
    """The Facts of a picture's bytes, after decoding it once in full.

    Raises UnacceptablePictureError for what is too large, broken or no picture.
    """
    with _opened(content) as image:
        extension = EXTENSIONS[image.format]
        width, height = image.size
        if _is_sideways(image):
            width, height = height, width
        image.draft("RGB", (320, 320))
        _load(image)
    return Facts(extension, width, height, hashlib.sha256(content).hexdigest())


def fingerprint(sha256, *, focal_x, focal_y, credit="", notice=""):
    """Sixteen hex digits that change whenever the public files of a picture would."""
    facts = "\n".join([RECIPE, sha256, str(focal_x), str(focal_y), credit, notice])
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def renditions(content, *, focal_x=50, focal_y=50, credit="", notice=""):
    """Yield a Rendition for each crop, width and format, never larger than the picture.

    `focal_x` and `focal_y` are per cent from the left and the top; crops are taken
    around that point. `credit` and `notice` are all the metadata that the files carry
    (XMP photoshop:Credit and dc:rights; Exif Artist and Copyright).
    Raises UnacceptablePictureError.
    """
    upright = _upright(content)
    metadata = _metadata(credit, notice)
    for name, crop in CROPS.items():
        image = upright.crop(crop_box(*upright.size, crop.ratio, focal_x, focal_y))
        # From the widest down: each is made from the one before, not from the largest.
        for width in reversed(widths(image.width, crop.widths)):
            height = max(1, round(image.height * width / image.width))
            image = image.resize(
                (width, height), Image.Resampling.LANCZOS, reducing_gap=3.0
            )
            if width <= crop.webp_up_to:
                yield Rendition(name, "webp", width, height, _webp(image, metadata))
            yield Rendition(name, "jpg", width, height, _jpeg(image, metadata))


def widths(available, wanted):
    """The widths to make of a picture `available` pixels wide, in ascending order.

    A picture clearly wider than the last wanted width that fits is made in its own
    as well, so that 1,270 pixels do not become 960.
    """
    top = min(available, wanted[-1])
    found = [width for width in wanted if width <= top]
    if not found or top > found[-1] * 1.15:
        found.append(top)
    return found


def crop_box(width, height, ratio, focal_x, focal_y):
    """Left, top, right, bottom of the largest crop of this ratio around the point."""
    if ratio is None:
        return 0, 0, width, height
    across, down = ratio
    crop_width = min(width, max(1, round(height * across / down)))
    crop_height = min(height, max(1, round(width * down / across)))
    left = round(width * focal_x / 100 - crop_width / 2)
    top = round(height * focal_y / 100 - crop_height / 2)
    left = min(max(left, 0), width - crop_width)
    top = min(max(top, 0), height - crop_height)
    return left, top, left + crop_width, top + crop_height


def _opened(content):
    if not content:
        raise UnacceptablePictureError("This file is empty.")
    if len(content) > MAX_BYTES:
        raise UnacceptablePictureError(
            f"This file is too large: {len(content) / 1_048_576:.0f} MB, and "
            f"{MAX_BYTES // 1_048_576} MB fit."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about sizes, which are checked below
            image = Image.open(BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise UnacceptablePictureError(_TOO_MANY_PIXELS) from error
    except Exception as error:  # decoders raise anything on odd bytes
        raise UnacceptablePictureError(
            "This is not a picture we can read. Use JPEG, PNG, WebP, AVIF, GIF or TIFF."
        ) from error
    if image.width * image.height > MAX_PIXELS:
        image.close()
        raise UnacceptablePictureError(_TOO_MANY_PIXELS)
    return image


_TOO_MANY_PIXELS = (
    f"This picture has too many pixels: {MAX_PIXELS // 1_000_000} million fit. "
    "Save a smaller one."
)


def _load(image):
    """Decode the first frame; the others of an animation are never touched."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # damaged metadata is not the picture
            image.load()
    except Exception as error:  # decoders raise anything on odd bytes
        raise UnacceptablePictureError(
            "This picture is damaged: it cannot be read to its end."
        ) from error


def _orientation(image):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 -- unreadable Exif says nothing
        return 1


def _is_sideways(image):
    return _orientation(image) in (5, 6, 7, 8)


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _upright(content):
    """The picture as people should see it: upright, sRGB, 8 bits, without metadata."""
    with _opened(content) as image:
        turn = _TURNS.get(_orientation(image))
        # JPEG can be decoded at a half, a quarter … at no cost in quality here.
        image.draft(None, (LARGEST, LARGEST))
        _load(image)
        profile = image.info.get("icc_profile")
        upright = image.transpose(turn) if turn is not None else image.copy()
    upright = _eight_bits(upright)
    rgb = _on_white(_in_srgb(upright, profile))
    rgb.info.clear()
    return rgb


def _eight_bits(image):
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L")
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
    return image


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


def _metadata(credit, notice):
    """The `exif` and `xmp` arguments that carry who made and who owns the picture."""
    if not (credit or notice):
        return {}
    exif = Image.Exif()  # as bytes: Pillow would write "?" for all that is not ASCII
    parts = []
    if credit:
        exif[_ARTIST] = credit.encode()
        parts.append(f"<photoshop:Credit>{escape(credit)}</photoshop:Credit>")
    if notice:
        exif[_COPYRIGHT] = notice.encode()
        parts.append(
            '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">'
            f"{escape(notice)}</rdf:li></rdf:Alt></dc:rights>"
        )
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">'
        f"{''.join(parts)}</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    return {"exif": exif.tobytes(), "xmp": xmp.encode()}


def _webp(image, metadata):
    file = BytesIO()
    image.save(file, "WEBP", quality=75, method=2, **metadata)
    return file.getvalue()


def _jpeg(image, metadata):
    file = BytesIO()
    image.save(file, "JPEG", quality=80, progressive=True, optimize=True, **metadata)
    return file.getvalue()
