"""Readers' reports of errors: received, looked into, answered."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from articles import emails
from articles.models import ErrorReport, ErrorReportEvent
from newsroom.lib.text import clean_line

Status = ErrorReport.Status


@transaction.atomic
def receive(article, **said):
    """Keep what a reader says is wrong in a story; `said` are fields of the row."""
    report = ErrorReport.objects.create(
        article=article, language=article.language, **said
    )
    ErrorReportEvent.objects.create(report=report, status=Status.OPEN)
    return report


@transaction.atomic
def check(report, *, by):
    """Say that somebody looks into a report. One that is closed stays closed."""
    report = ErrorReport.objects.select_for_update().get(pk=report.pk)
    if report.status == Status.OPEN:
        _step(report, Status.CHECKED, by)
    return report


@transaction.atomic
def close(report, *, status, by, note="", correction=None, answers_reader=False):
    """Close a report as corrected or as needing no change.

    With `answers_reader` the reader hears of it, where an address was left; closed
    again in the same way it sends no second mail.
    """
    report = ErrorReport.objects.select_for_update().get(pk=report.pk)
    was = report.status
    report.note = note
    report.correction = correction if status == Status.CORRECTED else None
    report.handled_by, report.handled_at = by, timezone.now()
    _step(report, status, by, note)
    if answers_reader and report.email and was != status:
        transaction.on_commit(
            partial(emails.answer(report).send, using="default"), robust=True
        )
    return report


def _step(report, status, by, note=""):
    report.status = status
    report.save()
    ErrorReportEvent.objects.create(
        report=report, status=status, by=by, note=clean_line(note)[:300]
    )


def mail_desk(report):
    """Tell the desk that a report waits."""
    emails.to_desk(report).send(using="default")
