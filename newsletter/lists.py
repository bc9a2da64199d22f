"""Lists of readers as CSV: brought in from elsewhere, and taken out.

Every line that is not taken is named with its number and the reason.
"""

import csv
import io
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from newsletter import list_files
from newsletter.list_files import UnreadableListError
from newsletter.models import (
    ConsentEvent,
    ErasedAddress,
    Subscriber,
    Subscription,
    Suppression,
)
from newsroom.lib import text

__all__ = ["Report", "UnreadableListError", "bring_in", "take_out", "take_out_as_csv"]


@dataclass
class Report:
    """What became of a list's lines; `refused` holds (line, reason) pairs."""

    new: int = 0
    known: int = 0
    kept_out: int = 0
    doubled: int = 0
    refused: list = field(default_factory=list)

    def __str__(self):
        return (
            f"{self.new} new, {self.known} known, {self.doubled} doubled in the file, "
            f"{self.kept_out} kept out, {len(self.refused)} refused"
        )


def bring_in(content, newsletter, *, source):
    """Add the readers of a CSV file's bytes to a newsletter, as confirmed elsewhere.

    Whoever has left this newsletter, is suppressed or was erased, stays out. Who is
    marked as gone in the file is noted as such here, so that an older list cannot bring
    them back. Where a file names somebody twice, a line that says they are gone counts.
    Raises UnreadableListError. Running it again adds nothing.
    """
    report = Report()
    seen = {}
    for row in list_files.rows(content, report.refused):
        before = seen.get(row.address.folded)
        if before is not None:
            report.doubled += 1
        if before is None or (row.gone and not before.gone):
            seen[row.address.folded] = row
    for row in seen.values():
        if row.gone:
            _note_gone(row, newsletter, source)
            report.kept_out += 1
        else:
            _add(row, newsletter, source, report)
    return report


@transaction.atomic
def _note_gone(row, newsletter, source):
    """Keep what a file says of somebody who is not to be written to.

    A reader who takes the newsletter here stays, unless they left elsewhere since.
    """
    if ErasedAddress.objects.of(row.address).exists():
        return
    wording = _wording(source, row)
    if row.gone != "left":
        Suppression.objects.get_or_create(
            email_folded=row.address.folded,
            defaults={"reason": row.gone, "note": wording},
        )
        return
    at = row.left_at or timezone.now()
    subscriber = Subscriber.objects.for_address(row.address)
    subscription, is_new = Subscription.objects.select_for_update().get_or_create(
        subscriber=subscriber,
        newsletter=newsletter,
        defaults={
            "requested_at": min(row.confirmed_at or at, at),
            "confirmed_at": row.confirmed_at,
            "unsubscribed_at": at,
        },
    )
    if not is_new:
        has_left_since = (
            subscription.is_active
            and row.left_at
            and row.left_at > subscription.confirmed_at
        )
        if not has_left_since:
            return
        subscription.unsubscribed_at = at
        subscription.save(update_fields=["unsubscribed_at"])
    ConsentEvent.objects.create(
        subscriber=subscriber,
        newsletter=newsletter,
        kind=ConsentEvent.Kind.UNSUBSCRIBED,
        at=at,
        wording=wording,
    )


def _wording(source, row):
    return f"Brought in from {text.clean_line(source)}, line {row.line}"


@transaction.atomic
def _add(row, newsletter, source, report):
    held_back = Suppression.objects.filter(email_folded=row.address.folded)
    if held_back.exists() or ErasedAddress.objects.of(row.address).exists():
        report.kept_out += 1
        return
    subscriber = Subscriber.objects.for_address(row.address)
    now = timezone.now()
    subscription, is_new = Subscription.objects.get_or_create(
        subscriber=subscriber,
        newsletter=newsletter,
        defaults={"confirmed_at": row.confirmed_at or now},
    )
    if subscription.unsubscribed_at:
        report.kept_out += 1
        return
    if subscription.is_active and not is_new:
        report.known += 1
        return
    if not is_new:
        subscription.confirmed_at = row.confirmed_at or now
        subscription.save(update_fields=["confirmed_at"])
    ConsentEvent.objects.create(
        subscriber=subscriber,
        newsletter=newsletter,
        kind=ConsentEvent.Kind.CONFIRMED,
        at=row.confirmed_at or now,
        wording=_wording(source, row),
    )
    report.new += 1


def take_out_as_csv(newsletter):
    """`take_out` as CSV, line by line, with the mark that tells spreadsheets UTF-8."""
    yield "\ufeff"
    for row in take_out(newsletter):
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(row)
        yield line.getvalue()


def take_out(newsletter):
    """The lines of a newsletter's list as CSV, those who have left included."""
    yield ["email", "status", "requested_at", "confirmed_at", "unsubscribed_at"]
    subscriptions = newsletter.subscriptions.select_related("subscriber").order_by("pk")
    for subscription in subscriptions.iterator():
        if subscription.unsubscribed_at:
            status = "unsubscribed"
        else:
            status = "subscribed" if subscription.confirmed_at else "pending"
        times = [
            subscription.requested_at,
            subscription.confirmed_at,
            subscription.unsubscribed_at,
        ]
        yield [
            text.inert(subscription.subscriber.email),
            status,
            *(at.isoformat() if at else "" for at in times),
        ]
