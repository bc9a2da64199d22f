"""Later work: each loads a row by its key and calls one action."""

from django.tasks import task

from articles import reports
from articles.models import ErrorReport


@task
def mail_error_report(report_id):
    """Tell the desk of a new report."""
    found = ErrorReport.objects.select_related("article__section")
    reports.mail_desk(found.get(pk=report_id))
