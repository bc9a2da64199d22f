from io import BytesIO

import pytest
from PIL import Image

from newsroom.lib import images
from newsroom.lib.images import UnacceptablePictureError
from tests.lib.samples import decoded, encoded, is_red, photograph, png_of_size


@pytest.mark.parametrize(
    ("form", "extension"),
    [
        ("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("AVIF", "avif"),
        ("GIF", "gif"), ("TIFF", "tif"), ("HEIF", "heic"),
    ],
)  # fmt: skip
def test_inspect_tells_the_form_from_the_bytes(form, extension):
    facts = images.inspect(encoded(Image.new("RGB", (80, 60), "red"), form))

    assert (facts.extension, facts.width, facts.height) == (extension, 80, 60)


@pytest.mark.parametrize(
    "content",
    [
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


@pytest.mark.parametrize("size", [(60_000, 60_000), (5_001, 10_000)])
def test_inspect_refuses_too_many_pixels_before_decoding(size):
    with pytest.raises(UnacceptablePictureError, match="too many pixels"):
        images.inspect(png_of_size(*size))


def test_inspect_refuses_half_a_picture():
    content = photograph()

    with pytest.raises(UnacceptablePictureError, match="damaged"):
        images.inspect(content[: len(content) // 2])


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>",
        b'<?xml version="1.0"?><!DOCTYPE svg><svg></svg>',
    ],
)
def test_inspect_refuses_drawings_that_carry_programs(content):
    with pytest.raises(UnacceptablePictureError, match="SVG drawing"):
        images.inspect(content)


def test_inspect_refuses_a_png_without_its_end():
    noise = encoded(Image.effect_noise((300, 300), 90), "PNG")

    with pytest.raises(UnacceptablePictureError, match="damaged"):
        images.inspect(noise[: len(noise) // 2])


def test_inspect_refuses_a_jpeg_of_endless_passes():
    content = photograph()

    with pytest.raises(UnacceptablePictureError, match="busy"):
        images.inspect(content + images._START_OF_SCAN * 101)


def test_inspect_takes_a_camera_of_sixty_megapixels_as_jpeg_alone():
    jpeg = bytearray(encoded(Image.new("L", (16, 16))))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = (7000).to_bytes(2) + (9000).to_bytes(2)

    with images.opened(bytes(jpeg)) as image:
        assert image.size == (9000, 7000)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_inspect_notes_that_an_animation_stands_still(form):
    frames = [Image.new("RGB", (40, 30), colour) for colour in ["red", "blue"]]
    content = encoded(frames[0], form, save_all=True, append_images=frames[1:])

    facts = images.inspect(content)

    assert facts.note == "Of its 2 moving pictures the first is used."
    assert is_red(decoded(facts.thumbnail).getpixel((20, 15)))
    assert images.inspect(encoded(frames[0], form)).note == ""


def test_upright_is_small_enough_to_work_with():
    wide = images.upright(encoded(Image.new("RGB", (20_000, 1000)), "PNG"))
    large = images.upright(encoded(Image.new("RGB", (6000, 4000)), "PNG"))

    assert wide.width * wide.height <= images.WORKING_PIXELS
    assert large.size == (2880, 1920)


def test_dominant_colour_is_the_one_there_is_most_of():
    image = Image.new("RGB", (100, 100), (200, 30, 30))
    image.paste((10, 10, 250), (0, 0, 30, 100))

    red, green, blue = bytes.fromhex(images.dominant_colour(image))

    assert red > 190
    assert green < 40
    assert blue < 40


def gradient():
    return Image.linear_gradient("L").convert("RGB").rotate(45)


def test_look_stays_when_a_picture_is_saved_anew():
    same = [
        images.inspect(encoded(gradient(), "PNG")).look,
        images.inspect(encoded(gradient().resize((180, 180)), quality=40)).look,
    ]
    other = images.inspect(encoded(gradient().rotate(180), "PNG")).look

    assert images.difference(*same) < 7
    assert images.difference(same[0], other) > 7


def test_pictures_of_one_colour_are_not_taken_for_one_another():
    looks = [
        images.inspect(encoded(Image.new("RGB", (40, 30), colour))).look
        for colour in ["red", "blue"]
    ]

    assert images.difference(*looks) == 64


def test_thumbnail_is_small_and_tells_nothing():
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"

    thumbnail = images.inspect(photograph(1500, 1000, exif=exif)).thumbnail

    assert Image.open(BytesIO(thumbnail)).size == (480, 320)
    assert b"CameraMaker" not in thumbnail
