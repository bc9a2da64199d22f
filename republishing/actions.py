"""What happens to requests and to the schedule: every change of more than one write."""

import datetime
import hashlib
import json

from django.db import transaction
from django.utils import timezone

from articles.models import Article
from republishing import emails
from republishing.licensing import quote_by_schedule
from republishing.models import (
    AnswerTemplate,
    Fee,
    Invoicing,
    License,
    RepublishingRequest,
    RequestEvent,
    Surcharge,
)

# Fees of a loaded schedule that names no first day have always held.
LONG_AGO = datetime.date(2000, 1, 1)


class NotRepublishableError(Exception):
    """The story is not out, or its licence does not let others publish it."""


@transaction.atomic
def request_republishing(article, *, address, network_address=None, **answers):
    """Note a request for a story, or with `article` None for something else of ours.

    `address` is a `lib.addresses.Address`, `answers` are fields of the row. The same
    answers sent again on the same day, even at the same moment, are one request.
    Where the schedule has a price, the quote is made at once.
    Returns the request and whether it is new. Raises NotRepublishableError.
    """
    if article and not Article.objects.offered().filter(pk=article.pk).exists():
        raise NotRepublishableError(f"{article} cannot be republished.")
    now = timezone.now()
    fingerprint = _fingerprint(article, address, answers, day=now.date())
    request, is_new = RepublishingRequest.objects.get_or_create(
        fingerprint=fingerprint,
        defaults={
            **answers,
            "article": article,
            "email": address.email,
            "accepted_terms_at": now,
            "created_at": now,
            "network_address": network_address,
        },
    )
    if is_new:
        RequestEvent.objects.create(
            request=request, kind=RequestEvent.Kind.RECEIVED, at=now
        )
        quote_by_schedule(request)
        request.refresh_from_db()
    return request, is_new


def _fingerprint(article, address, answers, *, day):
    said = [article and article.pk, address.folded, day, answers]
    text = json.dumps(said, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def mail_news(request):
    """Write to requester and desk about what happened since the last time.

    Each event is marked before its mails go, so that nobody is written to twice; a
    mail that fails is logged by the queue.
    """
    request.refresh_from_db(fields=["state", "assigned_to"])
    for event in request.events.filter(mailed_at=None).order_by("at", "pk"):
        unmailed = RequestEvent.objects.filter(pk=event.pk, mailed_at=None)
        if unmailed.update(mailed_at=timezone.now()):
            for message in emails.about(event):
                message.send(using="default")


def mail_waiting_news():
    """Send what a queue that was stopped has left; the last minute is the queue's."""
    late = timezone.now() - datetime.timedelta(minutes=1)
    waiting = RepublishingRequest.objects.filter(
        events__mailed_at=None, events__at__lte=late
    )
    for request in waiting.distinct():
        mail_news(request)


@transaction.atomic
def load_licensing(data):
    """Write licences and fees from a dict; loading them again changes nothing.

    `licenses` are matched by slug, the first is the default where none says
    `is_default`. `fees` are matched by organisation type, audience, medium, currency
    and first day; `amount_minor` is in minor units of the currency. `surcharges` are
    matched by their wish, `answers` by their name; `invoicing` is the one row.
    """
    licenses = data.get("licenses", [])
    if licenses:
        License.objects.update(is_default=False)
    default = next((row for row in licenses if row.get("is_default")), *licenses[:1])
    for row in licenses:
        License.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "usage_terms": row["usage_terms"],
                "url": row.get("url", ""),
                "is_default": row is default,
                "is_free": row.get("is_free", False),
                "is_paid_first": row.get("is_paid_first", True),
            },
        )
    for row in data.get("fees", []):
        Fee.objects.update_or_create(
            organisation_type=row["organisation_type"],
            audience=row["audience"],
            medium=row["medium"],
            currency=row["currency"],
            valid_from=row.get("valid_from", LONG_AGO),
            defaults={
                "amount": row["amount_minor"],
                "valid_until": row.get("valid_until"),
            },
        )
    for row in data.get("surcharges", []):
        Surcharge.objects.update_or_create(
            wish=row["wish"], defaults={"percent": row["percent"]}
        )
    if invoicing := data.get("invoicing"):
        Invoicing.objects.update_or_create(pk=1, defaults=invoicing)
    for row in data.get("answers", []):
        AnswerTemplate.objects.update_or_create(
            name=row["name"], defaults={"text": row["text"]}
        )
