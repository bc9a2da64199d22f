"""What a story's own page shows, to readers and in a preview."""

from urllib.parse import quote, urlencode

from articles import structured_data
from articles.related import related
from newsroom.lib.urls import path


def context(article, *, publication):
    """The context of `article_detail.html` for a story as `for_page` loads it."""
    corrections = article.shown_corrections()
    return {
        "article": article,
        "corrections_top": [c for c in corrections if c.placement == "top"],
        "corrections_bottom": [c for c in corrections if c.placement != "top"],
        "translations": article.translations(),
        "related": related(article),
        "republish_url": _republish_url(article),
        "republications": [] if article.is_retracted else article.republications(),
        "report_url": path(
            "articles:report_create", article.section.slug, article.slug
        ),
        "share_links": _share_links(article),
        "meta": structured_data.article_meta(
            article, corrections, publication=publication
        ),
    }


def _republish_url(article):
    if not article.is_republishable or article.is_retracted:
        return None
    return path("republishing:request_create", article.section.slug, article.slug)


def _share_links(article):
    """By mail, and the address to copy: nobody else hears of it."""
    mail = urlencode(
        {"subject": article.headline, "body": article.absolute_url}, quote_via=quote
    )
    return [
        {"name": "Email", "url": f"mailto:?{mail}"},
        {"name": "Link", "url": article.absolute_url},
    ]
