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
    Kind.LICENSED: "Your licence and your copy",
    Kind.DECLINED: "We cannot license this story",
    Kind.ENDED: "Your licence has ended",
    Kind.MESSAGE_TO: "A message about your request",
}
_DESK_TITLES = {
    Kind.ACCEPTED: "The offer is accepted",
    Kind.WITHDRAWN: "The request is withdrawn",
    Kind.MESSAGE_FROM: "A message from the requester",
    Kind.UPDATED: "The licensee has updated the copy",
}


def about(event):
    """The mails, none to two, that tell of an event."""
    request, kind = event.request, event.kind
    quote = request.quotes.first()
    if kind == Kind.RECEIVED:
        return [to_desk(request, quote=quote), received(request, quote=quote)]
    found = []
    if kind in _DESK_TITLES:
        found.append(step_to_desk(event, title=_DESK_TITLES[kind]))
    is_said_already = (kind == Kind.QUOTED and event.by is None) or (
        # The licence follows at once, and its mail says all.
        kind == Kind.ACCEPTED and request.state != request.State.ACCEPTED
    )
    if kind in _TITLES and not is_said_already:
        found.append(step(event, title=_TITLES[kind], quote=quote))
    return found


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


def step_to_desk(event, *, title):
    """Tells the desk what the requester did."""
    request = event.request
    return mail.build(
        "republishing/emails/step_to_desk",
        {
            **_context(request),
            "event": event,
            "title": title,
            "admin_url": _admin_url(request),
        },
        to=_desk(),
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
