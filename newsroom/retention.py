"""What Django's own tables forget with time; `newsroom.lib.retention` says how."""

from django.contrib.sessions.models import Session
from django_tasks_db.models import DBTaskResult

from newsroom.lib.retention import delete


def _finished_tasks(before, batch):
    return delete(DBTaskResult.objects.finished().filter(finished_at__lt=before), batch)


def _sessions(before, batch):
    return delete(Session.objects.filter(expire_date__lt=before), batch)


RULES = {"finished_tasks": _finished_tasks, "sessions": _sessions}
