"""What every page shows besides its own content, kept in the cache, and its purging."""

from django.core.cache import cache

from articles.models import Page, Publication, Section

CHROME_KEY = "articles:chrome"
# Other processes of a site without a shared cache see a change after this long.
CHROME_SECONDS = 30


def chrome():
    """The publication, the navigation's sections and the footer's pages.

    Three statements when it is not in the cache, none when it is.
    """
    found = cache.get(CHROME_KEY)
    if found is None:
        found = {
            "publication": Publication.objects.current(),
            "navigation": list(Section.objects.in_navigation()),
            "footer_pages": list(Page.objects.filter(is_in_footer=True).defer("body")),
        }
        cache.set(CHROME_KEY, found, CHROME_SECONDS)
    return found


def purge(article):
    """Forget what caches hold of a story. Pages themselves expire within seconds."""


def purge_all():
    """Forget what every page shows: after a change of name, section, page or tag."""
    cache.delete(CHROME_KEY)
