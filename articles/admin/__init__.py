"""The editors' screens: one module a subject."""

from articles.admin import (
    article,
    author,
    error_report,
    front_page,
    import_run,
    page,
    picture,
    policy_report,
    publication,
    redirects,
    rights,
    section,
    tag,
    trail,
    wire,
)

__all__ = [
    "article",
    "author",
    "error_report",
    "front_page",
    "import_run",
    "page",
    "picture",
    "policy_report",
    "publication",
    "redirects",
    "rights",
    "section",
    "tag",
    "trail",
    "wire",
]  # fmt: skip
