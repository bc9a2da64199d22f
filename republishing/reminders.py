"""What waits too long: the desk hears of it, and where it is theirs to act, requesters.

A reminder is an event of its request, so that it is made once in a period however
often this runs, is seen by the next editor, and is mailed as all events are.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format

from republishing.models import (
    Quote,
    RepublishingRequest,
    RequestEvent,
    UpdateNotice,
)

Kind = RequestEvent.Kind
State = RepublishingRequest.State
DAY = timedelta(days=1)
# The desk's own words to a requester, which answer a message.
ANSWERS = [Kind.MESSAGE_TO, Kind.QUOTED, Kind.DECLINED, Kind.LICENSED, Kind.ENDED]


@dataclass(frozen=True)
class Reminder:
    """`find` takes an instant and returns the requests that wait at it.

    The same request is not reminded of again before `every` has passed, nor, where
    `at_most` says so, more often than that for one quote.
    """

    kind: str
    find: object
    every: timedelta
    at_most: int | None = None


def _waiting(at):
    """New requests without an answer, and messages without one."""
    late = at - 2 * DAY
    # A requester's answer to a message restarts the clock; an automatic offer does not.
    answered = RequestEvent.objects.filter(
        request=OuterRef("request"), kind__in=ANSWERS, at__gt=OuterRef("at")
    )
    asked = RequestEvent.objects.filter(
        ~Exists(answered),
        request=OuterRef("pk"),
        kind=Kind.MESSAGE_FROM,
        at__lte=late,
    )
    live = [State.NEW, State.QUOTED, State.ACCEPTED, State.LICENSED, State.EXPIRED]
    return RepublishingRequest.objects.filter(
        Q(state=State.NEW, created_at__lte=late) | Q(Exists(asked), state__in=live)
    )


def _ending_offers(at):
    """Offers that end within three days and were made longer ago than that."""
    quotes = Quote.objects.filter(
        request=OuterRef("pk"),
        accepted_at=None,
        issued_at__lte=at - 3 * DAY,
        expires_at__gt=at,
        expires_at__lte=at + 3 * DAY,
    )
    return RepublishingRequest.objects.filter(Exists(quotes), state=State.QUOTED)


def _unpaid_invoices(at):
    """Invoices whose last day for paying is over, of licences that were not ended."""
    quotes = Quote.objects.filter(
        request=OuterRef("pk"),
        payments=None,
        invoice__due_on__lt=timezone.localdate(at),
    )
    states = [State.ACCEPTED, State.LICENSED]
    return RepublishingRequest.objects.filter(Exists(quotes), state__in=states)


def _unconfirmed_changes(at):
    """Licensees who have been told of a change a week ago and have said nothing."""
    notices = UpdateNotice.objects.filter(
        grant__quote__request=OuterRef("pk"),
        done_at=None,
        mailed_at__lte=at - 7 * DAY,
    )
    return RepublishingRequest.objects.filter(Exists(notices))


REMINDERS = [
    Reminder(Kind.REMIND_WAITING, _waiting, every=3 * DAY),
    Reminder(Kind.REMIND_OFFER, _ending_offers, every=7 * DAY, at_most=1),
    Reminder(Kind.REMIND_INVOICE, _unpaid_invoices, every=14 * DAY, at_most=3),
    Reminder(Kind.REMIND_UPDATE, _unconfirmed_changes, every=7 * DAY),
]


def remind(*, at=None):
    """Note what waits too long; returns how many reminders were made."""
    at = at or timezone.now()
    count = 0
    for reminder in REMINDERS:
        for pk in list(due(reminder, at).values_list("pk", flat=True)):
            count += _note(reminder, pk, at)
    return count


def due(reminder, at):
    """The requests to remind of now."""
    recent = RequestEvent.objects.filter(
        request=OuterRef("pk"), kind=reminder.kind, at__gt=at - reminder.every
    )
    return reminder.find(at).filter(~Exists(recent))


@transaction.atomic
def _note(reminder, pk, at):
    # Locked and asked again: two workers at once make one reminder.
    request = RepublishingRequest.objects.select_for_update().get(pk=pk)
    if not due(reminder, at).filter(pk=pk).exists():
        return 0
    quote = request.quotes.first()
    if reminder.at_most is not None:
        made = request.events.filter(kind=reminder.kind, at__gt=quote.issued_at)
        if made.count() >= reminder.at_most:
            return 0
    RequestEvent.objects.create(
        request=request, kind=reminder.kind, at=at, note=_words(reminder.kind, request)
    )
    return 1


def _words(kind, request):
    quote = request.quotes.first()
    if kind == Kind.REMIND_OFFER:
        day = date_format(timezone.localdate(quote.expires_at))
        return f"{quote.number}: {quote.price}, until {day}"
    if kind == Kind.REMIND_INVOICE:
        invoice = quote.invoice
        day = date_format(invoice.due_on)
        return f"{invoice.number}: {quote.price}, to be paid by {day}"
    return ""
