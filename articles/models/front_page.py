from django.conf import settings
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from newsroom.lib.fields import LineField


class FrontPageSlotQuerySet(models.QuerySet):
    def unended(self, *, at=None):
        """Those that hold their place now or will at a time to come."""
        return self.filter(
            Q(pinned_until__isnull=True) | Q(pinned_until__gt=at or timezone.now())
        ).order_by("area", "position", "pk")

    def current(self, *, at=None):
        """Those that hold their place at this time."""
        at = at or timezone.now()
        return self.unended(at=at).filter(starts_at__lte=at)

    def with_stories(self, shown):
        """With the facts by which a page is arranged: `is_shown`, whether the slot's
        story is among the stories `shown`, its `published_at` and its `section_id`.
        """
        return self.annotate(
            is_shown=Exists(shown.filter(pk=OuterRef("article"))),
            published_at=F("article__published_at"),
            section_id=F("article__section"),
        )

    def lock(self):
        """Let nobody else change the arrangement before this transaction ends.

        New rows count too, so on PostgreSQL it is the table; SQLite has one writer.
        """
        if connection.vendor == "postgresql":
            table = connection.ops.quote_name(self.model._meta.db_table)  # noqa: SLF001 - documented API
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


class FrontPageSlot(models.Model):
    """A story that an editor has put in a place on the front page."""

    class Area(models.TextChoices):
        LEAD = "lead", "Lead"
        SECONDARY = "secondary", "Secondary"
        LATEST = "latest", "Latest"
        RAIL = "rail", "Own section"

    area = models.CharField(max_length=12, choices=Area)
    position = models.PositiveSmallIntegerField(
        default=0, help_text="The place within the area, counted from 0."
    )
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="front_page_slots"
    )
    starts_at = models.DateTimeField(default=timezone.now)
    pinned_until = models.DateTimeField(
        null=True, blank=True, help_text="Empty: until it is replaced."
    )

    objects = FrontPageSlotQuerySet.as_manager()

    class Meta:
        verbose_name = "front page place"
        verbose_name_plural = "front page"
        ordering = ["area", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article"], name="articles_frontpageslot_once"
            ),
        ]

    def __str__(self):
        return f"{self.get_area_display()}: {self.article}"

    def is_current(self, at):
        """What `current` asks, of one row."""
        return self.starts_at <= at and not self.has_ended(at)

    def has_ended(self, at):
        return self.pinned_until is not None and self.pinned_until <= at


class FrontPageEvent(models.Model):
    """Who changed what on the front page, and when; rows are added, never changed."""

    class Kind(models.TextChoices):
        PLACED = "placed", "Placed"
        MOVED = "moved", "Moved"
        TIMED = "timed", "Times changed"
        REMOVED = "removed", "Taken off"

    kind = models.CharField(max_length=8, choices=Kind)
    article = models.ForeignKey(
        "articles.Article", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # As it was then: the story may be deleted.
    headline = LineField(max_length=300)
    note = LineField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["-at", "-id"], name="articles_frontpageevent_latest"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"
