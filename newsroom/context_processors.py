"""What every page's template knows."""

from django.conf import settings
from django.urls import reverse

from articles import pages
from newsroom.lib.urls import absolute


def site(request):
    """The publication, navigation, footer, feed and the page's clean address.

    The canonical address is the path on SITE_URL with no arguments; a page of a list
    that is canonical to itself passes its own `canonical_url` to the template.
    """
    found = pages.chrome()
    publication = found["publication"]
    return {
        "publication": publication,
        "navigation": found["navigation"],
        "footer_pages": found["footer_pages"],
        "about_url": found["page_urls"].get("about"),
        "privacy_url": found["page_urls"].get("privacy"),
        "site_url": settings.SITE_URL,
        "canonical_url": absolute(request.path),
        "feed_links": pages.feed_links(publication.name, reverse("articles:site_feed")),
    }
