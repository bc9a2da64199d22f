from datetime import datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone
from PIL import Image

from articles import discarding, duplicates, pictures, tasks
from articles.models import DiscardedFiles, Medium, Picture
from articles.models.picture import originals
from articles.pictures import (
    add_picture,
    delete_pictures,
    make_missing_renditions,
    make_renditions,
    offered,
    replace_file,
)
from articles.renditions import rendition_bytes, rendition_name, rendition_sizes
from newsroom.lib import decoding, rendering
from newsroom.lib.images import UnacceptablePictureError
from tests.factories.articles import PictureFactory

pytestmark = pytest.mark.django_db


def upload(colour="red", name="IMG_0001.jpg", size=(640, 480)):
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return ContentFile(file.getvalue(), name=name)


def public_files(picture):
    base = picture.renditions["base"]
    return {f"{base}/{name}" for name in default_storage.listdir(base)[1]}


def delete_all_discarded():
    with time_machine.travel(timezone.now() + discarding.KEPT):
        discarding.delete_discarded()


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

    assert len(kept) == 2  # the original and its thumbnail


def test_a_changed_focal_point_gives_new_addresses():
    picture = add_picture(upload(), credit_line="Ada")
    before = public_files(picture)
    picture.focal_x = 10
    picture.save()

    make_renditions(picture)

    picture.refresh_from_db()
    assert not public_files(picture) & before


def test_old_files_stay_while_cached_pages_may_point_to_them():
    picture = add_picture(upload(), credit_line="Ada")
    before = public_files(picture)
    picture.focal_x = 10
    picture.save()
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        make_renditions(picture)

    with time_machine.travel(now + timedelta(seconds=90)):
        assert discarding.delete_discarded() == 0
        assert all(default_storage.exists(name) for name in before)
    with time_machine.travel(now + discarding.KEPT):
        assert discarding.delete_discarded() == 1

    assert not any(default_storage.exists(name) for name in before)
    assert all(default_storage.exists(name) for name in public_files(picture))
    assert not DiscardedFiles.objects.exists()


def test_old_files_that_are_wanted_again_stay():
    picture = add_picture(upload(), credit_line="Ada")
    before = public_files(picture)
    for focal_x in [10, 50]:
        picture.focal_x = focal_x
        picture.save()
        make_renditions(picture)

    with time_machine.travel(timezone.now() + 2 * discarding.KEPT):
        assert discarding.delete_discarded() == 1

    assert public_files(picture) == before
    assert all(default_storage.exists(name) for name in before)


def test_a_storage_that_fails_is_asked_again(monkeypatch):
    picture = add_picture(upload())
    delete_pictures(Picture.objects.all())

    def refuse(name):
        raise ConnectionError("away")

    with time_machine.travel(timezone.now() + discarding.KEPT):
        with monkeypatch.context() as patch:
            patch.setattr(default_storage, "delete", refuse)
            assert discarding.delete_discarded() == 0
        assert discarding.delete_discarded() == 1

    assert default_storage.listdir(picture.renditions["base"])[1] == []


def test_public_files_come_and_go_with_the_rights():
    now = timezone.now()
    hour = timedelta(hours=1)
    with time_machine.travel(now):
        picture = add_picture(
            upload("olive"),
            render=False,
            rights_start_at=now + hour,
            rights_expire_at=now + 2 * hour,
        )
        tasks.make_renditions.call(picture.pk)
        tasks.keep_public_files.call()
        picture.refresh_from_db()
        assert picture.renditions == {}
    with time_machine.travel(now + hour):
        tasks.keep_public_files.call()
        picture.refresh_from_db()
        files = public_files(picture)
        assert "avif" in picture.renditions["forms"]
        assert all(default_storage.exists(name) for name in files)
    with time_machine.travel(now + 2 * hour):
        tasks.keep_public_files.call()

    picture.refresh_from_db()
    assert picture.renditions == {}
    assert not any(default_storage.exists(name) for name in files)


def test_a_picture_for_no_medium_has_no_public_files():
    picture = add_picture(upload("navy"))
    files = public_files(picture)
    Picture.objects.update(allows_site=False, allows_newsletter=False)

    assert discarding.remove_hidden() == 1

    assert not any(default_storage.exists(name) for name in files)


def test_nothing_to_keep_costs_three_statements(django_assert_num_queries):
    add_picture(upload())

    with django_assert_num_queries(3):
        tasks.keep_public_files.call()


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
    at_once = picture.renditions
    make_renditions(picture)
    delete_all_discarded()

    assert at_once == {}
    assert (picture.width, picture.height) == (320, 200)
    assert shown_colour(picture)[2] > 200
    assert not any(default_storage.exists(name) for name in before)
    assert not originals().exists(old_original)


def test_same_file_once_more_leaves_readers_their_picture():
    picture = add_picture(upload())
    before = picture.renditions

    picture = replace_file(picture, upload())
    delete_all_discarded()

    assert (picture.renditions, bool(public_files(picture))) == (before, True)


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


def test_pictures_are_usable_by_time_and_medium():
    now = timezone.now()
    hour = timedelta(hours=1)
    picture = add_picture(
        upload(),
        render=False,
        rights_start_at=now - hour,
        rights_expire_at=now + hour,
        allows_newsletter=False,
        allows_republishing=True,
    )
    cases = [
        (now, Medium.SITE, True),
        (now - 2 * hour, Medium.SITE, False),
        (now + hour, Medium.SITE, False),
        (now, Medium.NEWSLETTER, False),
        (now, Medium.REPUBLISHING, True),
    ]

    for at, medium, expected in cases:
        assert picture.is_usable(at=at, medium=medium) is expected
        usable = Picture.objects.usable(at=at, medium=medium)
        assert usable.filter(pk=picture.pk).exists() is expected


