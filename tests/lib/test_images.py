import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from newsroom.lib import images
from newsroom.lib.images import UnacceptablePictureError


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


def largest(content, crop="original", **options):
    return next(
        made
        for made in images.renditions(content, **options)
        if (made.crop, made.extension) == (crop, "jpg")
    )


@pytest.mark.parametrize(
    ("form", "extension"),
    [
        ("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("AVIF", "avif"),
        ("GIF", "gif"), ("TIFF", "tif"),
    ],
)  # fmt: skip
def test_inspect_tells_the_form_from_the_bytes(form, extension):
    facts = images.inspect(encoded(Image.new("RGB", (40, 30), "red"), form))

    assert (facts.extension, facts.width, facts.height) == (extension, 40, 30)


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(x) run\n%%EOF\n",
        b"%PDF-1.7\n",
        b"<html>hello</html>",
        b"\x89PNG\r\n\x1a\n",
        encoded(Image.new("RGB", (4, 4)), "BMP"),
        encoded(Image.new("RGB", (4, 4)), "ICO"),
    ],
)
def test_inspect_refuses_what_is_no_picture_for_us(content):
    with pytest.raises(UnacceptablePictureError, match="not a picture we can read"):
        images.inspect(content)


def test_inspect_refuses_an_empty_file():
    with pytest.raises(UnacceptablePictureError, match="empty"):
        images.inspect(b"")


def test_inspect_refuses_too_many_bytes(monkeypatch):
    monkeypatch.setattr(images, "MAX_BYTES", 100)

    with pytest.raises(UnacceptablePictureError, match="too large"):
        images.inspect(photograph())


@pytest.mark.parametrize("size", [(60_000, 60_000), (8_001, 10_000)])
def test_inspect_refuses_too_many_pixels_before_decoding(size):
    with pytest.raises(UnacceptablePictureError, match="too many pixels"):
        images.inspect(png_of_size(*size))


