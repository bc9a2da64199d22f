from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from tests.factories.articles import PictureFactory

FOR_EVER = "public, max-age=31536000, s-maxage=90, immutable"


@pytest.fixture
def stored():
    """Store a file under a name; it is gone after the test."""
    names = []

    def store(name, content=b"bytes"):
        names.append(default_storage.save(name, ContentFile(content)))
        return names[-1]

    yield store
    for name in names:
        default_storage.delete(name)


@pytest.mark.django_db
def test_picture_is_served_to_keep(client, stored):
    name = stored("pictures/a.webp", b"RIFF")

    response = client.get(f"/media/{name}")

    assert b"".join(response.streaming_content) == b"RIFF"
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == FOR_EVER
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.js", "a", "a.png.exe"])
def test_file_that_a_browser_might_run_is_not_served(client, stored, name):
    assert client.get(f"/media/{stored(name)}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["nothing.png", "../settings.png", "%2e%2e/a.png", "/etc/a.png", "."]
)
def test_path_outside_the_pictures_is_not_found(client, path):
    assert client.get(f"/media/{path}").status_code == 404


HOUR = timedelta(hours=1)


def served(client, name):
    response = client.get(f"/media/{name}")
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code, response["Cache-Control"]


@pytest.mark.django_db
def test_picture_is_kept_no_longer_than_its_rights(client, stored):
    name = stored("pictures/limited/a.jpg")
    now = timezone.now().replace(microsecond=0)
    PictureFactory(public_base="pictures/limited", rights_expire_at=now + HOUR)

    with time_machine.travel(now, tick=False):
        held = served(client, name)
    with time_machine.travel(now + HOUR, tick=False):
        ended = served(client, name)

    assert held == (200, "public, max-age=3600, s-maxage=90")
    assert ended == (410, "public, max-age=60")


@pytest.mark.django_db
def test_picture_is_not_served_before_its_rights_start(client, stored):
    name = stored("pictures/early/a.jpg")
    PictureFactory(public_base="pictures/early", rights_start_at=timezone.now() + HOUR)

    assert served(client, name)[0] == 410


@pytest.mark.django_db
def test_longer_rights_count_for_a_file_that_two_pictures_share(client, stored):
    name = stored("pictures/shared/a.jpg")
    PictureFactory(
        public_base="pictures/shared", rights_expire_at=timezone.now() - HOUR
    )
    PictureFactory(public_base="pictures/shared")

    assert served(client, name) == (200, FOR_EVER)


@pytest.mark.django_db
def test_serving_a_picture_takes_one_statement(
    client, stored, django_assert_num_queries
):
    name = stored("pictures/one/a.jpg")

    with django_assert_num_queries(1):
        served(client, name)


@pytest.mark.django_db
def test_shared_cache_that_asks_again_gets_304_until_the_rights_end(client, stored):
    name = stored("pictures/asked/a.jpg")
    picture = PictureFactory(public_base="pictures/asked")
    first = client.get(f"/media/{name}")
    b"".join(first.streaming_content)
    tag = {"If-None-Match": first["ETag"]}

    again = client.get(f"/media/{name}", headers=tag)
    picture.rights_expire_at = timezone.now()
    picture.save()
    ended = client.get(f"/media/{name}", headers=tag)

    assert (again.status_code, again["Cache-Control"]) == (304, FOR_EVER)
    assert ended.status_code == 410


@pytest.mark.django_db
def test_picture_that_may_be_shown_nowhere_is_not_served(client, stored):
    name = stored("pictures/nowhere/a.jpg")
    PictureFactory(
        public_base="pictures/nowhere", allows_site=False, allows_newsletter=False
    )

    assert served(client, name)[0] == 410


@pytest.mark.django_db
def test_picture_for_newsletters_alone_is_served(client, stored):
    name = stored("pictures/mailed/a.jpg")
    PictureFactory(public_base="pictures/mailed", allows_site=False)

    assert served(client, name)[0] == 200
