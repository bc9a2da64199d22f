from django.conf import settings
from django.db import models
from django.utils import timezone

from newsroom.lib.fields import LineField


class ArticleEvent(models.Model):
    """Who did what to an article, and when; rows are added and never changed."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", "Sent to review"
        HELD = "held", "Back to draft"
        READY = "ready", "Marked ready"
        SCHEDULED = "scheduled", "Scheduled"
        PUBLISHED = "published", "Published"
        CHANGED = "changed", "Changes published"
        DISCARDED = "discarded", "Changes discarded"
        WITHDRAWN = "withdrawn", "Withdrawn"
        CORRECTED = "corrected", "Corrected"
        MOVED = "moved", "Moved to another address"
        IMPORTED = "imported", "Imported"
        LINK_MADE = "link_made", "Preview link made"
        LINK_REVOKED = "link_revoked", "Preview link revoked"
        HANDED_OVER = "handed_over", "Handed over"

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="events"
    )
    kind = models.CharField(max_length=16, choices=Kind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    at = models.DateTimeField(default=timezone.now)
    note = LineField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "step of a story"
        verbose_name_plural = "steps of stories"
        indexes = [
            models.Index(fields=["-at", "-id"], name="articles_articleevent_latest"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"
