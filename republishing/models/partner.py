from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from newsroom.lib.fields import LineField
from newsroom.lib.urls import absolute
from republishing.models.request import new_key, new_number


def new_partner_number():
    return new_number("P")


class PartnerQuerySet(models.QuerySet):
    def in_force(self, *, at=None):
        """Those whose time runs and whose address nobody has closed."""
        at = at or timezone.now()
        return self.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=at), revoked_at__isnull=True
        )


class Partner(models.Model):
    """A standing licence: another publication takes our stories from a feed."""

    number = models.CharField(
        max_length=16, unique=True, default=new_partner_number, editable=False
    )
    name = LineField(max_length=160)
    email = models.EmailField(blank=True)
    license = models.ForeignKey("republishing.License", on_delete=models.PROTECT)
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    pixel_key = models.CharField(
        max_length=40, unique=True, default=new_key, editable=False
    )
    sections = models.ManyToManyField(
        "articles.Section", blank=True, help_text="None chosen: all of them."
    )
    delay_minutes = models.PositiveIntegerField(
        default=0, help_text="How long after publication a story is in the feed."
    )
    stories_a_month = models.PositiveIntegerField(
        null=True, blank=True, help_text="Empty: as many as there are."
    )
    with_pictures = models.BooleanField(
        default=False, help_text="Those that may be passed on."
    )
    languages = LineField(max_length=120, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    view_count = models.PositiveIntegerField(default=0, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def feed_url(self):
        return absolute(reverse("republishing:partner_feed", args=[self.key]))

    @property
    def pixel_url(self):
        return absolute(reverse("republishing:pixel", args=[self.pixel_key]))


class PartnerStory(models.Model):
    """A story that a partner's feed has held, and when for the first time."""

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="stories"
    )
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="+"
    )
    first_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "story taken"
        verbose_name_plural = "stories taken"
        ordering = ["-first_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "article"], name="republishing_partnerstory_once"
            ),
        ]

    def __str__(self):
        return str(self.article)


class PartnerVisit(models.Model):
    """How often a partner has read the feed on one day."""

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="visits"
    )
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "day"], name="republishing_partnervisit_once"
            ),
        ]

    def __str__(self):
        return f"{self.day}: {self.count}"
