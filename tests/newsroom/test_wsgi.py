import io
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from newsletter.models import Subscriber
from newsroom.wsgi import application
from tests.factories.newsletter import NewsletterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_connection():
    """As the tests' client has it: the test's connection stays open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def sign_up(content_type, body, length):
    """The status of a sign-up of which so much came as `body` has."""
    environ = RequestFactory(headers={"sec-fetch-site": "same-origin"}).post(
        "/newsletters/sign-up/"
    ).environ | {
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(length),
        "wsgi.input": io.BytesIO(body),
    }
    told = []
    answer = application(environ, lambda status, headers, *_: told.append(status))
    list(answer)
    answer.close()
    return told[0].partition(" ")[0]


FORM = b"newsletters=weekly&email=ann@example.org"
PARTS = b"".join(
    b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % part
    for part in [(b"newsletters", b"weekly"), (b"email", b"ann@example.org")]
)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", FORM),
        ("multipart/form-data; boundary=x", PARTS + b"--x--\r\n"),
    ],
)
@pytest.mark.parametrize(
    ("missing", "status", "count"), [(0, "303", 1), (1, "400", 0), (500, "400", 0)]
)
def test_form_that_ends_too_early_is_not_taken(
    content_type, body, missing, status, count
):
    NewsletterFactory(slug="weekly")

    found = sign_up(content_type, body, len(body) + missing)

    assert (found, Subscriber.objects.count()) == (status, count)


def test_what_makes_invoices_and_markdown_is_not_loaded_at_the_start():
    start = (
        "import sys, newsroom.wsgi, newsroom.urls;"
        "print(*{'bs4', 'fontTools', 'fpdf', 'newsroom'} & set(sys.modules))"
    )

    done = subprocess.run(
        [sys.executable, "-c", start],
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )

    assert done.stdout.split() == ["newsroom"]
