"""The page that says sorry needs nothing that may be broken: no test has a database."""

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("tests.newsroom.urls")


def test_crash_is_a_page_that_no_cache_keeps():
    response = Client(raise_request_exception=False).get("/t/crash/")

    assert response.status_code == 500
    assert response["Cache-Control"] == "no-store"
    assert b"<h1" in response.content
