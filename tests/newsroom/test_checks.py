import pytest

from newsroom import checks


def ids(found):
    return [message.id for message in found]


@pytest.mark.parametrize(
    ("site_url", "hosts", "expected"),
    [
        ("https://a.example", ["a.example"], []),
        ("https://www.a.example", [".a.example"], []),
        ("https://a.example", ["*"], []),
        ("https://a.example", ["b.example", "ba.example"], ["newsroom.E001"]),
    ],
)
def test_host_of_site_url_must_be_allowed(settings, site_url, hosts, expected):
    settings.SITE_URL = site_url
    settings.ALLOWED_HOSTS = hosts

    assert ids(checks.check_hosts(None)) == expected


@pytest.mark.parametrize(
    ("site_url", "expected"),
    [
        ("https://a.example", []),
        ("http://a.example", ["newsroom.W001"]),
        ("http://127.0.0.1:8000", ["newsroom.W001", "newsroom.W002"]),
    ],
)
def test_deployed_site_url_is_public_and_secure(settings, site_url, expected):
    settings.SITE_URL = site_url
    settings.SITE_IS_SECURE = site_url.startswith("https")

    assert ids(checks.check_site_url(None)) == expected


def test_any_host_is_a_warning(settings):
    settings.ALLOWED_HOSTS = ["*"]

    assert ids(checks.check_any_host(None)) == ["newsroom.W003"]


@pytest.mark.parametrize(
    ("secret", "expected"), [("x" * 31, ["newsroom.E002"]), ("x" * 32, [])]
)
def test_short_secret_is_an_error(settings, secret, expected):
    settings.SECRET_KEY = secret

    assert ids(checks.check_secret(None)) == expected


@pytest.mark.parametrize(
    ("workers", "kind", "expected"),
    [
        (1, "locmem.LocMemCache", []),
        (2, "locmem.LocMemCache", ["newsroom.W004"]),
        (2, "redis.RedisCache", []),
    ],
)
def test_several_workers_need_one_cache(settings, workers, kind, expected):
    settings.WEB_WORKERS = workers
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{kind}"}}

    assert ids(checks.check_cache_is_shared(None)) == expected


@pytest.mark.parametrize(
    ("redirect", "header", "expected"),
    [
        (True, None, ["newsroom.I001"]),
        (True, ("HTTP_X_FORWARDED_PROTO", "https"), []),
        (False, None, []),
    ],
)
def test_redirect_to_https_needs_to_know_the_proxy(
    settings, redirect, header, expected
):
    settings.SECURE_SSL_REDIRECT = redirect
    settings.SECURE_PROXY_SSL_HEADER = header

    assert ids(checks.check_proxy_is_named(None)) == expected
