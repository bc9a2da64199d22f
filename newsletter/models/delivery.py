from datetime import timedelta

from django.conf import settings
from django.db import connection, models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from newsletter.models.issue import Issue
from newsletter.models.subscriber import Subscriber, Subscription
from newsroom.lib import addresses
from newsroom.lib.fields import LineField

# How long a sender that says nothing keeps what it has claimed.
LEASE = timedelta(minutes=2)
# How long a delivery whose sender died on the wire stays uncertain before it is sent
# again: time for a mail provider to say that it arrived.
UNCERTAIN_FOR = timedelta(minutes=15)
RETRY_AFTER = [timedelta(minutes=minutes) for minutes in (2, 10, 30, 120, 360)]
MAX_ATTEMPTS = len(RETRY_AFTER) + 1


class DeliveryQuerySet(models.QuerySet):
    def due(self, *, at=None):
        """Waiting, and their time has come."""
        return self.filter(
            status=Delivery.Status.PENDING, due_at__lte=at or timezone.now()
        )

    def unsettled(self):
        """Those that keep an issue from being finished."""
        open_ones = [Delivery.Status.PENDING, Delivery.Status.CLAIMED]
        unsettled = Q(status__in=open_ones)
        if settings.NEWSLETTER_RESEND_UNCERTAIN:
            unsettled |= Q(status=Delivery.Status.UNKNOWN, attempts__lt=MAX_ATTEMPTS)
        return self.filter(unsettled)

    def heard_of(self):
        """Those of which something was reported, so that they did go out."""
        return self.filter(
            Q(delivered_at__isnull=False)
            | Q(bounced_at__isnull=False)
            | Q(soft_bounced_at__isnull=False)
            | Q(complained_at__isnull=False)
        )

    def with_standing(self):
        """Whether the reader still takes the newsletter, and may be written to."""
        return self.annotate(
            is_taken=Exists(
                Subscription.objects.active().filter(
                    subscriber=OuterRef("subscriber"),
                    newsletter=OuterRef("issue__newsletter"),
                )
            ),
            suppressed_for=Suppression.objects.filter(
                email_folded=OuterRef("subscriber__email_folded")
            ).values("reason")[:1],
        )

    def add_portion(self, issue, *, first, last):
        """Make the deliveries that lack for an issue, for a range of subscribers.

        In the database alone: rows that went through Python would cost as much as
        sending them. They are due since the issue is: a sender whose clock is ahead
        must not keep those with the right time waiting.
        """
        statement = """
            INSERT INTO newsletter_delivery (
                issue_id, subscriber_id, status, reason, attempts, due_at, claim
            )
            SELECT %s, subscriber_id, 'pending', '', 0, %s, ''
            FROM newsletter_subscription
            WHERE newsletter_id = %s AND subscriber_id BETWEEN %s AND %s
            AND confirmed_at IS NOT NULL AND unsubscribed_at IS NULL
            ORDER BY subscriber_id
            ON CONFLICT DO NOTHING
            """
        due_at = issue.scheduled_at or timezone.now()
        due_at = connection.ops.adapt_datetimefield_value(due_at)
        parameters = [issue.pk, due_at, issue.newsletter_id, first, last]
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    def figures(self):
        """How many there are of each status, and what came back; one statement."""
        return self.aggregate(**_counts())

    def figures_of(self, issues):
        """The same for several issues at once, by key; one statement."""
        rows = self.filter(issue__in=issues).order_by().values("issue")
        return {row["issue"]: row for row in rows.annotate(**_counts())}


def _counts():
    return {
        "all": Count("pk"),
        "wanted": Count("pk", filter=~Q(status=Delivery.Status.SKIPPED)),
        "delivered": Count("delivered_at"),
        "bounced": Count("bounced_at"),
        "soft_bounced": Count("soft_bounced_at", filter=Q(bounced_at=None)),
        "complained": Count("complained_at"),
        "unsubscribed": Count("unsubscribed_at"),
        **{
            status.value: Count("pk", filter=Q(status=status))
            for status in Delivery.Status
        },
    }


class Delivery(models.Model):
    """One issue's mail to one reader: the ledger of what was sent to whom.

    A sender claims rows, and before each mail goes on the wire it marks the row's
    attempt. A row that was claimed and not attempted when its sender died is claimed
    again; one that was attempted may have arrived, and is uncertain.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "Waiting"
        CLAIMED = "claimed", "On its way"
        SENT = "sent", "Delivered to the mail server"
        UNKNOWN = "unknown", "Uncertain"
        FAILED = "failed", "Refused"
        SKIPPED = "skipped", "Left out"

    issue = models.ForeignKey(
        Issue, on_delete=models.PROTECT, related_name="deliveries"
    )
    subscriber = models.ForeignKey(
        Subscriber,
        on_delete=models.SET_NULL,
        null=True,
        related_name="deliveries",
        help_text="Empty once it is forgotten who it was: the row still counts.",
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    reason = LineField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    claim = models.CharField(max_length=32, blank=True)
    claimed_at = models.DateTimeField(null=True)
    attempted_at = models.DateTimeField(
        null=True, help_text="When this claim's mail went on the wire."
    )
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(
        null=True, help_text="When the reader's mail provider took it, if it says so."
    )
    bounced_at = models.DateTimeField(
        null=True, help_text="When it came back because the address takes no mail."
    )
    soft_bounced_at = models.DateTimeField(
        null=True, help_text="When it came back for a reason that may pass."
    )
    complained_at = models.DateTimeField(null=True)
    unsubscribed_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "subscriber"], name="newsletter_delivery_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["issue", "id"],
                condition=Q(status="pending"),
                name="newsletter_delivery_pending",
            ),
            models.Index(
                fields=["claimed_at"],
                condition=Q(status__in=["claimed", "unknown"]),
                name="newsletter_delivery_claimed",
            ),
            models.Index(fields=["attempted_at"], name="newsletter_delivery_attempted"),
            # Below: what the ledger is narrowed to, of which there is little.
            models.Index(
                fields=["status", "-id"],
                condition=Q(status__in=["failed", "skipped", "unknown", "claimed"]),
                name="newsletter_delivery_not_sent",
            ),
            models.Index(
                fields=["-id"],
                condition=Q(bounced_at__isnull=False),
                name="newsletter_delivery_bounced",
            ),
        ]

    def __str__(self):
        return f"{self.issue_id} to {self.subscriber_id}: {self.get_status_display()}"


class Suppression(models.Model):
    """An address that no newsletter is sent to, whatever its subscriptions say."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", "The address does not exist"
        COMPLAINED = "complained", "The reader called a mail spam"
        UNREACHABLE = "unreachable", "Mail after mail came back"
        MANUAL = "manual", "Entered by an editor"

    email_folded = models.CharField(
        "address", max_length=addresses.MAX_LENGTH, unique=True
    )
    reason = models.CharField(max_length=12, choices=Reason, default=Reason.MANUAL)
    note = LineField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="newsletter_suppression_latest"),
            models.Index(
                fields=["reason", "-at", "-id"], name="newsletter_suppression_reason"
            ),
        ]
        verbose_name = "suppressed address"
        verbose_name_plural = "suppressed addresses"
        constraints = [
            models.CheckConstraint(
                condition=~Q(email_folded=""), name="newsletter_suppression_has_address"
            ),
        ]

    def __str__(self):
        # The admin's log keeps this for years: it must not name the reader.
        return addresses.mask(self.email_folded)
