"""Which newsletter a page offers: by the story's tags, its section, else the default.

Each process keeps the newsletters that are open, with the addresses of their tags and
sections, for one generation: a warm page asks the database nothing, a cold one once.
"""

from newsletter.models import Newsletter
from newsroom.lib import generation
from newsroom.lib.urls import path

# Should a change ever go unnoticed.
KEPT_SECONDS = 60


def offers():
    """The newsletters that take readers, in order, with their tags and sections."""
    return generation.kept_here("offers", _offers, seconds=KEPT_SECONDS)


def _offers():
    return list(Newsletter.objects.open().with_subjects())


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