def test_rights_cannot_end_before_they_start():
    now = timezone.now()

    with pytest.raises(IntegrityError):
        PictureFactory(rights_start_at=now, rights_expire_at=now)


def test_later_forms_stand_beside_the_first_ones():
    picture = add_picture(upload())
    first = picture.renditions

    make_renditions(picture, forms=rendering.LATER_FORMS)

    picture.refresh_from_db()
    assert picture.renditions["forms"] == ["avif", "jpg", "webp"]
    assert first["bytes"].items() < picture.renditions["bytes"].items()
    assert picture.renditions["16x9"] == first["16x9"]
    assert public_files(picture) == {
        f"{first['base']}/{name}" for name in picture.renditions["bytes"]
    }


def test_task_makes_all_forms_and_may_run_twice():
    picture = add_picture(upload(), render=False)

    tasks.make_renditions.call(picture.pk)
    tasks.make_renditions.call(picture.pk)

    picture.refresh_from_db()
    assert picture.rendition_status == "made"
    assert picture.renditions["forms"] == ["avif", "jpg", "webp"]


def test_task_leaves_a_failure_in_the_row_and_what_is_gone_alone():
    picture = add_picture(upload(), render=False)
    originals().delete(picture.original.name)

    tasks.make_renditions.call(picture.pk)
    tasks.make_renditions.call(picture.pk + 1)

    picture.refresh_from_db()
    assert picture.rendition_status == "failed"
    assert picture.rendition_error == "The original file is missing."


def test_task_makes_nothing_public_whose_rights_have_ended():
    ended = timezone.now() - timedelta(hours=1)
    picture = add_picture(upload(), render=False, rights_expire_at=ended)

    tasks.make_renditions.call(picture.pk)

    picture.refresh_from_db()
    assert picture.renditions == {}


def test_files_for_a_row_that_changed_meanwhile_are_dropped(monkeypatch):
    picture = add_picture(upload("purple"), render=False)
    render = pictures._render

    def render_slowly(*args):
        made = render(*args)
        Picture.objects.update(focal_x=10)
        return made

    monkeypatch.setattr(pictures, "_render", render_slowly)

    make_renditions(picture)
    delete_all_discarded()

    base = pictures._base(picture)
    picture.refresh_from_db()
    assert picture.renditions == {}
    assert default_storage.listdir(base)[1] == []


def test_failed_pictures_wait_for_a_retry():
    picture = add_picture(upload(), render=False)
    with picture.original.open() as file:
        content = file.read()
    originals().delete(picture.original.name)
    make_missing_renditions()
    originals().save(picture.original.name, ContentFile(content))

    assert make_missing_renditions() == 0
    assert make_missing_renditions(retry=True) == 1


def test_command_removes_what_has_ended_and_makes_it_again_when_extended(
    django_capture_on_commit_callbacks,
):
    picture = add_picture(upload("teal"))
    names = public_files(picture)
    now = timezone.now()
    Picture.objects.update(rights_expire_at=now - timedelta(hours=1))

    call_command("make_renditions", verbosity=0)
    left = [name for name in names if default_storage.exists(name)]
    Picture.objects.update(rights_expire_at=now + timedelta(hours=1))
    call_command("make_renditions", verbosity=0)

    picture.refresh_from_db()
    assert left == []
    assert public_files(picture) > names


def test_command_says_which_picture_failed(capsys):
    picture = add_picture(upload(), render=False)
    originals().delete(picture.original.name)

    with pytest.raises(CommandError, match="1 failed"):
        call_command("make_renditions")

    message = f"picture {picture.pk}: The original file is missing.\n"
    assert capsys.readouterr().err == message


def test_offered_words_fit_their_fields():
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = "word " * 300, "Ada\u202e <b>".encode()
    exif.get_ifd(0x8769)[0x9003] = "2026:03:01 09:30:00"
    file = BytesIO()
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/'
        '02/22-rdf-syntax-ns#"><r:Description xmlns:w="http://ns.adobe.com/xap/1.0/'
        'rights/" w:WebStatement="javascript:alert(1)"/></r:RDF></x:xmpmeta>'
    )
    image = Image.new("RGB", (40, 30))
    image.save(file, "JPEG", exif=exif, xmp=xmp.encode())

    offer = offered(decoding.inspect(file.getvalue()))

    taken_at = timezone.make_aware(datetime(2026, 3, 1, 9, 30))  # noqa: DTZ001
    assert offer.pop("taken_at") == taken_at
    assert len(offer.pop("caption")) <= 1000
    assert offer == {"creator": "Ada <b>"}


def noise(seed):
    image = Image.new("L", (9, 8))
    image.putdata([(seed * (at + 7) ** 2) % 251 for at in range(72)])
    return image.resize((180, 160)).convert("RGB")


def photo(image, **options):
    file = BytesIO()
    image.save(file, "JPEG", **options)
    return ContentFile(file.getvalue())


def test_copies_are_found_by_bytes_and_by_look():
    first = add_picture(photo(noise(3)), render=False)
    smaller = photo(noise(3).resize((90, 80)), quality=60)
    second = add_picture(smaller, render=False)
    other = add_picture(photo(noise(11)), render=False)
    flat = [add_picture(upload(colour), render=False) for colour in ["red", "blue"]]
    twin = add_picture(upload("red"), render=False)

    assert duplicates.groups() == [[first.pk, second.pk], [flat[0].pk, twin.pk]]
    assert duplicates.like(first) == [second.pk]
    assert duplicates.like(other) == []
