"""System checks of our own settings: `manage.py check --deploy` runs them."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def check_site_url(app_configs, **kwargs):
    found = []
    host = urlsplit(settings.SITE_URL).hostname
    if not settings.SITE_IS_SECURE:
        found.append(
            checks.Warning(
                f"SITE_URL is {settings.SITE_URL}, which is not https.",
                hint="Links in mails and feeds lead to an unencrypted site. Let your "
                "proxy have a certificate, then set SITE_URL to https://…",
                id="newsroom.W001",
            )
        )
    if host in ("127.0.0.1", "localhost", "::1"):
        found.append(
            checks.Warning(
                "SITE_URL names this machine only.",
                hint="Set SITE_URL to the address readers type.",
                id="newsroom.W002",
            )
        )
    return found


@checks.register(checks.Tags.security)
def check_hosts(app_configs, **kwargs):
    host = urlsplit(settings.SITE_URL).hostname
    hosts = settings.ALLOWED_HOSTS
    allowed = any(
        pattern in ("*", host, f"[{host}]")
        or (pattern.startswith(".") and f".{host}".endswith(pattern))
        for pattern in hosts
    )
    found = []
    if not allowed:
        found.append(
            checks.Error(
                f"ALLOWED_HOSTS leaves out {host}, the host of SITE_URL.",
                hint="Every address we print would answer 400.",
                id="newsroom.E001",
            )
        )
    return found


@checks.register(checks.Tags.security, deploy=True)
def check_any_host(app_configs, **kwargs):
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        checks.Warning(
            "ALLOWED_HOSTS lets any host through.",
            hint="Name the hosts; SITE_URL's is allowed without being named.",
            id="newsroom.W003",
        )
    ]


@checks.register(checks.Tags.security)
def check_secret(app_configs, **kwargs):
    if len(settings.SECRET_KEY) >= 32:
        return []
    return [
        checks.Error(
            "SECRET_KEY is shorter than 32 characters.",
            hint="It signs sessions and every link in a mail. "
            'python -c "import secrets; print(secrets.token_urlsafe(50))"',
            id="newsroom.E002",
        )
    ]


@checks.register(checks.Tags.caches)
def check_cache_is_shared(app_configs, **kwargs):
    workers = settings.WEB_WORKERS
    backend = settings.CACHES["default"]["BACKEND"]
    if workers == 1 or not backend.endswith(("LocMemCache", "DummyCache")):
        return []
    return [
        checks.Warning(
            f"{workers} web processes keep a cache each.",
            hint="Limits on forms would count per process and a published story could "
            "stay unseen in some: set CACHE_URL to redis:// or database://.",
            id="newsroom.W004",
        )
    ]


@checks.register(checks.Tags.security, deploy=True)
def check_proxy_is_named(app_configs, **kwargs):
    if not settings.SECURE_SSL_REDIRECT or settings.SECURE_PROXY_SSL_HEADER:
        return []
    return [
        checks.Info(
            "PROXY_SSL_HEADER is not set.",
            hint="Behind a proxy that ends TLS every page would redirect to itself.",
            id="newsroom.I001",
        )
    ]
