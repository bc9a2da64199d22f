import struct
from datetime import UTC, datetime

import pytest
from PIL import Image

from newsroom.lib import photo_metadata
from tests.lib.samples import encoded, photograph

XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
 photoshop:Credit="Ada / Newsroom" photoshop:DateCreated="2026-03-01T09:30:00+02:00">
<dc:description><rdf:Alt>
<rdf:li xml:lang="de">Morgen</rdf:li>
<rdf:li xml:lang="x-default">Dawn &lt;b&gt;</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li><rdf:li>Bo</rdf:li></rdf:Seq></dc:creator>
<dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>red</rdf:li></rdf:Bag></dc:subject>
<Iptc4xmpCore:AltTextAccessibility><rdf:Alt>
<rdf:li xml:lang="x-default">A red sky</rdf:li></rdf:Alt>
</Iptc4xmpCore:AltTextAccessibility>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def with_iim(*records):
    """A JPEG with IPTC-IIM records: (record, dataset, value) each."""
    iim = b"".join(
        struct.pack(">BBBH", 0x1C, record, dataset, len(value)) + value
        for record, dataset, value in records
    )
    resource = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(iim)) + iim
    segment = b"Photoshop 3.0\0" + resource + b"\0" * (len(iim) % 2)
    jpeg = photograph(40, 30)
    header = b"\xff\xed" + struct.pack(">H", len(segment) + 2)
    return jpeg[:2] + header + segment + jpeg[2:]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "HEIF"])
def test_xmp_is_read_from_every_form(form):
    image = Image.new("RGB", (80, 60), "red")
    options = {"xmp": XMP}
    if form == "TIFF":
        options = {"tiffinfo": {700: XMP}}
    if form == "PNG":
        image.info["XML:com.adobe.xmp"] = XMP.decode()
        options = {}
        from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 -- for this form alone

        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", XMP.decode())

    words = photo_metadata.read(encoded(image, form, **options))

    assert words.pop("taken_at") == datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
    assert words == {
        "caption": "Dawn <b>",
        "creator": "Ada, Bo",
        "credit_line": "Ada / Newsroom",
        "keywords": "sea, red",
        "alt_text": "A red sky",
    }


def test_iim_is_read_in_its_encodings():
    words = photo_metadata.read(
        with_iim(
            (2, 120, "Fähre".encode("latin-1")),
            (2, 110, "Ç".encode()),
            (2, 25, b"sea"),
            (2, 25, b"red"),
            (2, 55, b"20260301"),
            (2, 60, b"093000+0200"),
        )
    )

    assert words.pop("taken_at") == datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
    assert words == {"caption": "Fähre", "credit_line": "Ç", "keywords": "sea, red"}


def test_exif_is_read_and_its_phrases_of_cameras_left_out():
    exif = Image.Exif()
    exif[0x010E] = "OLYMPUS DIGITAL CAMERA"
    exif[0x013B] = "Ada"
    exif.get_ifd(0x8769)[0x9003] = "2026:03:01 09:30:00"

    words = photo_metadata.read(photograph(exif=exif))

    assert words == {"creator": "Ada", "taken_at": datetime(2026, 3, 1, 9, 30)}  # noqa: DTZ001


def test_xmp_wins_over_exif():
    exif = Image.Exif()
    exif[0x010E] = "Of the camera"

    assert photo_metadata.read(photograph(exif=exif, xmp=XMP))["caption"] == "Dawn <b>"


@pytest.mark.parametrize(
    "packet",
    [
        b"<x:xmpmeta", b"\xff\xfe", b"words", b"",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x:xmpmeta xmlns:x="adobe:ns:meta/"/>',
    ],
)  # fmt: skip
def test_damaged_xmp_says_nothing(packet):
    assert photo_metadata.read(photograph(xmp=packet)) == {}


@pytest.mark.parametrize(
    "taken", ["0000:00:00 00:00:00", "2026:13:01 09:30:00", "yesterday", ""]
)
def test_time_that_never_was_is_left_out(taken):
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = taken

    assert photo_metadata.read(photograph(exif=exif)) == {}
