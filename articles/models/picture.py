from django.conf import settings
from django.core.files.storage import storages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from newsroom.lib.fields import LineField, PlainTextField
from newsroom.lib.relations import references_to


def originals():
    """Where untouched uploads lie: never under a public address."""
    return storages["originals"]


class PictureQuerySet(models.QuerySet):
    def usable(self, *, at=None):
        """Those whose rights hold at this time."""
        return self.filter(
            Q(rights_expire_at__isnull=True)
            | Q(rights_expire_at__gt=at or timezone.now())
        )

    def unused(self):
        """Those that nothing shows: no text, lead, social card, portrait or logo."""
        uses = [
            relation.related_model.objects.filter(
                **{relation.field.name: models.OuterRef("pk")}
            )
            for relation in references_to(self.model)
        ]
        return self.filter(*(~models.Exists(rows) for rows in uses))


class Picture(models.Model):
    """A photograph or drawing with what the law and readers need to know of it.

    Caption, credit line, alt text and copyright notice are IPTC's fields of these
    names (IPTC Photo Metadata Standard 2023.2). `renditions` lists the public files
    that exist, so that a page needs no call to the storage: from each crop to its
    widths and heights in pixels, and the files' directory and sizes in bytes.

        {"16x9": [[640, 360], …], "base": "pictures/5f0c…",
         "bytes": {"16x9-640.jpg": 9120}}

    `articles.renditions` reads it.
    """

    original = models.FileField(storage=originals, upload_to="%Y/%m/", max_length=200)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    content_hash = models.CharField(max_length=64, db_index=True, editable=False)
    renditions = models.JSONField(default=dict, editable=False)
    focal_x = models.PositiveSmallIntegerField(
        default=50,
        validators=[MaxValueValidator(100)],
        help_text="Per cent from the left.",
    )
    focal_y = models.PositiveSmallIntegerField(
        default=50,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Per cent from the top.",
    )
    caption = PlainTextField(blank=True, max_length=1000)
    credit_line = LineField(blank=True, max_length=200)
    alt_text = LineField(
        blank=True,
        max_length=500,
        help_text="What the picture shows, for those who cannot see it.",
    )
    copyright_notice = LineField(blank=True, max_length=200)
    usage_terms = PlainTextField(blank=True, max_length=1000)
    rights_expire_at = models.DateTimeField(null=True, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = PictureQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        indexes = [
            models.Index(fields=["-uploaded_at", "-id"], name="articles_picture_latest")
        ]

    def __str__(self):
        return self.caption[:80] or self.alt_text[:80] or f"Picture {self.pk}"

    def is_usable(self, *, at=None):
        """Whether readers may see it at this time."""
        return self.rights_expire_at is None or self.rights_expire_at > (
            at or timezone.now()
        )
