"""Mails about requests, unsent."""

from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse

from articles.models import Publication
from newsroom.lib import mail
from newsroom.lib.urls import absolute
from republishing.models import RequestEvent

Kind = RequestEvent.Kind


_TITLES = {
    Kind.QUOTED: "Our offer",
    Kind.ACCEPTED: "You have accepted our offer",
    Kind.PAID: "We have your payment",
    Kind.LICENSED: "Your licence and your copy",
    Kind.DECLINED: "We cannot license this story",
    Kind.WITHDRAWN: "You have withdrawn your request",
    Kind.EXPIRED: "Our offer has ended",
    Kind.ENDED: "Your licence has ended",
    Kind.MESSAGE_TO: "A message about your request",
    Kind.REMIND_OFFER: "Our offer ends soon",
    Kind.REMIND_INVOICE: "Our invoice is not paid yet",
}
_DESK_TITLES = {
    Kind.ACCEPTED: "The offer is accepted",
    Kind.WITHDRAWN: "The request is withdrawn",
    Kind.MESSAGE_FROM: "A message from the requester",
    Kind.UPDATED: "The licensee has updated the copy",
    Kind.AGREED: "The licensee agrees to be named",
    Kind.OBJECTED: "The licensee does not want to be named",
    Kind.REMIND_WAITING: "A requester waits for our answer",
    Kind.REMIND_OFFER: "An offer ends soon",
    Kind.REMIND_INVOICE: "An invoice is not paid",
    Kind.REMIND_UPDATE: "A licensee has not confirmed a change",
}


def about(event):
    """The mails, none to two, that tell of an event."""
    request, kind = event.request, event.kind
    quote = request.quotes.first()
    if kind == Kind.RECEIVED:
        return [to_desk(request, quote=quote), received(request, quote=quote)]
    if kind == Kind.ASSIGNED:
        return _to_assigned(event)
    found = []
    if kind in _DESK_TITLES:
        found.append(step_to_desk(event, title=_DESK_TITLES[kind]))
    is_said_already = (kind == Kind.QUOTED and event.by is None) or (
        # The licence follows at once, and its mail says all.
        kind in {Kind.ACCEPTED, Kind.PAID}
        and request.events.filter(kind=Kind.LICENSED, at__gte=event.at).exists()
    )
    if kind in _TITLES and not is_said_already:
        found.append(step(event, title=_TITLES[kind], quote=quote))
    return found


def _to_assigned(event):
    """Tells somebody of the desk that a request is theirs, unless they took it."""
    to = event.request.assigned_to
    is_theirs = to and to.email and to != event.by
    title = "This request is yours"
    return [step_to_desk(event, title=title, to=to.email)] if is_theirs else []


def received(request, *, quote):
    """Tells the requester that the request is here, with the offer if there is one."""
    return mail.build(
        "republishing/emails/received",
        {**_context(request), "quote": quote},
        to=request.email,
        reply_to=_desk(),
    )


def to_desk(request, *, quote):
    """Tells the desk what was asked; an answer to the mail goes to the requester.

    `quote` is what the schedule offered by itself, or None where the desk answers.
    """
    return mail.build(
        "republishing/emails/to_desk",
        {**_context(request), "quote": quote, "admin_url": _admin_url(request)},
        to=_desk(),
        reply_to=request.email,
    )


def step(event, *, title, quote):
    """Tells the requester of a step of the desk, in its words."""
    return mail.build(
        "republishing/emails/step",
        {**_context(event.request), "event": event, "title": title, "quote": quote},
        to=event.request.email,
        reply_to=_desk(),
    )


def step_to_desk(event, *, title, to=None):
    """Tells the desk, or with `to` one of it, what was done or waits."""
    request = event.request
    return mail.build(
        "republishing/emails/step_to_desk",
        {
            **_context(request),
            "event": event,
            "title": title,
            "admin_url": _admin_url(request),
        },
        to=to or _desk(),
        reply_to=request.email,
    )


def update_notice(notice, *, is_reminder=False):
    """Tells a licensee that a story changed, and what is to be done."""
    request = notice.grant.quote.request
    return mail.build(
        "republishing/emails/notice",
        {**_context(request), "notice": notice, "is_reminder": is_reminder},
        to=request.email,
        reply_to=_desk(),
    )


def _context(request):
    return {
        "request": request,
        "article": request.article,
        "article_url": request.article.absolute_url if request.article else "",
        "publication": Publication.objects.current(),
    }


def _admin_url(request):
    name = "admin:republishing_republishingrequest_change"
    return absolute(reverse(name, args=[request.pk]))


def _desk():
    return (
        Publication.objects.current().email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    )
