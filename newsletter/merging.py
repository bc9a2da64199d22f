"""Two rows of one reader become one; nobody gets a mail twice for it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from newsletter.models import (
    ConsentEvent,
    Delivery,
    PastKey,
    Subscriber,
    Subscription,
    Suppression,
)

Status = Delivery.Status
MERGED = "Merged with another row of the same reader"
# Of two deliveries of one issue the reader keeps the one that went furthest.
_FURTHEST = [
    Status.SENT,
    Status.UNKNOWN,
    Status.CLAIMED,
    Status.FAILED,
    Status.PENDING,
    Status.SKIPPED,
]


class NotMergeableError(Exception):
    """The two rows cannot become one; the message says why."""


@dataclass(frozen=True)
class Outcome:
    """What a reader has of one newsletter after a merge."""

    newsletter: object
    words: str


def outcomes(gone, *, into):
    """What each newsletter would be after a merge, and what would be held back."""
    kept, other = _by_newsletter(into), _by_newsletter(gone)
    found = []
    for pk in sorted(kept.keys() | other.keys()):
        winner = _later(kept.get(pk), other.get(pk))
        if winner.is_active:
            words = "goes on"
        elif winner.unsubscribed_at:
            words = "left, and stays out"
        else:
            words = "not confirmed"
        found.append(Outcome(winner.newsletter, words))
    return found


def is_suppressed(subscriber):
    return Suppression.objects.filter(email_folded=subscriber.email_folded).exists()


@transaction.atomic
def merge(gone, *, into):
    """Make one row of two: `into` stays with its address, `gone` ends.

    Of each newsletter the reader's last word counts, so that who left stays out. The
    history of both is kept, links in old mails go on working, and of an issue that is
    going out only one mail is sent. Returns the row that stays. Raises
    NotMergeableError.
    """
    if gone.pk == into.pk:
        raise NotMergeableError("Choose two different rows.")
    rows = Subscriber.objects.select_for_update().order_by("pk")
    found = rows.in_bulk([gone.pk, into.pk])
    if len(found) < 2:
        raise NotMergeableError("One of the two is gone by now.")
    kept, gone = found[into.pk], found[gone.pk]
    _merge_subscriptions(kept, gone)
    _merge_deliveries(kept, gone)
    gone.consent_events.update(subscriber=kept)
    gone.past_keys.update(subscriber=kept)
    PastKey.objects.create(key=gone.key, subscriber=kept)
    kept.created_at = min(kept.created_at, gone.created_at)
    kept.save(update_fields=["created_at"])
    ConsentEvent.objects.create(
        subscriber=kept,
        kind=ConsentEvent.Kind.MERGED,
        wording=f"{gone.masked_email} became part of {kept.masked_email}",
    )
    gone.delete()
    return kept


def _by_newsletter(subscriber):
    rows = subscriber.subscriptions.select_related("newsletter")
    return {row.newsletter_id: row for row in rows}


def _later(one, other):
    """The subscription that holds the reader's last word."""
    rows = [row for row in [one, other] if row]
    return max(rows, key=lambda row: (_last_word(row), row.unsubscribed_at is not None))


def _last_word(row):
    said = [row.confirmed_at, row.unsubscribed_at]
    # To ask is no word yet: only who reads the mailbox confirms.
    return max(filter(None, said), default=datetime.min.replace(tzinfo=UTC))


def _merge_subscriptions(kept, gone):
    mine, theirs = _by_newsletter(kept), _by_newsletter(gone)
    for pk, row in theirs.items():
        if pk not in mine:
            Subscription.objects.filter(pk=row.pk).update(subscriber=kept)
        elif _later(mine[pk], row) is row:
            Subscription.objects.filter(pk=mine[pk].pk).update(
                requested_at=row.requested_at,
                confirmed_at=row.confirmed_at,
                unsubscribed_at=row.unsubscribed_at,
            )


def _merge_deliveries(kept, gone):
    mine = {row.issue_id: row for row in kept.deliveries.select_for_update()}
    for row in gone.deliveries.select_for_update():
        own = mine.get(row.issue_id)
        if own is None:
            Delivery.objects.filter(pk=row.pk).update(subscriber=kept)
            continue
        ahead, behind = sorted([own, row], key=lambda one: _FURTHEST.index(one.status))
        let_go(Delivery.objects.filter(pk=behind.pk), reason=MERGED)
        Delivery.objects.filter(pk=ahead.pk).update(subscriber=kept)


def let_go(deliveries, *, reason):
    """Forget whose deliveries these are; what has not gone on the wire never goes."""
    deliveries.filter(status=Status.PENDING).update(
        status=Status.SKIPPED, reason=reason, claim=""
    )
    # A sender that holds it asks for the claim before each mail.
    deliveries.filter(status=Status.CLAIMED, attempted_at=None).update(
        status=Status.SKIPPED, reason=reason, claim=""
    )
    deliveries.update(subscriber=None)
