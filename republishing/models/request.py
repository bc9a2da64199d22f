import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from newsroom.lib.fields import LineField, PlainTextField
from newsroom.lib.urls import absolute
from republishing.models.choices import (
    Audience,
    Medium,
    OrganisationType,
    Term,
    Territory,
)

# No letter or digit that is read as another one over the telephone.
_REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_number(kind):
    """A number such as R-7KQ2M9XB: `kind` and eight letters that tell nothing."""
    return f"{kind}-" + "".join(secrets.choice(_REFERENCE_LETTERS) for _ in range(8))


def new_reference():
    return new_number("R")


def new_key():
    return secrets.token_urlsafe(24)


class RequestQuerySet(models.QuerySet):
    def of_same_organisation(self, request):
        """The other requests under this organisation's name or from this address."""
        same = Q(organisation__iexact=request.organisation) | Q(
            email__iexact=request.email
        )
        return self.filter(same).exclude(pk=request.pk)


class RepublishingRequest(models.Model):
    """Somebody asks to publish a story, and the desk answers."""

    class State(models.TextChoices):
        NEW = "new", "New"
        QUOTED = "quoted", "Quoted"
        ACCEPTED = "accepted", "Accepted"
        LICENSED = "licensed", "Licensed"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"
        ENDED = "ended", "Ended"

    reference = models.CharField(
        max_length=16, unique=True, default=new_reference, editable=False
    )
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    fingerprint = models.CharField(
        max_length=64,
        unique=True,
        editable=False,
        help_text="Equal for the same form sent twice on one day.",
    )
    article = models.ForeignKey(
        "articles.Article",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="republishing_requests",
    )
    name = LineField(max_length=120)
    email = models.CharField(max_length=254)
    organisation = LineField(max_length=160)
    website = models.URLField(blank=True, max_length=300)
    country = LineField(max_length=80)
    organisation_type = models.CharField(max_length=20, choices=OrganisationType)
    audience = models.CharField(max_length=20, choices=Audience)
    medium = models.CharField(max_length=20, choices=Medium)
    territory = models.CharField(
        max_length=12, choices=Territory, default=Territory.COUNTRY
    )
    term = models.CharField(max_length=12, choices=Term, default=Term.YEAR)
    is_exclusive = models.BooleanField("exclusive", default=False)
    languages = LineField(max_length=120, blank=True)
    with_pictures = models.BooleanField(default=False)
    intended_on = models.DateField("to be published on", null=True, blank=True)
    message = PlainTextField(blank=True, max_length=4000)
    accepted_terms_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.NEW)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    network_address = models.GenericIPAddressField(null=True, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("answer_republishingrequest", "Can quote, license and decline requests"),
        ]
        indexes = [
            models.Index(
                fields=["state", "-created_at"], name="republishing_request_queue"
            ),
            models.Index(
                fields=["-created_at", "-id"], name="republishing_request_latest"
            ),
            models.Index(
                fields=["medium", "-created_at", "-id"],
                name="republishing_request_medium",
            ),
            models.Index(
                fields=["organisation_type", "-created_at", "-id"],
                name="republishing_request_type",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(email=""), name="republishing_request_has_email"
            ),
        ]

    def __str__(self):
        return f"{self.reference}, {self.organisation}"

    def get_absolute_url(self):
        """The requester's own page; whoever knows the address may see it."""
        return reverse("republishing:request_detail", args=[self.key])

    @property
    def absolute_url(self):
        return absolute(self.get_absolute_url())


class RequestEvent(models.Model):
    """What happened to a request, and when; rows are added and never changed.

    `text` is what somebody wrote: the requester sees it, but for internal notes.
    `mailed_at` is when those who should hear of it were written to.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received", "Received"
        ASSIGNED = "assigned", "Assigned"
        NOTED = "noted", "Internal note"
        MESSAGE_TO = "message_to", "Message to the requester"
        MESSAGE_FROM = "message_from", "Message from the requester"
        QUOTED = "quoted", "Offer made"
        ACCEPTED = "accepted", "Offer accepted"
        PAID = "paid", "Paid"
        LICENSED = "licensed", "Licence issued"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn by the requester"
        EXPIRED = "expired", "Offer expired"
        ENDED = "ended", "Licence ended"
        UPDATED = "updated", "Licensee has updated the copy"
        CREDIT_ON = "credit_on", "To be named under the story"
        CREDIT_OFF = "credit_off", "Not to be named under the story"
        AGREED = "agreed", "Licensee agrees to be named"
        OBJECTED = "objected", "Licensee does not want to be named"
        REMIND_WAITING = "remind_waiting", "Reminder: waits for our answer"
        REMIND_OFFER = "remind_offer", "Reminder: the offer ends soon"
        REMIND_INVOICE = "remind_invoice", "Reminder: the invoice is not paid"
        REMIND_UPDATE = "remind_update", "Reminder: a change is not confirmed"

    request = models.ForeignKey(
        RepublishingRequest, on_delete=models.CASCADE, related_name="events"
    )
    kind = models.CharField(max_length=16, choices=Kind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    at = models.DateTimeField(default=timezone.now)
    note = LineField(max_length=300, blank=True)
    text = PlainTextField(max_length=4000, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(
                fields=["request"],
                condition=Q(mailed_at=None),
                name="republishing_event_unmailed",
            ),
            models.Index(
                fields=["request", "kind", "at"], name="republishing_event_kind"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"


class AnswerTemplate(models.Model):
    """Words the desk writes often, to begin an answer with."""

    name = LineField(max_length=80)
    text = PlainTextField(
        max_length=4000,
        help_text="{name}, {organisation}, {headline} and {reference} are filled in.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def filled(self, request):
        """The words for this request; what is no known name stays as it is."""
        words = {
            "name": request.name,
            "organisation": request.organisation,
            "headline": request.article.headline if request.article else "",
            "reference": request.reference,
        }
        text = self.text
        for name, value in words.items():
            text = text.replace(f"{{{name}}}", value)
        return text
