from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from newsroom.lib import money, text
from newsroom.lib.fields import LineField, PlainTextField
from republishing.models.choices import FeeAudience, Medium, OrganisationType


class LicenseQuerySet(models.QuerySet):
    def named_by(self, article):
        """The licence that a story names itself, by name, address or slug; or None."""
        named = text.fold(article.license)
        if not named:
            return None
        for one in self:
            if named in map(text.fold, [one.name, one.url, one.slug]):
                return one
        return None


class License(models.Model):
    """Terms under which others may publish a story (IPTC usageTerms)."""

    name = LineField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    usage_terms = PlainTextField(max_length=4000)
    url = models.URLField("address of the full text", blank=True, max_length=300)
    is_free = models.BooleanField(
        "costs nothing",
        default=False,
        help_text=(
            "As Creative Commons: stories that name this licence are free for all."
        ),
    )
    days = models.PositiveIntegerField(
        "lasts",
        null=True,
        blank=True,
        help_text="In days; empty: as long as asked for.",
    )
    is_paid_first = models.BooleanField(
        "copy only after payment",
        default=True,
        help_text="Otherwise the copy is there as soon as the quote is accepted.",
    )
    is_default = models.BooleanField(
        "for most requests", default=False, help_text="At most one licence can be."
    )

    objects = LicenseQuerySet.as_manager()

    class Meta:
        verbose_name = "licence"
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="republishing_license_one_default",
                violation_error_message="Another licence is for most requests already.",
            ),
        ]

    def __str__(self):
        return self.name


class FeeQuerySet(models.QuerySet):
    def valid(self, *, on=None):
        """Those that hold on this day, the newest of each kind last."""
        on = on or timezone.localdate()
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=on), valid_from__lte=on
        ).order_by("valid_from", "pk")

    def for_request(self, request):
        """The fees that fit a request, the one that applies last."""
        # A fee for this very audience goes before one for any.
        is_exact = models.Case(
            models.When(audience=request.audience, then=1), default=0
        )
        return self.filter(
            organisation_type=request.organisation_type,
            medium=request.medium,
            audience__in=[request.audience, FeeAudience.ANY],
        ).order_by(is_exact, "valid_from", "pk")


def first_day():
    return timezone.localdate()


class Fee(models.Model):
    """What one story costs one kind of organisation in one medium."""

    organisation_type = models.CharField(max_length=20, choices=OrganisationType)
    audience = models.CharField(
        max_length=20, choices=FeeAudience, default=FeeAudience.ANY
    )
    medium = models.CharField(max_length=20, choices=Medium)
    amount = models.PositiveIntegerField(
        help_text="In the smallest unit of the currency: 4500 is €45. Nought is free."
    )
    is_answered_by_desk = models.BooleanField(
        "the desk answers",
        default=False,
        help_text="No price is shown; the amount guides the desk.",
    )
    currency = models.CharField(
        max_length=3,
        default="EUR",
        validators=[
            RegexValidator("^[A-Z]{3}$", "Use the three letters of ISO 4217, as EUR.")
        ],
    )
    valid_from = models.DateField(default=first_day)
    valid_until = models.DateField(
        null=True, blank=True, help_text="The last day it holds."
    )

    objects = FeeQuerySet.as_manager()

    class Meta:
        ordering = ["organisation_type", "medium", "audience", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "organisation_type",
                    "audience",
                    "medium",
                    "currency",
                    "valid_from",
                ],
                name="republishing_fee_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="republishing_fee_ends_after_it_begins",
                violation_error_message="The last day lies before the first.",
            ),
        ]

    def __str__(self):
        return (
            f"{self.get_organisation_type_display()}, {self.get_medium_display()}, "
            f"{self.get_audience_display()}: {self.price}"
        )

    @property
    def price(self):
        """The amount in words: “free” or “€45”, or that the desk says it."""
        if self.is_answered_by_desk:
            return "ask us"
        return money.price(self.amount, self.currency)


class Surcharge(models.Model):
    """What a wish adds to the fee, in per cent of it."""

    class Wish(models.TextChoices):
        PICTURES = "pictures", "With pictures"
        SEVERAL_COUNTRIES = "region", "In several countries"
        WORLD = "world", "In the whole world"
        THREE_YEARS = "three-years", "For up to three years"
        UNLIMITED = "unlimited", "Without end"

    wish = models.CharField(max_length=12, choices=Wish, unique=True)
    percent = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["wish"]

    def __str__(self):
        return f"{self.get_wish_display()}: + {self.percent}%"
