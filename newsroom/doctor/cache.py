"""The cache that all processes share, or should."""

from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.cache import caches

from newsroom.doctor.asking import BROKEN, OK, WARNING


def check_cache():
    backend = settings.CACHES["default"]["BACKEND"]
    kind = backend.rpartition(".")[2]
    for name in ["default", "pages"]:
        if kind == "DummyCache":
            continue
        value = uuid4().hex
        caches[name].set(f"doctor:{value}", value, 10)
        if caches[name].get(f"doctor:{value}") != value:
            yield (
                BROKEN,
                "The cache does not keep what it is given.",
                f"Start the server that CACHE_URL names{_where(name)}. Pages are made "
                "anew for each reader and limits on forms let all through meanwhile.",
            )
            return
        caches[name].delete(f"doctor:{value}")
    if kind == "DummyCache":
        yield WARNING, "Nothing is cached.", "Leave dummy:// to tests."
    elif kind.endswith("LocMemCache"):
        # `check_settings` has what W004 says of several web processes.
        yield (
            OK,
            "Each process keeps its own cache, which is right for one web process.",
        )
    else:
        yield OK, "The cache answers, and all processes share it."


def _where(name):
    """The server's host and port, without its password."""
    parts = urlsplit(str(settings.CACHES[name].get("LOCATION", "")))
    return f" ({parts.hostname}:{parts.port or 6379})" if parts.hostname else ""
