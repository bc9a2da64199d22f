"""Addresses: absolute ones come from SITE_URL, never from a request."""

from urllib.parse import urljoin

from django.conf import settings
from django.utils.encoding import iri_to_uri


def absolute(path):
    """The absolute address of a path on this site; absolute addresses keep their host.

    Letters outside ASCII are percent-encoded (RFC 3987, section 3.1).
    """
    return urljoin(settings.SITE_URL.rstrip("/") + "/", iri_to_uri(path))
