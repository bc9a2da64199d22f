"""Which addresses the judges look at.

Most come from the links of the site itself, so that a new kind of page is judged from
the day something links to it. Here stand those that no link leads to.
"""

from django.urls import Resolver404, resolve

UNLINKED = [
    "/search/?q=the",
    "/search/?q=%22the%22+-nothing&sort=newest",
    "/search/?q=no-story-has-this-word",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap-news.xml",
    "/newsletters/",
    "/republish/",
    "/privacy/",
]
# Pages that say no: judged as pages, not as broken links.
REFUSALS = ["/no-such-section/", "/no-such-section/no-such-story/"]


def kind(page):
    """Return what one page stands for: the view, its language and its direction."""
    path = page.address.partition("?")[0]
    try:
        view = resolve(path).view_name
    except Resolver404:
        view = "none"
    html = page.tree
    if path == "/privacy/":
        view = "privacy"  # written by the site itself, unlike the other pages
    return (view, page.status, html.get("lang"), _article_direction(html))


def _article_direction(html):
    return tuple(
        sorted({element.get("dir") for element in html.iter("article")} - {None})
    )


def one_of_each(pages):
    """Return a page of every kind, in the order of their addresses."""
    found = {}
    for page in sorted(pages, key=lambda page: page.address):
        found.setdefault(kind(page), page)
    return list(found.values())
