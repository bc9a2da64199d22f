"""Mails about requests, unsent."""

from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse

from articles.models import Publication
from newsroom.lib import mail
from newsroom.lib.urls import absolute


def received(request):
    """Tells the requester that the request is here and what it says."""
    return mail.build(
        "republishing/emails/received",
        _context(request),
        to=request.email,
        reply_to=_desk(),
    )


def to_desk(request, *, fee):
    """Tells the desk what was asked; an answer to the mail goes to the requester.

    `fee` is the row of the schedule that fits, or None where the desk sets the price.
    """
    return mail.build(
        "republishing/emails/to_desk",
        {**_context(request), "fee": fee, "admin_url": _admin_url(request)},
        to=_desk(),
        reply_to=request.email,
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
