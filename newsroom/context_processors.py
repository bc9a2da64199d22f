"""What every page's template knows."""

from django.conf import settings

from articles import pages
from newsroom.lib.urls import absolute


def site(request):
    """The publication, navigation, `pages.SHARED` and the page's clean address.

    The canonical address is the path on SITE_URL with no arguments; a page of a list
    that is canonical to itself passes its own `canonical_url` to the template.
    """
    found = pages.chrome()
    return {
        "publication": found["publication"],
        "navigation": found["navigation"],
        **{name: found[name] for name in pages.SHARED},
        "about_url": found["page_urls"].get("about"),
        "privacy_url": found["page_urls"].get("privacy"),
        "site_url": settings.SITE_URL,
        "canonical_url": absolute(request.path),
    }
