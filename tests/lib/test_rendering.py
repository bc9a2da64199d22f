import pytest
from PIL import Image, ImageCms

from newsroom.lib import images, photo_metadata, rendering
from newsroom.lib.rendering import Recipe
from tests.lib.samples import decoded, encoded, is_red, photograph

FORMS = rendering.FIRST_FORMS + rendering.LATER_FORMS


def largest(content, crop="original", **options):
    return next(
        made
        for made in rendering.renditions(content, Recipe(**options), forms=["jpg"])
        if (made.crop, made.extension) == (crop, "jpg")
    )


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
    recipe = Recipe(
        credit="Ada & Co",
        creator="Ada Ö",
        notice="© Ada",
        license_url="https://news.example/terms",
    )
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    exif[0xA431] = "SERIAL-4711"
    exif.get_ifd(0x8825)[1] = "N"
    xmp = b"<x:xmpmeta>51.5N SECRET-PLACE</x:xmpmeta>"
    content = photograph(exif=exif, xmp=xmp, comment=b"SECRET-COMMENT")
    assert b"SECRET-PLACE" in content

    for made in rendering.renditions(content, recipe, forms=FORMS):
        exif = decoded(made.content).getexif()
        kept = {tag: value.encode("latin-1").decode() for tag, value in exif.items()}
        assert kept == {0x013B: "Ada Ö", 0x8298: "© Ada"}
        assert photo_metadata.read(made.content) == {
            "credit_line": "Ada & Co",
            "creator": "Ada Ö",
            "copyright_notice": "© Ada",
            "license_url": "https://news.example/terms",
        }
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
        for rendition in rendering.renditions(content)
        if (rendition.crop, rendition.extension) == ("original", "webp")
    ]

    assert made[::-1] == expected


def test_renditions_say_the_size_that_the_files_have():
    forms = {"jpg": "JPEG", "webp": "WEBP", "avif": "AVIF"}

    for made in rendering.renditions(photograph(700, 500), forms=FORMS):
        image = decoded(made.content)
        assert image.size == (made.width, made.height)
        assert image.format == forms[made.extension]


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
    assert rendering.crop_box(*size, ratio, *focus) == expected


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
    changes = [
        {}, {"focal_x": 51}, {"focal_y": 51}, {"credit": "A"}, {"creator": "A"},
        {"notice": "A"}, {"license_url": "A"},
    ]  # fmt: skip

    made = {rendering.fingerprint("ab", Recipe(**change)) for change in changes}

    assert len(made | {rendering.fingerprint("cd", Recipe())}) == len(changes) + 1
    assert rendering.fingerprint("ab", Recipe()) == rendering.fingerprint(
        "ab", Recipe()
    )


@pytest.mark.parametrize(
    ("mode", "key", "other"),
    [("L", 0, 90), ("RGB", (0, 0, 0), (90, 90, 90)), ("P", 0, 1), ("1", 0, 1)],
)
def test_a_colour_that_stands_for_nothing_is_white(mode, key, other):
    image = Image.new(mode, (400, 300), key)
    image.paste(other, (200, 0, 400, 300))
    if mode == "P":
        image.putpalette([0, 0, 0, 90, 90, 90])
    content = encoded(image, "PNG", transparency=key)

    seen = images.upright(content)

    assert seen.getpixel((10, 10)) == (255, 255, 255)
    assert seen.getpixel((390, 290)) == ((90,) * 3 if mode != "1" else (255,) * 3)


def test_a_value_of_sixteen_bits_that_stands_for_nothing_is_white():
    image = Image.new("I;16", (40, 30), 255)
    image.paste(0x4040, (20, 0, 40, 30))

    seen = images.upright(encoded(image, "PNG", transparency=255))

    assert seen.getpixel((0, 0)) == (255, 255, 255)
    assert seen.getpixel((39, 29)) == (64, 64, 64)


def test_sixteen_bits_in_either_order_of_bytes_are_read():
    image = Image.new("I;16B", (40, 30), 0x4040)

    assert images.upright(encoded(image, "TIFF")).getpixel((0, 0)) == (64, 64, 64)


def test_no_file_is_taller_than_every_form_takes():
    content = encoded(Image.new("RGB", (300, 20_000), "red"), "PNG")

    made = list(rendering.renditions(content, forms=("webp",)))

    assert 8000 < max(one.height for one in made) <= rendering.TALLEST
