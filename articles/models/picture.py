from django.conf import settings
from django.core.files.storage import storages
from django.core.validators import MaxValueValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from newsroom.lib.fields import LineField, PlainTextField
from newsroom.lib.relations import references_to

_WEB = URLValidator(schemes=["https", "http"])


def originals():
    """Where untouched uploads lie: never under a public address."""
    return storages["originals"]


class Medium(models.TextChoices):
    """Where a picture may be shown."""

    SITE = "site", "the site"
    NEWSLETTER = "newsletter", "newsletters"
    REPUBLISHING = "republishing", "republishing"


class PictureQuerySet(models.QuerySet):
    def usable(self, *, at=None, medium=Medium.SITE):
        """Those whose rights hold at this time for this medium; see `is_usable`."""
        return self.within_rights(at=at).filter(**{f"allows_{medium}": True})

    def within_rights(self, *, at=None):
        at = at or timezone.now()
        return self.filter(
            Q(rights_start_at__isnull=True) | Q(rights_start_at__lte=at),
            Q(rights_expire_at__isnull=True) | Q(rights_expire_at__gt=at),
        )

    def unused(self):
        """Those that nothing shows: no text, lead, social card, portrait or logo."""
        uses = [
            relation.related_model.objects.filter(
                **{relation.field.name: models.OuterRef("pk")}
            )
            for relation in references_to(self.model)
            # The item that it came with shows it to nobody.
            if relation.related_model._meta.model_name != "wireitem"  # noqa: SLF001 - documented API
        ]
        return self.filter(*(~models.Exists(rows) for rows in uses))

    def ended(self, *, at=None):
        return self.filter(rights_expire_at__lte=at or timezone.now())

    def hidden(self, *, at=None):
        """Those that may be shown nowhere at this time: they have no public files."""
        at = at or timezone.now()
        return self.filter(
            Q(rights_expire_at__lte=at)
            | Q(rights_start_at__gt=at)
            | Q(**{f"allows_{medium}": False for medium in Medium})
        )

    def begun(self):
        """Those whose rights have started, and that still lack all public files."""
        return self.filter(
            rights_start_at__lte=timezone.now(),
            renditions={},
            rendition_status=self.model.RenditionStatus.WAITING,
        ).exclude(pk__in=self.model.objects.hidden())

    def missing_alt(self):
        return self.filter(alt_text="", is_decorative=False)


