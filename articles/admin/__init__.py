"""The editors' screens: one module a subject."""

from articles.admin import (
    article,
    author,
    front_page,
    page,
    picture,
    publication,
    section,
    tag,
    trail,
)

__all__ = [
    "article", "author", "front_page", "page", "picture", "publication", "section",
    "tag", "trail",
]  # fmt: skip
