"""The public files made from a picture: crops, widths, forms, and whose it is."""

import hashlib
from dataclasses import dataclass, fields
from io import BytesIO
from xml.sax.saxutils import escape

from PIL import Image

from newsroom.lib import decoding, images

CONTENT_TYPES = {"jpg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}
# Made at once, and made later: AVIF takes five times as long as the two together.
FIRST_FORMS = ("jpg", "webp")
LATER_FORMS = ("avif",)

# A change of what `renditions` makes of the same picture changes this, and with it
# every public name: caches keep those for ever.
RECIPE = "2"

# No file is higher; WebP ends at 16,383 points.
TALLEST = 8192

_ARTIST, _COPYRIGHT = 0x013B, 0x8298


@dataclass(frozen=True)
class Crop:
    """A shape that pictures are made in: `ratio` is width and height, None its own."""

    ratio: tuple[float, float] | None
    widths: tuple[int, ...]
    # Wider ones are made as JPEG alone: search engines ask for them, pages do not.
    other_forms_up_to: int = images.LARGEST


CROPS = {
    "original": Crop(None, (320, 640, 960, 1280, 1920)),
    "16x9": Crop((16, 9), (320, 640, 960, 1280, 1920)),
    "4x3": Crop((4, 3), (320, 640, 960, 1280), other_forms_up_to=960),
    "1x1": Crop((1, 1), (160, 320, 640, 1280), other_forms_up_to=640),
    # Social networks' cards, which are fetched as JPEG.
    "191x100": Crop((1.91, 1), (1280,), other_forms_up_to=0),
}


@dataclass(frozen=True)
class Recipe:
    """What the public files of a picture depend on besides its bytes.

    `focal_x` and `focal_y` are per cent from the left and the top; crops are taken
    around that point. The rest is all that the files tell: XMP photoshop:Credit,
    dc:creator, dc:rights and xmpRights:WebStatement; Exif Artist and Copyright.
    """

    focal_x: int = 50
    focal_y: int = 50
    credit: str = ""
    creator: str = ""
    notice: str = ""
    license_url: str = ""


@dataclass(frozen=True)
class Rendition:
    """One public file: `width` and `height` in pixels, `content` its bytes."""

    crop: str
    extension: str
    width: int
    height: int
    content: bytes


def fingerprint(sha256, recipe):
    """Sixteen hex digits that change whenever the public files of a picture would."""
    wishes = [str(getattr(recipe, field.name)) for field in fields(recipe)]
    facts = "\n".join([RECIPE, sha256, *wishes])
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def renditions(content, recipe=Recipe(), *, forms=FIRST_FORMS):
    """Yield a Rendition for each crop, width and form, never larger than the picture.

    Raises images.UnacceptablePictureError.
    """
    upright = decoding.upright(content)
    metadata = _metadata(recipe)
    for name, crop in CROPS.items():
        box = crop_box(*upright.size, crop.ratio, recipe.focal_x, recipe.focal_y)
        image = upright.crop(box)
        available = min(image.width, max(1, image.width * TALLEST // image.height))
        # From the widest down: each is made from the one before, not from the largest.
        for width in reversed(widths(available, crop.widths)):
            made = [
                form
                for form in forms
                if form == "jpg" or width <= crop.other_forms_up_to
            ]
            height = max(1, round(image.height * width / image.width))
            image = image.resize(
                (width, height), Image.Resampling.LANCZOS, reducing_gap=3.0
            )
            for form in made:
                encoded = _ENCODERS[form](image, metadata)
                yield Rendition(name, form, width, height, encoded)


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


def _metadata(recipe):
    """The `exif` and `xmp` arguments that carry who made and who owns the picture."""
    by = recipe.creator or recipe.credit
    if not (by or recipe.notice or recipe.license_url):
        return {}
    exif = Image.Exif()  # as bytes: Pillow would write "?" for all that is not ASCII
    parts = []
    if by:
        exif[_ARTIST] = by.encode()
    if recipe.creator:
        parts.append(f"<dc:creator>{_list('Seq', recipe.creator)}</dc:creator>")
    if recipe.credit:
        parts.append(f"<photoshop:Credit>{escape(recipe.credit)}</photoshop:Credit>")
    if recipe.notice:
        exif[_COPYRIGHT] = recipe.notice.encode()
        parts.append(f"<dc:rights>{_list('Alt', recipe.notice)}</dc:rights>")
    if recipe.license_url:
        parts.append(
            f"<xmpRights:WebStatement>{escape(recipe.license_url)}"
            "</xmpRights:WebStatement>"
        )
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">'
        f"{''.join(parts)}</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    return {"exif": exif.tobytes(), "xmp": xmp.encode()}


def _list(kind, value):
    language = ' xml:lang="x-default"' if kind == "Alt" else ""
    return f"<rdf:{kind}><rdf:li{language}>{escape(value)}</rdf:li></rdf:{kind}>"


def _encoder(form, **options):
    def encode(image, metadata):
        file = BytesIO()
        image.save(file, form, **options, **metadata)
        return file.getvalue()

    return encode


_ENCODERS = {
    "jpg": _encoder("JPEG", quality=80, progressive=True, optimize=True),
    "webp": _encoder("WEBP", quality=75, method=2),
    "avif": _encoder("AVIF", quality=55, speed=8, max_threads=1),
}
