from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from articles.models import Picture
from articles.models.picture import originals
from articles.pictures import (
    add_picture,
    make_missing_renditions,
    make_renditions,
    replace_file,
)
from articles.renditions import rendition_bytes, rendition_name, rendition_sizes
from newsroom.lib.images import UnacceptablePictureError

pytestmark = pytest.mark.django_db


def upload(colour="red", name="IMG_0001.jpg", size=(640, 480)):
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return ContentFile(file.getvalue(), name=name)


def public_files(picture):
    base = picture.renditions["base"]
    return {f"{base}/{name}" for name in default_storage.listdir(base)[1]}


def shown_colour(picture):
    name = rendition_name(picture, "original", 320, "jpg")
    with default_storage.open(name) as file:
        return Image.open(file).getpixel((10, 10))


def test_add_picture_lists_every_public_file_with_its_size():
    picture = add_picture(upload(), caption="Dawn.")

    picture.refresh_from_db()
    assert (picture.width, picture.height, picture.caption) == (640, 480, "Dawn.")
    assert rendition_sizes(picture, "16x9") == [[320, 180], [640, 360]]
    base = picture.renditions["base"]
    listed = {f"{base}/{name}" for name in picture.renditions["bytes"]}
    assert public_files(picture) == listed
    name = rendition_name(picture, "16x9", 640, "jpg")
    assert rendition_bytes(picture, "16x9", 640, "jpg") == default_storage.size(name)


@pytest.mark.parametrize(
    "name",
    [
        "../../settings.py", "a/b.jpg", "CON.jpg", "x" * 300 + ".jpg", "\u202egpj.exe",
        ".jpg", "a\nb.jpg", '"><svg onload=alert(1)>.png', "IMG_0001.JPG", "",
    ],
)  # fmt: skip
def test_add_picture_takes_nothing_from_the_file_name(name):
    file = upload()
    file.name = name

    picture = add_picture(file)

    directory, _, stored = picture.original.name.rpartition("/")
    assert directory == f"{timezone.now():%Y/%m}"
    assert len(stored) == 36
    assert stored.endswith(".jpg")
    assert not default_storage.exists(picture.original.name)


def test_two_files_of_one_name_stay_two_pictures():
    red = add_picture(upload("red"))
    blue = add_picture(upload("blue"))

    assert red.original.name != blue.original.name
    assert shown_colour(red)[0] > 200
    assert shown_colour(blue)[2] > 200


def test_add_picture_leaves_nothing_of_what_it_refuses():
    before = list(originals().listdir(""))

    with pytest.raises(UnacceptablePictureError):
        add_picture(ContentFile(b"<svg></svg>", name="x.jpg"))

    assert list(originals().listdir("")) == before
    assert not Picture.objects.exists()


def test_add_picture_leaves_no_file_when_the_row_is_refused(monkeypatch):
    kept = []
    monkeypatch.setattr(originals(), "delete", kept.append)

    with pytest.raises(ValueError, match="expected a number"):
        add_picture(upload(), focal_x="left", render=False)

    assert len(kept) == 1


def test_a_changed_focal_point_gives_new_addresses(django_capture_on_commit_callbacks):
    picture = add_picture(upload(), credit_line="Ada")
    before = public_files(picture)
    picture.focal_x = 10
    picture.save()

    with django_capture_on_commit_callbacks(execute=True):
        make_renditions(picture)

    picture.refresh_from_db()
    assert not public_files(picture) & before
    assert not any(default_storage.exists(name) for name in before)


def test_make_renditions_does_nothing_when_nothing_changed(django_assert_num_queries):
    picture = add_picture(upload(), credit_line="  Ada\u0007 ")

    with django_assert_num_queries(0):
        make_renditions(picture)


def test_files_that_another_picture_shows_stay(django_capture_on_commit_callbacks):
    picture, twin = add_picture(upload()), add_picture(upload())
    assert picture.renditions == twin.renditions
    picture.focal_x = 10
    picture.save()

    with django_capture_on_commit_callbacks(execute=True):
        make_renditions(picture)

    assert {
        f"{twin.renditions['base']}/{name}" for name in twin.renditions["bytes"]
    } == public_files(twin)


def test_replace_file_shows_the_new_one_at_new_addresses(
    django_capture_on_commit_callbacks,
):
    picture = add_picture(upload("red"))
    before, old_original = public_files(picture), picture.original.name

    with django_capture_on_commit_callbacks(execute=True):
        picture = replace_file(picture, upload("blue", size=(320, 200)))

    assert (picture.width, picture.height) == (320, 200)
    assert shown_colour(picture)[2] > 200
    assert not any(default_storage.exists(name) for name in before)
    assert not originals().exists(old_original)


def test_make_missing_renditions_makes_them_and_tells_of_failures():
    waiting = add_picture(upload(), render=False)
    gone = add_picture(upload("blue"), render=False)
    originals().delete(gone.original.name)
    told = {}

    count = make_missing_renditions(
        done=lambda row, error: told.update({row.pk: error})
    )

    waiting.refresh_from_db()
    assert count == 1
    assert public_files(waiting)
    assert told[waiting.pk] is None
    assert isinstance(told[gone.pk], OSError)
    assert make_missing_renditions() == 0


def test_files_of_a_run_that_was_stopped_are_written_anew():
    picture = add_picture(upload(), render=False)
    finished = add_picture(upload(), render=True)
    name = rendition_name(finished, "original", 320, "jpg")
    default_storage.delete(name)
    default_storage.save(name, ContentFile(b"half"))

    make_renditions(picture)

    assert (
        default_storage.size(name) == finished.renditions["bytes"]["original-320.jpg"]
    )


def test_expired_rights_end_use():
    now = timezone.now()
    held = add_picture(upload(), rights_expire_at=now + timedelta(hours=1))
    add_picture(upload("blue"), rights_expire_at=now - timedelta(hours=1))

    assert list(Picture.objects.usable()) == [held]
