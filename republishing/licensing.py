"""The way of a request: quote, acceptance, payment, licence, and how each can end.

Every step locks the request, checks its state, and leaves an event; whoever presses a
button twice gets what the first press made.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from articles.models import Article
from articles.refusals import RefusedError
from republishing import billing, naming
from republishing.copies import plain_text_of
from republishing.models import (
    Grant,
    Invoice,
    Payment,
    Placement,
    Quote,
    RepublishingRequest,
    RequestEvent,
    UpdateNotice,
)
from republishing.pricing import offer_for

State = RepublishingRequest.State
Kind = RequestEvent.Kind
QUOTE_DAYS = 30
PLACEMENTS = 20
QUOTABLE = {State.NEW, State.QUOTED, State.EXPIRED}
OPEN = {State.NEW, State.QUOTED, State.ACCEPTED}


@transaction.atomic
def quote(
    request, *, under, amount, currency, by=None, days=None, lines=None,
    with_pictures=None, is_paid_first=None, valid_days=QUOTE_DAYS, text="",
):  # fmt: skip
    """Offer the story at a price; an earlier offer that is still open ends.

    `under` is the License, `amount` in minor units of `currency`, `days` how long the
    licence lasts (None: without end), `valid_days` how long the offer stands, `text`
    the desk's words with it. `by` is None for an offer that the schedule makes by
    itself. Returns the quote. Raises RefusedError.
    """
    request = _locked(request, QUOTABLE)
    _check_story(request)
    now = timezone.now()
    request.quotes.filter(accepted_at=None, expires_at__gt=now).update(expires_at=now)
    found = Quote.objects.create(
        request=request,
        license=under,
        license_name=under.name,
        usage_terms=under.usage_terms,
        amount=amount,
        currency=currency,
        lines=lines or [{"text": under.name, "amount": amount}],
        days=days,
        with_pictures=request.with_pictures if with_pictures is None else with_pictures,
        is_paid_first=under.is_paid_first if is_paid_first is None else is_paid_first,
        expires_at=now + timedelta(days=valid_days),
        issued_at=now,
        issued_by=by,
    )
    note = f"{found.number}: {found.price}"
    _move(request, State.QUOTED, Kind.QUOTED, by, note, text)
    return found


def quote_by_schedule(request):
    """The quote that the schedule makes by itself, or None where the desk answers."""
    offer = offer_for(request)
    if offer is None:
        return None
    return quote(
        request,
        under=offer.license,
        amount=offer.amount,
        currency=offer.currency,
        days=offer.days,
        lines=offer.lines,
    )


@transaction.atomic
def accept(quote):
    """The requester takes the offer; what costs nothing is licensed at once.

    Returns the quote. Accepted again, nothing happens. Raises RefusedError for an
    offer that is over.
    """
    request = RepublishingRequest.objects.select_for_update().get(pk=quote.request_id)
    quote = Quote.objects.select_for_update().get(pk=quote.pk)
    if quote.accepted_at:
        return quote
    if request.state != State.QUOTED or not quote.is_open():
        raise RefusedError("This offer is over. Ask us for a new one.")
    _check_story(request)
    quote.accepted_at = timezone.now()
    quote.save(update_fields=["accepted_at"])
    billing.bill(quote)
    _move(request, State.ACCEPTED, Kind.ACCEPTED, None, quote.number)
    if not (quote.amount and quote.is_paid_first):
        _grant(request, quote, by=None)
    return quote


@transaction.atomic
def record_payment(request, *, by):
    """The money for the accepted quote is here: note it, and issue the licence.

    Noted again, nothing happens. Raises RefusedError, also where no quote was accepted.
    """
    request = _locked(request, {State.ACCEPTED, State.LICENSED})
    quote = _to_be_paid(request)
    if quote.payments.exists() or not quote.amount:
        return request
    billing.bill(quote)
    Payment.objects.create(
        quote=quote, amount=quote.amount, currency=quote.currency, by=by
    )
    _event(request, Kind.PAID, by, f"{quote.number}: {quote.price}")
    if request.state == State.ACCEPTED:
        _check_story(request)
        _grant(request, quote, by=by)
    return request


@transaction.atomic
def send_invoice(request, *, by):
    """The invoice of an offer that was accepted before there were invoices.

    Returns it. Sent again, nothing happens. Raises RefusedError where nothing is due.
    """
    request = _locked(request, {State.ACCEPTED, State.LICENSED})
    quote = _to_be_paid(request)
    if Invoice.objects.filter(quote=quote).exists():
        return quote.invoice
    invoice = billing.bill(quote)
    if invoice is None:
        raise RefusedError("This offer costs nothing.")
    text = f"The invoice {invoice.number} for {quote.number} is on your page."
    write_to_requester(request, by=by, text=text)
    return invoice


def _to_be_paid(request):
    quote = request.quotes.filter(accepted_at__isnull=False).first()
    if quote is None:
        raise RefusedError("There is no accepted offer to pay. Make one first.")
    return quote


def _grant(request, quote, *, by):
    now = timezone.now()
    ends_at = now + timedelta(days=quote.days) if quote.days else None
    grant = Grant.objects.create(
        quote=quote,
        article=request.article,
        starts_at=now,
        ends_at=ends_at,
        text_given=plain_text_of(request.article),
    )
    _move(request, State.LICENSED, Kind.LICENSED, by, grant.number)


@transaction.atomic
def decline(request, *, by, text=""):
    """Say no; `text` is what the requester reads."""
    request = _locked(request, OPEN | {State.EXPIRED})
    return _move(request, State.DECLINED, Kind.DECLINED, by, text=text)


@transaction.atomic
def withdraw(request):
    """The requester does not want the story any more."""
    request = RepublishingRequest.objects.select_for_update().get(pk=request.pk)
    if request.state == State.WITHDRAWN:
        return request
    if request.state not in OPEN:
        raise RefusedError("This request can no longer be withdrawn.")
    return _move(request, State.WITHDRAWN, Kind.WITHDRAWN, None)


@transaction.atomic
def end(request, *, by, text=""):
    """Close the licence before its time: the copy's address answers no more."""
    request = _locked(request, {State.LICENSED})
    now = timezone.now()
    Grant.objects.filter(quote__request=request, ended_at=None).update(ended_at=now)
    naming.forget(request)
    return _move(request, State.ENDED, Kind.ENDED, by, text=text)


