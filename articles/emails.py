"""Mails about readers' reports, unsent: plain text."""

from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse

from articles.models import Publication
from newsroom.lib import mail
from newsroom.lib.urls import absolute


def to_desk(report):
    """Tells the desk of a report; an answer to the mail goes to the reader."""
    url = reverse("admin:articles_errorreport_change", args=[report.pk])
    return mail.plain(
        "articles/emails/report_to_desk",
        {"report": report, "article": report.article, "admin_url": absolute(url)},
        to=_desk(),
        reply_to=report.email,
    )


def answer(report):
    """Tells the reader what came of a report."""
    return mail.plain(
        "articles/emails/report_answer",
        {
            "report": report,
            "article": report.article,
            "publication": Publication.objects.current(),
        },
        to=report.email,
        reply_to=_desk(),
    )


def _desk():
    return (
        Publication.objects.current().email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    )
