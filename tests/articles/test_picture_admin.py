from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from articles.models import Picture
from articles.renditions import rendition_name

pytestmark = pytest.mark.django_db

ADD = "admin:articles_picture_add"


def upload(colour="red", name="photo.jpg", size=(800, 600)):
    content = BytesIO()
    Image.new("RGB", size, colour).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


@pytest.fixture(autouse=True)
def editor(client):
    found = User.objects.create_superuser("editor")
    client.force_login(found)
    return found


def typed(**changes):
    return {
        "caption": "Dawn.",
        "alt_text": "A red sky.",
        "focal_x": 50,
        "focal_y": 50,
        **changes,
    }


def test_upload_makes_a_picture_with_its_public_files(client, editor):
    response = client.post(
        reverse(ADD), typed(upload=upload(name='"><svg onload=x>.jpg'))
    )

    picture = Picture.objects.get()
    assert response.status_code == 302
    assert (picture.width, picture.height, picture.uploaded_by) == (800, 600, editor)
    assert (picture.caption, picture.alt_text) == ("Dawn.", "A red sky.")
    assert default_storage.exists(rendition_name(picture, "16x9", 640, "webp"))
    assert "svg" not in picture.original.name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("photo.jpg", b"%!PS-Adobe-3.0 EPSF-3.0"),
        ("photo.jpg", b"\xff\xd8\xff\xe0 cut off"),
        ("<img src=x onerror=alert(1)>.txt", b"words"),
    ],
)
def test_what_is_no_picture_is_refused_beside_the_field(client, name, content):
    response = client.post(
        reverse(ADD), typed(upload=SimpleUploadedFile(name, content))
    )

    assert list(response.context["adminform"].form.errors) == ["upload"]
    assert "onerror=alert" not in response.content.decode()
    assert not Picture.objects.exists()


def test_new_picture_needs_a_file(client):
    response = client.post(reverse(ADD), typed())

    assert list(response.context["adminform"].form.errors) == ["upload"]


def change(client, picture, **changes):
    url = reverse("admin:articles_picture_change", args=[picture.pk])
    response = client.post(url, typed(**changes))
    picture.refresh_from_db()
    return response


def test_replaced_file_has_new_addresses_and_the_old_ones_are_gone(
    client, django_capture_on_commit_callbacks
):
    client.post(reverse(ADD), typed(upload=upload("red")))
    picture = Picture.objects.get()
    old = rendition_name(picture, "16x9", 640, "jpg")

    with django_capture_on_commit_callbacks(execute=True):
        change(client, picture, upload=upload("blue"))

    new = rendition_name(picture, "16x9", 640, "jpg")
    assert new != old
    assert (default_storage.exists(old), default_storage.exists(new)) == (False, True)


def test_other_focal_point_moves_the_crops_to_new_addresses(client):
    client.post(reverse(ADD), typed(upload=upload()))
    picture = Picture.objects.get()
    old = rendition_name(picture, "1x1", 320, "jpg")

    change(client, picture, focal_x=10)

    assert rendition_name(picture, "1x1", 320, "jpg") != old


def test_words_are_saved_where_the_original_is_lost(client):
    client.post(reverse(ADD), typed(upload=upload()))
    picture = Picture.objects.get()
    picture.original.storage.delete(picture.original.name)

    response = change(client, picture, credit_line="A. Nother")

    assert response.status_code == 302
    assert picture.credit_line == "A. Nother"


def test_list_shows_thumbnails_without_asking_the_storage(
    client, django_assert_num_queries
):
    for colour in ["red", "green", "blue"]:
        client.post(reverse(ADD), typed(upload=upload(colour)))
    url = reverse("admin:articles_picture_changelist")
    client.get(url)

    with django_assert_num_queries(5):
        response = client.get(url)

    assert response.content.decode().count('loading="lazy"') == 3
