from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from newsroom.lib import money
from newsroom.lib.fields import LineField, PlainTextField
from newsroom.lib.urls import absolute
from republishing.models.request import new_key, new_number


def new_quote_number():
    return new_number("Q")


def new_grant_number():
    return new_number("L")


class Quote(models.Model):
    """An offer to a requester; its words and amount never change once it is made.

    `lines` explains the amount: dicts of `text` and `amount`, in minor units.
    """

    number = models.CharField(
        max_length=16, unique=True, default=new_quote_number, editable=False
    )
    request = models.ForeignKey(
        "republishing.RepublishingRequest",
        on_delete=models.PROTECT,
        related_name="quotes",
    )
    license = models.ForeignKey("republishing.License", on_delete=models.PROTECT)
    license_name = LineField(max_length=120)
    usage_terms = PlainTextField(max_length=4000)
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    lines = models.JSONField(default=list)
    days = models.PositiveIntegerField(
        "licence lasts", null=True, blank=True, help_text="In days; empty: no end."
    )
    with_pictures = models.BooleanField(default=False)
    is_paid_first = models.BooleanField(default=True)
    expires_at = models.DateTimeField()
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-issued_at", "-pk"]

    def __str__(self):
        return self.number

    @property
    def price(self):
        return money.price(self.amount, self.currency)

    @property
    def priced_lines(self):
        """The lines as dicts of text and price."""
        return money.priced(self.lines, self.currency)

    def is_open(self, *, at=None):
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.expires_at > (at or timezone.now())


class Payment(models.Model):
    """Money that came in for a quote; rows are added and never changed."""

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="payments")
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    received_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    def __str__(self):
        return money.text(self.amount, self.currency)


class GrantQuerySet(models.QuerySet):
    def in_force(self, *, at=None):
        """Those whose time runs and which nobody has ended."""
        at = at or timezone.now()
        return self.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=at),
            ended_at__isnull=True,
            starts_at__lte=at,
        )


class Grant(models.Model):
    """A licence given to a requester for one story, and the key to its copy.

    The key of the counting pixel is another one: it stands in public pages.
    """

    number = models.CharField(
        max_length=16, unique=True, default=new_grant_number, editable=False
    )
    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="grant")
    article = models.ForeignKey(
        "articles.Article", on_delete=models.PROTECT, related_name="grants"
    )
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    pixel_key = models.CharField(
        max_length=40, unique=True, default=new_key, editable=False
    )
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    text_given = models.TextField(
        blank=True, help_text="The story's words as the licensee last heard of them."
    )
    is_credited = models.BooleanField(
        "named under the story",
        default=False,
        help_text="The desk's yes; the licensee's is asked for as well.",
    )
    credit_url = models.URLField("address to link to", blank=True, max_length=500)
    agreed_to_credit_at = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "licence given"
        verbose_name_plural = "licences given"
        ordering = ["-starts_at", "-pk"]
        indexes = [
            models.Index(fields=["-starts_at", "-id"], name="republishing_grant_latest")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="republishing_grant_ends_after_it_starts",
            ),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        """The licensed copy; whoever knows the address may take it."""
        return reverse("republishing:copy_detail", args=[self.key])

    @property
    def absolute_url(self):
        return absolute(self.get_absolute_url())

    @property
    def pixel_url(self):
        return absolute(reverse("republishing:pixel", args=[self.pixel_key]))


class CopyDownload(models.Model):
    """Somebody took a licensed copy."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="downloads")
    format = models.CharField(max_length=12)
    at = models.DateTimeField(default=timezone.now)
    network_address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.format}, {self.at:%Y-%m-%d %H:%M}"


class GrantViews(models.Model):
    """How often a licensed copy was read on one day, by its pixel."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="views")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "views of licensed copies"
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "day"], name="republishing_grantviews_once"
            ),
        ]

    def __str__(self):
        return f"{self.day}: {self.count}"


class Placement(models.Model):
    """Where a licensee says that the story stands, and what was found there.

    `findings` are dicts of `name`, `is_met` and `text`, as `republishing.terms` writes
    them; `error` says why the page could not be read.
    """

    grant = models.ForeignKey(
        Grant, on_delete=models.CASCADE, related_name="placements"
    )
    url = models.URLField(max_length=500)
    added_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True, blank=True)
    findings = models.JSONField(default=list)
    error = LineField(max_length=200, blank=True)

    class Meta:
        verbose_name = "place of publication"
        verbose_name_plural = "places of publication"
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "url"], name="republishing_placement_once"
            ),
        ]

    def __str__(self):
        return self.url

    @property
    def unmet(self):
        """What of the terms is not kept there."""
        return [finding for finding in self.findings if not finding["is_met"]]


class UpdateNotice(models.Model):
    """A licensee is to hear of a change of a licensed story, and to say it is done."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", "Correction"
        UPDATE = "update", "Update"
        RETRACTION = "retraction", "Retraction"

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="notices")
    event = models.ForeignKey(
        "articles.ArticleEvent", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField(blank=True, help_text="What changed, in words.")
    made_at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminder_count = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "change to tell"
        verbose_name_plural = "changes told to licensees"
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="republishing_notice_latest"),
            models.Index(
                fields=["-made_at", "-id"],
                condition=Q(done_at__isnull=True),
                name="republishing_notice_open",
            ),
            models.Index(
                fields=["kind", "-made_at", "-id"], name="republishing_notice_kind"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "event"], name="republishing_updatenotice_once"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.made_at:%Y-%m-%d %H:%M}"
