"""What may stand in an address."""

from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db.models import Case, Q, Value, When

from newsroom.lib import (
    prepared,  # noqa: F401 - has the lookup `among`
    text,
)

# First-level words with a meaning of their own; a section or page can't take one.
RESERVED_SLUGS = frozenset({
    "accounts", "admin", "api", "archive", "authors", "corrections", "favicon.ico",
    "feed", "healthz", "media", "newsletters", "preview", "readyz", "republish",
    "robots.txt", "search", "sitemap.xml", "sitemap-news.xml", "static", "tags",
    # Second-level words of /republish/, where a section's slug stands too.
    "copy", "quote", "seen",
})  # fmt: skip
# Second-level words: `/<section>/feed/` is the section's feed.
RESERVED_ARTICLE_SLUGS = frozenset({"feed"})


def validate_slug(value):
    """Refuse what `lib.text.slug` would write in another way."""
    if value != text.slug(value, max_length=max(80, len(value))):
        raise ValidationError(
            "Use small letters, digits and hyphens, such as “%(example)s”.",
            code="invalid_slug",
            params={"example": text.slug(value)},
        )


def validate_first_level_slug(value):
    """`validate_slug`, and no word that the site itself answers at the first level."""
    validate_slug(value)
    if value in RESERVED_SLUGS or value.startswith("sitemap-"):
        raise ValidationError(
            "“%(value)s” is an address of the site itself. Choose another.",
            code="reserved_slug",
            params={"value": value},
        )


def validate_article_slug(value):
    """`validate_slug`, and no word that means something inside a section."""
    validate_slug(value)
    if value in RESERVED_ARTICLE_SLUGS:
        raise ValidationError(
            "“%(value)s” is an address of the section itself. Choose another.",
            code="reserved_slug",
            params={"value": value},
        )


def at_slug(rows, slug, past, key):
    """Those of `rows` with this slug in small letters, then those that once had it.

    `past` holds former slugs; its column `key` names their row.
    """
    is_there = Q(slug=slug.lower())
    former = past.filter(slug=slug.lower()).values(key)
    # Among: the database then asks both indexes, and reads no other row.
    return rows.filter(is_there | Q(pk__among=former)).order_by(
        Case(When(is_there, then=Value(0)), default=Value(1)), "pk"
    )


def at_addresses(rows, wanted):
    """Those of `rows` with one of the slugs wanted in a section, by the section's key.

    Asked by sections, since the index of addresses has them first.
    """
    places = [Q(section=key, slug__in=slugs) for key, slugs in wanted.items()]
    return rows.filter(reduce(or_, places)) if places else rows.none()
