"""Which newsletter a page offers: by the story's tags, its section, else the default.

The newsletters that are open stand in the cache with the addresses of their tags and
sections, so that a warm page asks the database nothing and a cold one asks once.
"""

from django.core.cache import cache

from newsletter.models import Newsletter
from newsroom.lib.urls import path

CACHE_KEY = "newsletter:offers"
# Other processes of a site without a shared cache see a change after this long.
CACHE_SECONDS = 60


def offers():
    """The newsletters that take readers, in order, with their tags and sections."""
    found = cache.get(CACHE_KEY)
    if found is None:
        found = list(Newsletter.objects.open().with_subjects())
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return found


def forget():
    """To be called when a newsletter changed."""
    cache.delete(CACHE_KEY)


def for_article(article):
    """The newsletter to offer with a story, or None where there is no newsletter.

    Of two that share a tag with the story, the first in the list's order is offered.
    """
    tag_urls = {tag["url"] for tag in article.tag_links()}
    for newsletter in offers():
        if tag_urls & set(_tag_urls(newsletter)):
            return newsletter
    return for_section(article.section)


def for_section(section):
    """The newsletter to offer in a section, or None where there is no newsletter."""
    for newsletter in offers():
        if any(row["row_slug"] == section.slug for row in newsletter.section_rows):
            return newsletter
    return default()


def for_tag(tag):
    """The newsletter to offer with a tag, or None where there is no newsletter."""
    for newsletter in offers():
        if any(row["row_slug"] == tag.slug for row in newsletter.tag_rows):
            return newsletter
    return default()


def default():
    """The newsletter offered everywhere else; the first where none is marked."""
    found = offers()
    return next((row for row in found if row.is_default), found[0] if found else None)


def _tag_urls(newsletter):
    return [path("articles:tag_detail", row["row_slug"]) for row in newsletter.tag_rows]
