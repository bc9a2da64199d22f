"""The editors' screens: one module a subject."""

from newsletter.admin import delivery, issue, newsletter

__all__ = ["delivery", "issue", "newsletter"]
