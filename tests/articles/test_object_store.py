"""Pictures in an object store, spoken to over HTTP."""

from datetime import timedelta
from io import BytesIO

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.utils import timezone
from moto.server import ThreadedMotoServer
from PIL import Image

from articles import pictures
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
    assert stored["CacheControl"] == "public, max-age=31536000, immutable"
    assert rendition_url(picture, "16x9", 640, "webp") == (
        f"https://media.news.example/{name}"
    )
    assert {original, name} < names(bucket)
    assert "Signature" in picture.original.url

    Picture.objects.update(rights_expire_at=timezone.now() - timedelta(hours=1))
    pictures.remove_ended()

    thumbnail = f"originals/{pictures.thumbnail_name(picture)}"
    assert names(bucket) == {original, thumbnail}
    assert not default_storage.exists(name)


def test_failure_of_the_store_stands_in_the_row(bucket):
    picture = pictures.add_picture(upload(), render=False)
    bucket.delete_object(Bucket="pictures", Key=f"originals/{picture.original.name}")

    assert pictures.make_missing_renditions() == 0

    picture.refresh_from_db()
    assert picture.rendition_status == "failed"
    assert picture.rendition_error == "The original file is missing."
