"""What cameras and agencies write into a picture: XMP, IPTC-IIM and Exif.

Names on the right are fields of the IPTC Photo Metadata Standard 2023.2. Where several
hold one fact, XMP wins over IIM, and IIM over Exif, as the Metadata Working Group asks.
What is damaged is left out; nothing here is believed to be safe text.
"""

import re
import warnings
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

from PIL import IptcImagePlugin

from newsroom.lib import images

MAX_PACKET = 1_000_000

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_RIGHTS = "{http://ns.adobe.com/xap/1.0/rights/}"
_XMP = {
    "caption": [f"{_DC}description"],
    "creator": [f"{_DC}creator"],
    "credit_line": [f"{_PHOTOSHOP}Credit"],
    "copyright_notice": [f"{_DC}rights"],
    "alt_text": ["{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}AltTextAccessibility"],
    "keywords": [f"{_DC}subject"],
    "usage_terms": [f"{_RIGHTS}UsageTerms"],
    "license_url": [f"{_RIGHTS}WebStatement"],
    "taken_at": [
        f"{_PHOTOSHOP}DateCreated",
        "{http://ns.adobe.com/exif/1.0/}DateTimeOriginal",
    ],
}
_IIM = {
    "caption": (2, 120),
    "creator": (2, 80),
    "credit_line": (2, 110),
    "copyright_notice": (2, 116),
    "keywords": (2, 25),
}
_EXIF = {"caption": 0x010E, "creator": 0x013B, "copyright_notice": 0x8298}
# What cameras write for want of anything to say.
_EMPTY_WORDS = {"default", "unknown", "olympus digital camera", "sony dsc", "dcim"}
_TIME = re.compile(
    r"(\d{4})[-:]?(\d\d)[-:]?(\d\d)(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d+)?)?"
    r"(Z|[+-]\d\d:?\d\d)?"
)


def read(content):
    """The words in a picture's bytes, by field of Picture; what is not there is absent.

    `taken_at` is a datetime, without a zone when the camera wrote none.
    Raises images.UnacceptablePictureError.
    """
    found = {}
    with images.opened(content) as image, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about damage, which is left out
        for source in [_from_exif, _from_iim, _from_xmp]:
            words = {}
            with suppress(Exception):  # parsers raise anything on odd bytes
                words = source(image)
            found.update({name: value for name, value in words.items() if value})
    if when := _time(found.pop("taken_at", "")):
        found["taken_at"] = when
    return found


def _from_exif(image):
    exif = image.getexif()
    words = {name: _decoded(exif.get(tag, "")) for name, tag in _EXIF.items()}
    words = {
        name: value
        for name, value in words.items()
        if value.casefold() not in _EMPTY_WORDS and "photoshop" not in value.casefold()
    }
    camera = exif.get_ifd(0x8769)
    if taken := _decoded(camera.get(0x9003, "")):
        words["taken_at"] = taken + _decoded(camera.get(0x9011, ""))
    return words


def _from_iim(image):
    records = IptcImagePlugin.getiptcinfo(image) or {}
    is_utf8 = records.get((1, 90)) == b"\x1b%G"
    words = {}
    for name, key in _IIM.items():
        values = records.get(key, [])
        values = values if isinstance(values, list) else [values]
        words[name] = ", ".join(_decoded(value, is_utf8=is_utf8) for value in values)
    date, clock = (_decoded(records.get((2, number), b"")) for number in (55, 60))
    words["taken_at"] = f"{date}T{clock}" if date and clock else date
    return words


def _from_xmp(image):
    packet = _packet(image)
    if not packet or len(packet) > MAX_PACKET or b"<!" in packet:
        return {}  # with "<!" a packet could unfold to more than memory holds
    start, end = packet.find(b"<x:xmpmeta"), packet.rfind(b"</x:xmpmeta>")
    if start >= 0 and end > start:
        packet = packet[start : end + 12]
    root = ElementTree.fromstring(packet.strip(b"\0 \r\n"))  # noqa: S314 -- see above
    words = {}
    for about in root.iter(f"{_RDF}Description"):
        for name, tags in _XMP.items():
            for tag in tags:
                value = about.get(tag) or _text(about.find(tag))
                if value:
                    words.setdefault(name, value)
    return words


def _packet(image):
    for name in ["xmp", "XML:com.adobe.xmp"]:
        if packet := image.info.get(name):
            return packet.encode() if isinstance(packet, str) else packet
    packet = getattr(image, "tag_v2", {}).get(700, b"")
    return bytes(packet)


def _text(element):
    """The element's own text; of a list all items, of languages the default one."""
    if element is None:
        return ""
    items = element.findall(f".//{_RDF}li")
    if not items:
        return (element.text or "").strip()
    if any(_LANGUAGE in item.attrib for item in items):
        chosen = next(
            (item for item in items if item.get(_LANGUAGE) == "x-default"), items[0]
        )
        return (chosen.text or "").strip()
    return ", ".join(filter(None, ((item.text or "").strip() for item in items)))


def _decoded(value, *, is_utf8=False):
    """Text of unknown encoding: UTF-8 where it is that, else Latin-1."""
    if isinstance(value, str):
        with suppress(UnicodeError):  # Pillow reads Exif as Latin-1
            value = value.encode("latin-1").decode()
        return value.replace("\0", "").strip()
    if not isinstance(value, bytes):
        return ""
    with suppress(UnicodeDecodeError):
        return value.decode().replace("\0", "").strip()
    return value.decode("utf-8" if is_utf8 else "latin-1", "replace").strip("\0 ")


def _time(value):
    match = _TIME.match(value)
    if not match:
        return None
    *numbers, zone = match.groups()
    try:
        when = datetime(*(int(number or 0) for number in numbers))  # noqa: DTZ001
    except ValueError:
        return None
    if zone == "Z":
        return when.replace(tzinfo=UTC)
    if zone:
        hours, minutes = int(zone[1:3]), int(zone[-2:])
        offset = timedelta(hours=hours, minutes=minutes)
        with suppress(ValueError):
            return when.replace(tzinfo=timezone(-offset if zone[0] == "-" else offset))
    return when
