"""What every page shows besides its own content, kept by each process."""

from functools import lru_cache, partial

from django.template.loader import render_to_string

from articles.models import Page, Publication, Section
from newsroom.lib import generation
from newsroom.lib.urls import path

# Should a change ever go unnoticed.
CHROME_SECONDS = 30
# What of `base.html` is the same on all pages, each a template.
SHARED = ["head_styles", "head_links", "head_feeds", "masthead_links", "footer"]


def chrome():
    """The publication, the navigation's sections, the HTML of `SHARED`, the site's
    feeds and `page_urls`: the address of each page that editors wrote, by its slug.

    Three statements where it has to be made, none where it is of this generation.
    """
    return generation.kept_here("chrome", _chrome, seconds=CHROME_SECONDS)


def _chrome():
    written = list(Page.objects.defer("body"))
    publication = Publication.objects.current()
    found = {
        "publication": publication,
        "navigation": list(Section.objects.in_navigation()),
        "footer_pages": [page for page in written if page.is_in_footer],
        "page_urls": {page.slug: page.get_absolute_url() for page in written},
        "feed_links": feed_links(publication.name, path("articles:site_feed")),
    }
    return found | {name: render_to_string(f"_{name}.html", found) for name in SHARED}


def navigation_html(*, page, within):
    """The navigation for the page of a section, or of what belongs to one; by slugs."""
    return generation.kept_here(
        ("navigation", page, within),
        partial(_navigation_html, page, within),
        seconds=CHROME_SECONDS,
    )


def _navigation_html(page, within):
    context = {"navigation": chrome()["navigation"], "page": page, "within": within}
    return render_to_string("_navigation.html", context)


@lru_cache(maxsize=500)
def feeds_html(name, url):
    """`feed_links` for the head of a page."""
    context = {"feed_links": feed_links(name, url)}
    return render_to_string("_head_feeds.html", context)


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
