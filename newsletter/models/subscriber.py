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
LONGEST_PAUSE = timedelta(days=366)
# Longer than a mail takes, and shorter than a dead worker's task waits.
CLAIM_HOLDS = timedelta(minutes=1)


def new_key():
    return secrets.token_urlsafe(16)


class SubscriberQuerySet(models.QuerySet):
    def paused(self, *, at=None):
        """Those who want nothing sent now."""
        at = at or timezone.now()
        return self.filter(
            Q(paused_until=None) | Q(paused_until__gt=at), paused_at__isnull=False
        )


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

    paused_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since when nothing is sent."
    )
    paused_until = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Empty while paused: until the reader resumes.",
    )
    wanted_email = models.CharField(
        max_length=addresses.MAX_LENGTH,
        blank=True,
        editable=False,
        help_text="Where the reader wants mail to go, not confirmed yet.",
    )
    wanted_at = models.DateTimeField(null=True, blank=True, editable=False)
    previous_email = models.CharField(
        max_length=addresses.MAX_LENGTH,
        blank=True,
        editable=False,
        help_text="Where mail went before, while the reader may still go back.",
    )
    moved_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SubscriberManager.from_queryset(SubscriberQuerySet)()

    class Meta:
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("merge_subscriber", "Can merge two rows of one reader"),
            ("export_person", "Can take out all that is kept of a person"),
            ("erase_person", "Can erase all that is kept of a person"),
        ]
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
        # The admin's log keeps this for years: it must not name the reader.
        return self.masked_email

    @property
    def masked_email(self):
        return addresses.mask(self.email)

    @property
    def is_paused(self):
        """Whether the reader wants nothing sent now."""
        return self.paused_at is not None and (
            self.paused_until is None or self.paused_until > timezone.now()
        )

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

    def receiving(self, *, at=None):
        """Active, and not paused: who would be written to now."""
        paused = Subscriber.objects.paused(at=at)
        return self.active().exclude(subscriber__in=paused)

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
                fields=["newsletter", "-requested_at", "-id"],
                name="newsletter_subscription_list",
            ),
            models.Index(
                fields=["-requested_at", "-id"],
                condition=Q(confirmed_at__isnull=True),
                name="newsletter_subscription_waits",
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
        PAUSED = "paused", "Paused"
        RESUMED = "resumed", "Resumed"
        MOVED = "moved", "Changed the address"
        MERGED = "merged", "Two rows of this reader became one"

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="consent_events"
    )
    newsletter = models.ForeignKey(
        Newsletter,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty where it is of all newsletters.",
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


class PastKey(models.Model):
    """A key that links in old mails carry, of a row merged, or of one taken back."""

    key = models.CharField(max_length=32, unique=True)
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="past_keys"
    )
    only_leaves = models.BooleanField(
        default=False,
        help_text="Its links unsubscribe and open nothing: somebody else had them.",
    )

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"of {self.subscriber_id}"


class ErasedAddressQuerySet(models.QuerySet):
    def of(self, address):
        """The row that says that this address was erased, or none."""
        return self.filter(digest__in=addresses.digests(address.folded))


class ErasedAddress(models.Model):
    """That an address was erased, and when: a keyed hash, never the address.

    Lists that are brought in ask it, so that none revives who wanted to be forgotten.
    The reader's own confirmation takes it away.
    """

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    objects = ErasedAddressQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name_plural = "erased addresses"

    def __str__(self):
        return f"erased on {self.at:%Y-%m-%d}"
