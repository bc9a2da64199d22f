from django.db import models
from django.db.models import F
from django.utils import timezone

from newsroom.lib.fields import PlainTextField


class CorrectionQuerySet(models.QuerySet):
    def shown(self, *, at=None):
        """Those whose time has come."""
        return self.filter(published_at__lte=at or timezone.now())

    def latest_first(self):
        return self.order_by("-published_at", "-pk")

    def as_rows(self):
        """The columns that `Correction.from_row` reads."""
        return self.values(
            row_kind=F("kind"),
            row_text=F("text"),
            row_placement=F("placement"),
            row_published_at=F("published_at"),
        )


class Correction(models.Model):
    """A public note on what was wrong or has changed (schema.org correction)."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", "Correction"
        UPDATE = "update", "Update"
        CLARIFICATION = "clarification", "Clarification"
        RETRACTION = "retraction", "Retraction"

    class Placement(models.TextChoices):
        TOP = "top", "Above the story"
        BOTTOM = "bottom", "Below the story"

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="corrections"
    )
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.CORRECTION)
    text = PlainTextField(max_length=2000)
    placement = models.CharField(
        max_length=8, choices=Placement, default=Placement.BOTTOM
    )
    published_at = models.DateTimeField(default=timezone.now)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["published_at", "pk"]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"], name="articles_correction_latest"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.text[:60]}"

    @property
    def label(self):
        return self.get_kind_display()