def test_inspect_refuses_half_a_picture():
    content = photograph()

    with pytest.raises(UnacceptablePictureError, match="damaged"):
        images.inspect(content[: len(content) // 2])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_renditions_are_upright_whatever_the_camera_says(orientation):
    upright = Image.new("RGB", (400, 300), "blue")
    upright.paste("red", (0, 0, 200, 150))
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    turned = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(turned, quality=95, exif=exif)

    made = decoded(largest(content).content)

    facts = images.inspect(content)
    assert (facts.width, facts.height) == made.size == (400, 300)
    corners = [(10, 10), (390, 10), (10, 290), (390, 290)]
    assert [is_red(made.getpixel(corner)) for corner in corners] == [True] + [False] * 3
    assert 0x0112 not in made.getexif()


def test_renditions_keep_credit_and_copyright_and_nothing_else():
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    exif[0xA431] = "SERIAL-4711"
    exif.get_ifd(0x8825)[1] = "N"
    xmp = b"<x:xmpmeta>51.5N SECRET-PLACE</x:xmpmeta>"
    content = photograph(exif=exif, xmp=xmp, comment=b"SECRET-COMMENT")
    assert b"SECRET-PLACE" in content

    for made in images.renditions(content, credit="Ada & Co", notice="© Ada"):
        exif = decoded(made.content).getexif()
        kept = {tag: value.encode("latin-1").decode() for tag, value in exif.items()}
        assert kept == {0x013B: "Ada & Co", 0x8298: "© Ada"}
        assert b"<photoshop:Credit>Ada &amp; Co</photoshop:Credit>" in made.content
        for word in [b"SECRET", b"SERIAL", b"CameraMaker"]:
            assert word not in made.content


def test_renditions_carry_no_metadata_without_credit():
    made = largest(photograph())

    assert decoded(made.content).info.keys() & {"exif", "xmp", "icc_profile"} == set()


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (2500, [320, 640, 960, 1280, 1920]),
        (1600, [320, 640, 960, 1280, 1600]),
        (1300, [320, 640, 960, 1280]),
        (100, [100]),
    ],
)
def test_renditions_are_never_enlarged(width, expected):
    content = encoded(Image.new("RGB", (width, width // 2), "red"))

    made = [
        rendition.width
        for rendition in images.renditions(content)
        if (rendition.crop, rendition.extension) == ("original", "webp")
    ]

    assert made[::-1] == expected


def test_renditions_say_the_size_that_the_files_have():
    for made in images.renditions(photograph(1300, 900)):
        image = decoded(made.content)
        assert image.size == (made.width, made.height)
        assert image.format == {"jpg": "JPEG", "webp": "WEBP"}[made.extension]


@pytest.mark.parametrize(
    ("size", "ratio", "focus", "expected"),
    [
        ((400, 300), (1, 1), (50, 50), (50, 0, 350, 300)),
        ((400, 300), (1, 1), (0, 0), (0, 0, 300, 300)),
        ((400, 300), (1, 1), (100, 100), (100, 0, 400, 300)),
        ((400, 300), (1, 1), (60, 10), (90, 0, 390, 300)),
        ((300, 400), (16, 9), (50, 90), (0, 231, 300, 400)),
        ((20_000, 3), (1, 1), (50, 50), (9998, 0, 10_001, 3)),
        ((1, 1), (16, 9), (50, 50), (0, 0, 1, 1)),
        ((400, 300), None, (0, 0), (0, 0, 400, 300)),
    ],
)
def test_crop_box_keeps_the_focal_point(size, ratio, focus, expected):
    assert images.crop_box(*size, ratio, *focus) == expected


def test_crops_have_their_ratio_and_show_the_focal_point():
    content = photograph(1200, 800)

    square = largest(content, "1x1", focal_x=0, focal_y=0)
    right = largest(content, "1x1", focal_x=100, focal_y=100)

    assert (square.width, square.height) == (800, 800)
    assert is_red(decoded(square.content).getpixel((300, 300)))
    assert not is_red(decoded(right.content).getpixel((300, 300)))


@pytest.mark.parametrize(
    ("image", "form"),
    [
        (Image.new("CMYK", (40, 30), (0, 255, 255, 0)), "JPEG"),
        (Image.new("RGBA", (40, 30), (255, 0, 0, 255)), "PNG"),
        (Image.new("RGB", (40, 30), "red").quantize(4), "PNG"),
        (Image.new("RGB", (40, 30), "red").quantize(4), "GIF"),
    ],
)
def test_renditions_are_rgb(image, form):
    made = decoded(largest(encoded(image, form)).content)

    assert made.mode == "RGB"
    assert is_red(made.getpixel((20, 15)))


def test_transparent_parts_are_white():
    content = encoded(Image.new("RGBA", (40, 30), (255, 0, 0, 0)), "PNG")

    assert decoded(largest(content).content).getpixel((20, 15)) == (255, 255, 255)


def test_sixteen_bits_become_eight():
    grey = Image.new("I;16", (40, 30), 32_896)

    pixel = decoded(largest(encoded(grey, "PNG")).content).getpixel((20, 15))

    assert pixel == (128, 128, 128)


def test_colours_of_a_profile_become_srgb():
    # A profile whose red is blue and whose blue is red.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ")
    profile = profile.replace(b"????", b"bXYZ")
    content = encoded(Image.new("RGB", (40, 30), "blue"), icc_profile=profile)

    assert is_red(decoded(largest(content).content).getpixel((20, 15)))


def test_a_broken_profile_is_left_out():
    content = encoded(Image.new("RGB", (40, 30), "red"), icc_profile=b"no profile")

    assert is_red(decoded(largest(content).content).getpixel((20, 15)))


def test_an_animation_is_its_first_frame():
    frames = [Image.new("RGB", (40, 30), colour) for colour in ["red", "blue"]]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])

    assert is_red(decoded(largest(content).content).getpixel((20, 15)))


def test_fingerprint_differs_by_all_that_the_files_depend_on():
    same = {"focal_x": 50, "focal_y": 50, "credit": "", "notice": ""}
    changes = [{}, {"focal_x": 51}, {"focal_y": 51}, {"credit": "A"}, {"notice": "A"}]

    made = {images.fingerprint("ab", **{**same, **change}) for change in changes}

    assert len(made | {images.fingerprint("cd", **same)}) == len(changes) + 1
    assert images.fingerprint("ab", **same) == images.fingerprint("ab", **same)
