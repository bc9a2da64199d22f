import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from newsroom.lib import forms_guard

OWN = "https://news.example"
FOREIGN = "https://evil.example"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, "own"),
        ({"Sec-Fetch-Site": "none"}, "own"),
        ({"Sec-Fetch-Site": "cross-site"}, "foreign"),
        ({"Sec-Fetch-Site": "same-site"}, "foreign"),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OWN}, "foreign"),
        ({"Origin": OWN}, "own"),
        ({"Origin": FOREIGN}, "foreign"),
        ({"Origin": "null"}, "foreign"),
        ({"Origin": "http://news.example"}, "foreign"),
        ({"Origin": FOREIGN, "Referer": f"{OWN}/"}, "foreign"),
        ({"Referer": f"{OWN}/world/a-story/"}, "own"),
        ({"Referer": f"{FOREIGN}/{OWN}"}, "foreign"),
        ({"Referer": "https://news.example.evil.example/"}, "foreign"),
        ({}, "unknown"),
    ],
)
def test_origin_of_a_post(headers, expected):
    request = RequestFactory().post("/", headers=headers)

    assert forms_guard.origin(request) == expected


def test_site_without_tls_accepts_the_name_it_was_asked_by(settings):
    settings.SITE_URL, settings.SITE_IS_SECURE = "http://127.0.0.1:8000", False
    request = RequestFactory().post("/", headers={"Origin": "http://testserver"})

    assert forms_guard.origin(request) == "own"


@forms_guard.anonymous_form
def _done(request):
    return HttpResponse("done")


def test_foreign_form_is_refused():
    request = RequestFactory().post("/", headers={"Sec-Fetch-Site": "cross-site"})

    with pytest.raises(PermissionDenied):
        _done(request)
