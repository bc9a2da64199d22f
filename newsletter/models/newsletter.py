from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q
from django.urls import reverse

from articles.models.expressions import JSONRows
from articles.models.languages import direction_of, validate_language
from articles.models.slugs import validate_slug
from newsroom.lib.fields import LineField, PlainTextField
from newsroom.lib.urls import absolute

# Second-level words of /newsletters/ that mean something themselves.
RESERVED_SLUGS = frozenset({
    "check-your-inbox", "confirm", "count", "feed", "mail-events", "preferences",
    "sign-up", "unsubscribe",
})  # fmt: skip


def validate_newsletter_slug(value):
    """`validate_slug`, and no word that the site itself answers below /newsletters/."""
    validate_slug(value)
    if value in RESERVED_SLUGS:
        raise ValidationError(
            "“%(value)s” is an address of the site itself. Choose another.",
            code="reserved_slug",
            params={"value": value},
        )


def validate_time_zone(value):
    """Refuse what is not the name of a time zone (IANA)."""
    if value not in available_timezones():
        raise ValidationError(
            "Write a time zone's name, such as Europe/Istanbul.", code="invalid_zone"
        )


def default_language():
    return settings.LANGUAGE_CODE.partition("-")[0]


class NewsletterQuerySet(models.QuerySet):
    def open(self):
        """Those that take new readers."""
        return self.filter(is_open=True)

    def with_subjects(self):
        """With the slugs of their tags and sections as rows, in one statement."""
        tags = self.model.tags.through.objects.filter(newsletter=OuterRef("pk"))
        sections = self.model.sections.through.objects.filter(newsletter=OuterRef("pk"))
        return self.annotate(
            tag_rows=JSONRows(tags.order_by("pk").values(row_slug=F("tag__slug"))),
            section_rows=JSONRows(
                sections.order_by("pk").values(row_slug=F("section__slug"))
            ),
        )


class Newsletter(models.Model):
    """A letter that readers sign up for."""

    name = LineField(max_length=80, unique=True)
    slug = models.CharField(
        max_length=80, unique=True, validators=[validate_newsletter_slug]
    )
    strapline = LineField(max_length=160, blank=True)
    description = PlainTextField(blank=True, max_length=1000)
    frequency = LineField(
        max_length=80,
        blank=True,
        help_text="When it comes, such as “Weekly, on Friday”.",
    )
    from_name = LineField(
        max_length=80,
        blank=True,
        help_text="Who it is from, as readers see it in their inbox.",
    )
    from_email = models.EmailField(
        "from address",
        blank=True,
        help_text="Where it is sent from, if not from the site's usual address. Your "
        "mail provider must know it.",
    )
    reply_to = models.EmailField("reply to", blank=True)
    language = models.CharField(
        max_length=20, default=default_language, validators=[validate_language]
    )
    tags = models.ManyToManyField(
        "articles.Tag",
        blank=True,
        related_name="+",
        help_text="Stories with one of these tags offer this newsletter.",
    )
    sections = models.ManyToManyField(
        "articles.Section",
        blank=True,
        related_name="+",
        help_text="So do stories of these sections that no newsletter's tag claims.",
    )
    is_default = models.BooleanField(
        "offered everywhere else",
        default=False,
        help_text="At most one newsletter can be.",
    )
    is_open = models.BooleanField("open for sign-up", default=True)
    is_discontinued = models.BooleanField(
        "no longer sent",
        default=False,
        help_text="Its past issues stay; no further issue goes out.",
    )
    time_zone = models.CharField(
        max_length=60,
        blank=True,
        validators=[validate_time_zone],
        help_text="In which issues are scheduled, such as Europe/Istanbul. Empty for "
        "the publication's.",
    )
    counts_opens = models.BooleanField(
        "count opened mails",
        default=False,
        help_text="By a small picture in each mail, the same for everybody: a number "
        "is kept, and not who. Many programs load it unread, or never.",
    )
    counts_clicks = models.BooleanField(
        "count followed links",
        default=False,
        help_text="Links to stories lead over this site, which counts and forwards: a "
        "number for each link is kept, and not who.",
    )
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Order in the list."
    )

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="newsletter_newsletter_one_default",
                violation_error_message="Another newsletter has this place already.",
            ),
            models.CheckConstraint(
                condition=~Q(slug=""), name="newsletter_newsletter_has_slug"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("newsletter:newsletter_detail", args=[self.slug])

    @property
    def absolute_url(self):
        return absolute(self.get_absolute_url())

    @property
    def direction(self):
        return direction_of(self.language)

    @property
    def zone(self):
        """The time zone in which its issues are scheduled."""
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)

    @property
    def list_id(self):
        """The list's permanent name in mails (RFC 2919)."""
        name = self.slug if self.slug.isascii() else f"newsletter-{self.pk}"
        return f"{name}.{urlsplit(settings.SITE_URL).hostname}"
