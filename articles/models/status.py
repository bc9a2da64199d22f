"""From IPTC's status, the desk's own and the times to the one word editors read."""

from django.db import models
from django.db.models import Q


class DeskStatus(models.TextChoices):
    """How far a withheld story is; once it is cleared to run, this says nothing."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    READY = "ready", "Ready"


class Status(models.TextChoices):
    """The word for a story at one moment. It is computed, never stored."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    READY = "ready", "Ready"
    SCHEDULED = "scheduled", "Scheduled"
    PUBLISHED = "published", "Published"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Withdrawn"


def status_of(article, at):
    """The Status of an article's row at this time; `with_status` says it in SQL."""
    if article.pub_status == "canceled":
        return Status.WITHDRAWN
    if article.pub_status == "withheld":
        return Status(article.desk_status)
    if article.expires_at and article.expires_at <= at:
        return Status.EXPIRED
    if article.published_at > at or (
        article.embargoed_until and article.embargoed_until > at
    ):
        return Status.SCHEDULED
    return Status.PUBLISHED


def with_status(status, at):
    """The condition on articles' rows under which `status_of` gives this Status."""
    waits = Q(published_at__gt=at) | Q(embargoed_until__gt=at)
    is_over = Q(expires_at__isnull=False, expires_at__lte=at)
    usable = Q(pub_status="usable")
    return {
        Status.WITHDRAWN: Q(pub_status="canceled"),
        Status.EXPIRED: usable & is_over,
        Status.SCHEDULED: usable & waits & (Q(expires_at=None) | Q(expires_at__gt=at)),
        Status.PUBLISHED: usable
        & Q(published_at__lte=at)
        & (Q(embargoed_until=None) | Q(embargoed_until__lte=at))
        & (Q(expires_at=None) | Q(expires_at__gt=at)),
    }.get(status) or Q(pub_status="withheld", desk_status=status)
