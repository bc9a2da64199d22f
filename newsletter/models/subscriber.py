import secrets
from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from newsletter.models.newsletter import Newsletter
from newsroom.lib import addresses

# How long a sign-up waits for the reader to confirm it.
CONFIRM_WITHIN = timedelta(days=7)
CONFIRM_MAIL_EVERY = timedelta(days=1)
# Longer than a mail takes, and shorter than a dead worker's task waits.
CLAIM_HOLDS = timedelta(minutes=1)


def new_key():
    return secrets.token_urlsafe(16)


class SubscriberManager(models.Manager):
    def for_address(self, address):
        """The row of a `lib.addresses.Address`, made if missing; safe in parallel."""
        subscriber, _ = self.get_or_create(
            email_folded=address.folded, defaults={"email": address.email}
        )
        return subscriber


class Subscriber(models.Model):
    """One e-mail address, whatever the newsletters it takes."""

    email = models.CharField(
        max_length=addresses.MAX_LENGTH, help_text="Where mail goes."
    )
    email_folded = models.CharField(
        max_length=addresses.MAX_LENGTH,
        unique=True,
        editable=False,
        help_text="Equal for every spelling of the address.",
    )
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmation_sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmation_claimed_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When a worker began to send it; gone when that came to an end.",
    )

    objects = SubscriberManager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["-created_at", "-id"], name="newsletter_subscriber_latest"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(email_folded=""), name="newsletter_subscriber_has_address"
            ),
        ]

    def __str__(self):
        return self.email

    @property
    def masked_email(self):
        return addresses.mask(self.email)

    def claim_confirmation(self):
        """Whether the caller may send today's one confirmation mail; says yes once.

        A claim that is neither kept nor released, because its worker was killed, is
        void after CLAIM_HOLDS.
        """
        now = timezone.now()
        due = Q(confirmation_sent_at=None) | Q(
            confirmation_sent_at__lte=now - CONFIRM_MAIL_EVERY
        )
        free = Q(confirmation_claimed_at=None) | Q(
            confirmation_claimed_at__lte=now - CLAIM_HOLDS
        )
        rows = type(self).objects.filter(due, free, pk=self.pk)
        return rows.update(confirmation_claimed_at=now) == 1

    def keep_confirmation(self):
        """Note that the claimed mail was sent."""
        type(self).objects.filter(pk=self.pk).update(
            confirmation_sent_at=timezone.now(), confirmation_claimed_at=None
        )

    def release_confirmation(self):
        """Let another confirmation mail go: this one was answered, or never left."""
        type(self).objects.filter(pk=self.pk).update(
            confirmation_sent_at=None, confirmation_claimed_at=None
        )


class SubscriptionQuerySet(models.QuerySet):
    def active(self):
        """Confirmed and not left: who gets the newsletter."""
        return self.filter(confirmed_at__isnull=False, unsubscribed_at__isnull=True)

    def pending(self, *, at=None):
        """Asked for within the time to confirm, and not confirmed or left since."""
        return self.filter(
            Q(confirmed_at__isnull=True, unsubscribed_at__isnull=True)
            | Q(unsubscribed_at__lt=F("requested_at")),
            requested_at__gt=(at or timezone.now()) - CONFIRM_WITHIN,
        )


class Subscription(models.Model):
    """A reader's wish for one newsletter, from asking to leaving."""

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="subscriptions"
    )
    newsletter = models.ForeignKey(
        Newsletter, on_delete=models.PROTECT, related_name="subscriptions"
    )
    requested_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "newsletter"], name="newsletter_subscription_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["newsletter", "subscriber"],
                condition=Q(confirmed_at__isnull=False, unsubscribed_at__isnull=True),
                name="newsletter_subscription_active",
            ),
            models.Index(
                fields=["-requested_at", "-id"], name="newsletter_subscription_latest"
            ),
            models.Index(
                fields=["confirmed_at"],
                condition=Q(confirmed_at__isnull=False),
                name="newsletter_subscription_joined",
            ),
            models.Index(
                fields=["unsubscribed_at"],
                condition=Q(unsubscribed_at__isnull=False),
                name="newsletter_subscription_left",
            ),
        ]

    def __str__(self):
        return f"{self.subscriber_id} · {self.newsletter_id}"

    @property
    def is_active(self):
        return self.confirmed_at is not None and self.unsubscribed_at is None


class ConsentEvent(models.Model):
    """What a reader asked for, when, where and under which words.

    The proof of consent that GDPR, article 7(1), asks for. Rows are added and never
    changed.
    """

    class Kind(models.TextChoices):
        REQUESTED = "requested", "Asked for it"
        CONFIRMED = "confirmed", "Confirmed"
        UNSUBSCRIBED = "unsubscribed", "Left"

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="consent_events"
    )
    newsletter = models.ForeignKey(
        Newsletter, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=16, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    source_page = models.CharField(max_length=300, blank=True)
    wording = models.TextField(blank=True)
    network_address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"
