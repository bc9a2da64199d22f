"""Why an address got an issue, or did not: read from the ledger and the consents."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from newsletter.models import Delivery, Issue, Newsletter, Subscriber, Suppression

ISSUES = 30
Status = Delivery.Status


@dataclass(frozen=True)
class Answer:
    """One issue, and what became of it for one address."""

    issue: Issue
    got_it: str
    reason: str
    at: datetime | None = None


def explain(address):
    """Sentences on the address as such, and the newest issues with an answer each.

    The issues are those of newsletters that the address ever asked for or was sent.
    `address` is a `lib.addresses.Address`. A fixed number of statements.
    """
    subscriber = Subscriber.objects.filter(email_folded=address.folded).first()
    if subscriber is None:
        return "Nobody has ever entered this address here.", []
    suppression = Suppression.objects.filter(email_folded=address.folded).first()
    subscriptions = {row.newsletter_id: row for row in subscriber.subscriptions.all()}
    found = list(
        Issue.objects.filter(
            Q(newsletter__in=subscriptions)
            | Q(pk__in=subscriber.deliveries.values("issue")),
            started_at__isnull=False,
        )
        .select_related("newsletter")
        .latest_first()[:ISSUES]
    )
    rows = subscriber.deliveries.filter(issue__in=found)
    deliveries = {row.issue_id: row for row in rows}
    answers = [
        _of_delivery(issue, deliveries[issue.pk])
        if issue.pk in deliveries
        else _without_delivery(issue, subscriptions[issue.newsletter_id])
        for issue in found
    ]
    words = "No newsletter is held back from this address."
    if suppression:
        words = (
            f"Since {_day(suppression.at)} no newsletter is sent to this address: "
            f"{suppression.get_reason_display().lower()}. {suppression.note}"
        )
    others = Newsletter.objects.exclude(pk__in=subscriptions)
    if names := ", ".join(others.values_list("name", flat=True)):
        words = f"{words} It never signed up for: {names}."
    return words, answers


def _of_delivery(issue, row):
    if row.status == Status.SENT:
        if row.complained_at:
            reason = f"Its reader called it spam on {_day(row.complained_at)}."
        elif row.bounced_at:
            reason = f"It came back on {_day(row.bounced_at)}. {row.reason}"
        elif row.soft_bounced_at:
            day = _day(row.soft_bounced_at)
            reason = f"It came back on {day}, for now. {row.reason}"
        elif row.delivered_at:
            reason = f"Its mail provider took it on {_day(row.delivered_at)}."
        elif row.unsubscribed_at:
            reason = f"Its reader left by its link on {_day(row.unsubscribed_at)}."
        else:
            reason = "The mail server took it."
        return Answer(issue, "Sent", reason, row.sent_at)
    reason = row.reason
    if row.status in {Status.PENDING, Status.CLAIMED}:
        reason = row.reason or "Its turn has not come."
    return Answer(issue, row.get_status_display(), reason, row.attempted_at)


def _without_delivery(issue, subscription):
    if subscription.confirmed_at is None:
        reason = f"Asked for on {_day(subscription.requested_at)} and never confirmed."
    elif subscription.unsubscribed_at and subscription.unsubscribed_at < _listed(issue):
        reason = f"Its reader left on {_day(subscription.unsubscribed_at)}."
    elif subscription.confirmed_at > _listed(issue):
        reason = f"Confirmed on {_day(subscription.confirmed_at)}, after it was sent."
    else:
        reason = "It has not been listed yet."
    return Answer(issue, "Not sent", reason)


def _listed(issue):
    return issue.listed_at or timezone.now()


def _day(at):
    return date_format(timezone.localtime(at), "j F Y, H:i")
