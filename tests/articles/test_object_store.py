"""Pictures in an object store, spoken to over HTTP."""

from datetime import timedelta
from io import BytesIO

import boto3
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.utils import timezone
from moto.server import ThreadedMotoServer
from PIL import Image

from articles import discarding, pictures, tasks
from articles.models import Picture
from articles.renditions import rendition_name, rendition_url
from newsroom import env

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint, monkeypatch, settings):
    """The bucket that holds public files and originals, as STORAGE_URL names it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    url = f"s3://pictures?endpoint={endpoint}&region=us-east-1"
    monkeypatch.setenv("STORAGE_URL", url)
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="pictures")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": env.storage(
            "STORAGE_URL", "", base_url="https://media.news.example/"
        ),
        "originals": env.private_storage("STORAGE_URL", ""),
    }
    monkeypatch.setattr(Picture.original.field, "storage", storages["originals"])
    return client


def upload():
    file = BytesIO()
    Image.new("RGB", (640, 480), "red").save(file, "JPEG")
    return ContentFile(file.getvalue())


def names(bucket):
    found = bucket.list_objects_v2(Bucket="pictures").get("Contents", [])
    return {entry["Key"] for entry in found}


def test_picture_comes_goes_and_keeps_its_original_private(bucket):
    picture = pictures.add_picture(upload())
    name = rendition_name(picture, "16x9", 640, "webp")
    original = f"originals/{picture.original.name}"

    stored = bucket.head_object(Bucket="pictures", Key=name)
    assert stored["ContentType"] == "image/webp"
    assert stored["CacheControl"] == "public, max-age=86400, s-maxage=90, immutable"
    assert rendition_url(picture, "16x9", 640, "webp") == (
        f"https://media.news.example/{name}"
    )
    assert {original, name} < names(bucket)
    assert "Signature" in picture.original.url

    Picture.objects.update(rights_expire_at=timezone.now() - timedelta(hours=1))
    discarding.remove_hidden()

    thumbnail = f"originals/{pictures.thumbnail_name(picture)}"
    assert names(bucket) == {original, thumbnail}
    assert not default_storage.exists(name)


def test_files_of_a_changed_picture_leave_the_store_later(bucket):
    picture = pictures.add_picture(upload(), render=True)
    old = rendition_name(picture, "16x9", 640, "webp")
    picture.focal_x = 10
    picture.save()
    pictures.make_renditions(picture)
    assert {old, rendition_name(picture, "16x9", 640, "webp")} < names(bucket)

    with time_machine.travel(timezone.now() + discarding.KEPT):
        discarding.delete_discarded()

    assert old not in names(bucket)
    assert rendition_name(picture, "16x9", 640, "webp") in names(bucket)


def test_no_public_file_is_in_the_store_before_the_rights_start(bucket):
    picture = pictures.add_picture(
        upload(), render=False, rights_start_at=timezone.now() + timedelta(hours=1)
    )
    before = names(bucket)

    pictures.make_missing_renditions()
    tasks.make_renditions.call(picture.pk)

    assert names(bucket) == before


def test_failure_of_the_store_stands_in_the_row(bucket):
    picture = pictures.add_picture(upload(), render=False)
    bucket.delete_object(Bucket="pictures", Key=f"originals/{picture.original.name}")

    assert pictures.make_missing_renditions() == 0

    picture.refresh_from_db()
    assert picture.rendition_status == "failed"
    assert picture.rendition_error == "The original file is missing."