class Picture(models.Model):
    """A photograph or drawing with what the law and readers need to know of it.

    Caption, creator, credit line, alt text, copyright notice, keywords and usage terms
    are IPTC's fields of these names (IPTC Photo Metadata Standard 2023.2).
    `renditions` lists the public files that exist, so that a page needs no call to the
    storage: from each crop to its widths and heights in pixels, and the files'
    directory and sizes in bytes.

        {"16x9": [[640, 360], …], "base": "pictures/5f0c…",
         "bytes": {"16x9-640.jpg": 9120}}

    `articles.renditions` reads it.
    """

    class Usage(models.TextChoices):
        OWN = "own", "Ours"
        COMMISSIONED = "commissioned", "Commissioned"
        AGENCY = "agency", "Agency"
        HANDOUT = "handout", "Handout"
        READER = "reader", "From a reader"
        OPEN = "open", "Open licence"
        PUBLIC_DOMAIN = "public_domain", "Public domain"
        UNKNOWN = "unknown", "Not known yet"

    class RenditionStatus(models.TextChoices):
        WAITING = "waiting", "Waiting"
        MADE = "made", "Made"
        FAILED = "failed", "Failed"

    original = models.FileField(storage=originals, upload_to="%Y/%m/", max_length=200)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    content_hash = models.CharField(max_length=64, db_index=True, editable=False)
    # Six hex digits, and `lib.images.look_of`; empty for pictures from before.
    colour = models.CharField(max_length=6, blank=True, editable=False)
    look = models.CharField(max_length=16, blank=True, editable=False)

    renditions = models.JSONField(default=dict, editable=False)
    # The directory that `renditions` names, to find the row of a public file.
    public_base = models.CharField(
        max_length=40, blank=True, db_index=True, editable=False
    )
    rendition_status = models.CharField(
        "public files",
        max_length=10,
        choices=RenditionStatus,
        default=RenditionStatus.WAITING,
        editable=False,
    )
    rendition_error = models.CharField(max_length=300, blank=True, editable=False)
    focal_x = models.PositiveSmallIntegerField(
        "focal point from the left",
        default=50,
        validators=[MaxValueValidator(100)],
        help_text="Per cent.",
    )
    focal_y = models.PositiveSmallIntegerField(
        "focal point from the top",
        default=50,
        validators=[MaxValueValidator(100)],
        help_text="Per cent.",
    )

    caption = PlainTextField(blank=True, max_length=1000)
    alt_text = LineField(
        blank=True,
        max_length=500,
        help_text="What the picture shows, for those who cannot see it.",
    )
    is_decorative = models.BooleanField(
        "is decoration",
        default=False,
        help_text="It tells readers nothing, so it needs no alt text.",
    )
    creator = LineField(
        blank=True, max_length=200, help_text="Who took or drew the picture."
    )
    credit_line = LineField(blank=True, max_length=200)
    keywords = LineField(
        blank=True, max_length=500, help_text="Found by search in the library."
    )
    taken_at = models.DateTimeField(null=True, blank=True)

    usage = models.CharField(
        "usage category", max_length=20, choices=Usage, default=Usage.UNKNOWN
    )
    copyright_notice = LineField(blank=True, max_length=200)
    usage_terms = PlainTextField(blank=True, max_length=1000)
    license_url = models.URLField(
        "address of the licence", blank=True, max_length=500, validators=[_WEB]
    )
    acquire_license_url = models.URLField(
        "where a licence is sold",
        blank=True,
        max_length=500,
        validators=[_WEB],
        help_text="Empty: our republishing page, where the picture is ours.",
    )
    allows_site = models.BooleanField("on the site", default=True)
    allows_newsletter = models.BooleanField("in newsletters", default=True)
    allows_republishing = models.BooleanField("in stories we license", default=False)
    territory_note = LineField(
        blank=True, max_length=200, help_text="Such as: not in Germany."
    )
    rights_start_at = models.DateTimeField("rights start", null=True, blank=True)
    rights_expire_at = models.DateTimeField("rights end", null=True, blank=True)

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
            models.Index(
                fields=["-uploaded_at", "-id"], name="articles_picture_latest"
            ),
            # Below: what narrows the library.
            models.Index(
                fields=["usage", "-uploaded_at", "-id"], name="articles_picture_usage"
            ),
            models.Index(
                fields=["rendition_status", "-uploaded_at", "-id"],
                name="articles_picture_files",
            ),
            models.Index(
                fields=["-uploaded_at", "-id"],
                condition=Q(alt_text="", is_decorative=False),
                name="articles_picture_no_alt",
            ),
            models.Index(
                fields=["-uploaded_at", "-id"],
                condition=Q(allows_site=False),
                name="articles_picture_not_site",
            ),
            models.Index(
                fields=["-uploaded_at", "-id"],
                condition=Q(allows_newsletter=False),
                name="articles_picture_not_letter",
            ),
            models.Index(
                fields=["rights_expire_at"],
                condition=Q(rights_expire_at__isnull=False),
                name="articles_picture_rights_end",
            ),
            models.Index(
                fields=["rights_start_at"],
                condition=Q(rights_start_at__isnull=False),
                name="articles_picture_rights_start",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(rights_start_at__isnull=True)
                | Q(rights_expire_at__isnull=True)
                | Q(rights_start_at__lt=F("rights_expire_at")),
                name="articles_picture_rights_start_before_they_end",
                violation_error_message="The rights end before they start.",
            ),
        ]

    def __str__(self):
        return self.caption[:80] or self.alt_text[:80] or f"Picture {self.pk}"

    def is_usable(self, *, at=None, medium=Medium.SITE):
        """Whether its rights let it be shown at this time in this medium.

        The one place that decides: pages, cards, feeds, social cards, sitemaps and
        mails all ask here or in `PictureQuerySet.usable`.
        """
        at = at or timezone.now()
        return (
            getattr(self, f"allows_{medium}")
            and (self.rights_start_at is None or self.rights_start_at <= at)
            and (self.rights_expire_at is None or self.rights_expire_at > at)
        )

    @property
    def is_ours(self):
        """Whether a licence for it is ours to give."""
        return self.usage in (self.Usage.OWN, self.Usage.COMMISSIONED)

    @property
    def needs_alt(self):
        return not (self.alt_text or self.is_decorative)
