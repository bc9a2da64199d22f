import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


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


def test_picture_is_served_to_keep(client, stored):
    name = stored("pictures/a.webp", b"RIFF")

    response = client.get(f"/media/{name}")

    assert b"".join(response.streaming_content) == b"RIFF"
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
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