@transaction.atomic
def assign(request, *, to, by):
    """Make somebody of the desk responsible, or with None nobody."""
    request = RepublishingRequest.objects.select_for_update().get(pk=request.pk)
    if request.assigned_to_id == (to and to.pk):
        return request
    request.assigned_to = to
    request.save(update_fields=["assigned_to"])
    _event(request, Kind.ASSIGNED, by, to.get_username() if to else "nobody")
    return request


def note(request, *, by, text):
    """Write something down for the desk alone."""
    return _event(request, Kind.NOTED, by, text=text)


def write_to_requester(request, *, by, text):
    return _event(request, Kind.MESSAGE_TO, by, text=text)


def write_to_desk(request, *, text):
    return _event(request, Kind.MESSAGE_FROM, text=text)


def add_placement(request, *, url):
    """Note where a licensee has published the story; the page is looked at later."""
    grant = Grant.objects.filter(quote__request=request).first()
    if grant is None:
        raise RefusedError("There is no licence yet.")
    if grant.placements.count() >= PLACEMENTS:
        raise RefusedError(f"We keep {PLACEMENTS} addresses for a licence.")
    return Placement.objects.get_or_create(grant=grant, url=url)[0]


@transaction.atomic
def confirm_updates(request):
    """The licensee says that the published copy is up to date."""
    now = timezone.now()
    waiting = UpdateNotice.objects.filter(grant__quote__request=request, done_at=None)
    if count := waiting.update(done_at=now):
        _event(request, Kind.UPDATED, note=f"{count} changes")


def expire_what_is_over(*, at=None):
    """Mark the requests whose offer or licence has run out; return how many."""
    at = at or timezone.now()
    quoted = RepublishingRequest.objects.filter(state=State.QUOTED).exclude(
        quotes__expires_at__gt=at
    )
    ended = RepublishingRequest.objects.filter(
        state=State.LICENSED, quotes__grant__ends_at__lte=at
    )
    count = 0
    for found, state, kind in [
        (quoted, State.EXPIRED, Kind.EXPIRED),
        (ended, State.ENDED, Kind.ENDED),
    ]:
        for request in list(found):
            with transaction.atomic():
                fresh = found.select_for_update().filter(pk=request.pk).first()
                if fresh:
                    _move(fresh, state, kind, None)
                    naming.forget(fresh)
                    count += 1
    return count


def _locked(request, states):
    request = RepublishingRequest.objects.select_for_update().get(pk=request.pk)
    if request.state not in states:
        raise RefusedError(
            f"This is not possible: the request is “{request.get_state_display()}”."
        )
    return request


def _check_story(request):
    story = request.article
    if story is None:
        raise RefusedError("Choose the story first.")
    if not Article.objects.offered().filter(pk=story.pk).exists():
        raise RefusedError("The story is not public, or may not be republished.")


def _move(request, state, kind, by, note="", text=""):
    request.state = state
    request.save(update_fields=["state"])
    _event(request, kind, by, note, text)
    return request


def _event(request, kind, by=None, note="", text=""):
    return RequestEvent.objects.create(
        request=request, kind=kind, by=by, note=note[:300], text=text
    )
