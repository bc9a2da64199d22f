"""Addresses: absolute ones come from SITE_URL, never from a request."""

from functools import lru_cache
from urllib.parse import urljoin

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.encoding import iri_to_uri


def absolute(path):
    """The absolute address of a path on this site; absolute addresses keep their host.

    Letters outside ASCII are percent-encoded (RFC 3987, section 3.1).
    """
    return urljoin(settings.SITE_URL.rstrip("/") + "/", iri_to_uri(path))


def path(name, *args):
    """The path that `reverse` finds; a page of cards asks for the same ones often."""
    return _path(get_script_prefix(), get_urlconf(), name, args)


@lru_cache(maxsize=16_384)
def _path(prefix, urlconf, name, args):
    return reverse(name, urlconf, args=args)
