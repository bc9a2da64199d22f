from django.db import models
from django.db.models import Q
from django.utils import timezone


class FrontPageSlotQuerySet(models.QuerySet):
    def current(self, *, at=None):
        """Those still pinned; the order within an area is the editor's."""
        return self.filter(
            Q(pinned_until__isnull=True) | Q(pinned_until__gt=at or timezone.now())
        ).order_by("area", "position", "pk")


class FrontPageSlot(models.Model):
    """A story that an editor has put in a place on the front page."""

    class Area(models.TextChoices):
        LEAD = "lead", "Lead"
        SECONDARY = "secondary", "Secondary"

    area = models.CharField(max_length=12, choices=Area)
    position = models.PositiveSmallIntegerField(default=0)
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="front_page_slots"
    )
    pinned_until = models.DateTimeField(
        null=True, blank=True, help_text="Empty: until it is replaced."
    )

    objects = FrontPageSlotQuerySet.as_manager()

    class Meta:
        ordering = ["area", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article"], name="articles_frontpageslot_once"
            ),
        ]

    def __str__(self):
        return f"{self.get_area_display()}: {self.article}"
