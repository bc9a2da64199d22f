"""Addresses: absolute ones come from SITE_URL, never from a request."""

from functools import lru_cache
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.encoding import iri_to_uri


def absolute(path):
    """The absolute address of a path on this site; absolute addresses keep their host.

    Letters outside ASCII are percent-encoded (RFC 3987, section 3.1).
    """
    path = iri_to_uri(path)
    if path.startswith("/") and not path.startswith("//") and "/." not in path:
        return f"{settings.SITE_URL}{path}"  # what urljoin() works out, in less time
    return urljoin(settings.SITE_URL + "/", path)


@lru_cache(maxsize=4_096)
def path(name, *args):
    """The path that `reverse` finds; a page of cards asks for the same ones often."""
    return reverse(name, args=args)
