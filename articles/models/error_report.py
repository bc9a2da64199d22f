from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from newsroom.lib.fields import LineField, PlainTextField


class ErrorReport(models.Model):
    """What a reader says is wrong in a story."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CHECKED = "checked", "Being checked"
        CORRECTED = "corrected", "Corrected"
        UNCHANGED = "unchanged", "No change needed"

    CLOSED = (Status.CORRECTED, Status.UNCHANGED)
    TO_DO = (Status.OPEN, Status.CHECKED)

    article = models.ForeignKey(
        "articles.Article",
        on_delete=models.CASCADE,
        related_name="error_reports",
        verbose_name="story",
    )
    error = PlainTextField("what is wrong", max_length=2000)
    passage = PlainTextField(blank=True, max_length=2000)
    source = PlainTextField("how the reader knows", blank=True, max_length=1000)
    name = LineField(max_length=120, blank=True)
    email = models.EmailField(max_length=320, blank=True)
    language = models.CharField(max_length=16, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    handled_at = models.DateTimeField(null=True, blank=True)
    note = PlainTextField(blank=True, max_length=1000)
    correction = models.ForeignKey(
        "articles.Correction",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="error_reports",
    )

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(
                fields=["-received_at", "-id"], name="articles_errorreport_latest"
            ),
            models.Index(
                fields=["status", "-received_at", "-id"],
                name="articles_errorreport_status",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["corrected", "unchanged"])
                | Q(handled_at__isnull=False),
                name="articles_errorreport_closed_has_handled_at",
            ),
        ]

    def __str__(self):
        return f"{self.received_at:%Y-%m-%d}: {self.error[:60]}"

    @property
    def is_closed(self):
        return self.status in self.CLOSED


class ErrorReportEvent(models.Model):
    """A step of a report; written once and never changed."""

    report = models.ForeignKey(
        ErrorReport, on_delete=models.CASCADE, related_name="events"
    )
    status = models.CharField(max_length=12, choices=ErrorReport.Status)
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

    def __str__(self):
        return f"{self.get_status_display()}, {self.at:%Y-%m-%d %H:%M}"
