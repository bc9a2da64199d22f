"""What every page shows besides its own content, kept in the cache, and its purging."""

from django.core.cache import cache
from django.template.loader import render_to_string

from articles.models import Page, Publication, Section
from newsroom.lib.urls import path

CHROME_KEY = "articles:chrome"
# Other processes of a site without a shared cache see a change after this long.
CHROME_SECONDS = 30


def chrome():
    """The publication, the navigation's sections, the footer, the site's feeds and
    `page_urls`: the address of each page that editors wrote, by its slug.

    Three statements when it is not in the cache, none when it is.
    """
    found = cache.get(CHROME_KEY)
    if found is None:
        written = list(Page.objects.defer("body"))
        publication = Publication.objects.current()
        found = {
            "publication": publication,
            "navigation": list(Section.objects.in_navigation()),
            "footer_pages": [page for page in written if page.is_in_footer],
            "page_urls": {page.slug: page.get_absolute_url() for page in written},
            "feed_links": feed_links(publication.name, path("articles:site_feed")),
        }
        found["footer"] = render_to_string("_footer.html", found)
        cache.set(CHROME_KEY, found, CHROME_SECONDS)
    return found


def purge_all():
    """Forget what every page shows: after a change of name, section, page or tag."""
    cache.delete(CHROME_KEY)


def feed_links(name, url):
    """The Atom and RSS feeds at `url`, for `<link rel=alternate>` and the footer."""
    return [
        {
            "name": "Atom feed",
            "title": name,
            "url": url,
            "type": "application/atom+xml",
        },
        {
            "name": "RSS feed",
            "title": f"{name} (RSS)",
            "url": f"{url}?format=rss",
            "type": "application/rss+xml",
        },
    ]
