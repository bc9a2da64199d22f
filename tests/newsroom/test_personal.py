"""Every address with a key in it is kept from logs, caches, robots and other sites."""

import re

import pytest
from django.urls import get_resolver

from articles.policy_reports import _own_path
from newsroom.log import mask
from newsroom.personal import has_key, is_personal

WRITTEN = "hT7k-9dQ_x2LmZ:aa"
# Parameters that are no keys to a page, though they could be taken for some.
NO_KEYS = {
    # A page of the desk, which asks who one is.
    "admin/articles/article/autosave/<uuid:key>/",
    "admin/articles/page/autosave/<uuid:key>/",
    # Asks for a password of its own.
    "newsletters/mail-events/<str:provider>/",
}
# What is named so, or may hold anything.
NAMED = re.compile(
    r"<(?:\w+:)?\w*(?:token|key|secret|signature)\w*>|<(?:str|uuid):\w+>"
)


def routes(resolver=None, before=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern).lstrip("^")
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern, route)
        else:
            yield route


def keyed():
    for route in set(routes()) - NO_KEYS:
        if NAMED.search(route):
            filled = NAMED.sub(WRITTEN, route)
            yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"\1", filled)


def test_list_of_addresses_with_a_key_is_not_empty():
    assert len(list(keyed())) > 15


@pytest.mark.parametrize("path", sorted(keyed()))
def test_address_with_a_key_is_known_as_one(path, settings):
    settings.SITE_URL = "https://news.example"

    assert has_key(path)
    assert is_personal(path)
    assert WRITTEN not in mask(f"GET {path}?page=2")
    assert WRITTEN not in mask(f"?next={path.replace('/', '%2F')}")
    assert WRITTEN not in _own_path(f"https://news.example{path}")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "put"])
@pytest.mark.parametrize("path", sorted(keyed()))
def test_answer_at_an_address_with_a_key_stays_with_who_has_it(client, path, method):
    response = getattr(client, method)(path)

    policy = "same-origin" if path.startswith("/admin/") else "no-referrer"
    assert response.status_code < 500
    assert (
        response["Referrer-Policy"],
        response["X-Robots-Tag"],
    ) == (policy, "noindex, nofollow")
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/preview/abc/", True),
        ("/preview/", False),
        ("/previews/abc/", False),
        ("/admin/password/choose/MQ/abc/", True),
        ("/admin/password/choose/", False),
        ("/newsletters/mail-events/postmark/", False),
        ("/newsletters/weekly/confirm/", False),
    ],
)
def test_key_stands_where_a_key_is_meant(path, expected):
    assert has_key(path) == expected
