"""The workers, and the tasks that wait for them."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from newsroom import health
from newsroom.doctor.asking import (
    BROKEN,
    OK,
    PATIENCE,
    UNKNOWN,
    WARNING,
    database_answers,
    said,
    within,
)

# Longer than a worker needs between two of its periodic tasks, a busy one included.
WORKER_SILENT_AFTER = timedelta(minutes=3)
TASK_WAITS_TOO_LONG = 300


def check_queue():
    backend = settings.TASKS["default"]["BACKEND"]
    if "immediate" in backend:
        yield (
            WARNING if settings.SITE_IS_SECURE else OK,
            "Later work runs within requests; a timer must send the newsletters.",
            "Set TASKS_URL=database:// and run manage.py worker.",
        )
        return
    if not database_answers() or health.ask_migrations():
        yield UNKNOWN, "The database does not answer, or is not migrated."
        return
    from newsroom import queue  # noqa: PLC0415 -- it needs that backend's models

    if backend == "newsroom.celery.CeleryBackend":
        yield _celery_workers()
    else:
        yield _worker(queue.worker_seen_at())
    waits = queue.overdue_seconds()
    if waits > TASK_WAITS_TOO_LONG:
        yield (
            WARNING,
            f"The oldest task that is due has waited for {waits / 60:,.0f} minutes.",
            "Run a second worker, at least while an import or a large send lasts.",
        )
    failed = queue.failures()
    if failed:
        names = ", ".join(f"{name} ({count})" for name, count in failed.items())
        yield (
            WARNING,
            f"Tasks given up within {queue.FAILURES_DAYS} days: {names}.",
            "The log says why under “is given up”.",
        )


def _celery_workers():
    from newsroom import celery  # noqa: PLC0415 -- an extra of its own

    try:
        count = within(PATIENCE, celery.workers)
    except Exception as error:  # noqa: BLE001 -- of sockets, Redis and Celery
        return (
            BROKEN,
            f"Celery's broker does not answer: {said(error)}.",
            "Start the Redis of TASKS_URL; tasks wait in the database meanwhile.",
        )
    if not count:
        return BROKEN, "No Celery worker answers.", "Start manage.py worker."
    return OK, f"{count} Celery worker{'s' if count > 1 else ''} answered."


def _worker(seen):
    now = timezone.now()
    if seen is None or now - seen > WORKER_SILENT_AFTER:
        since = f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "so far"
        return (
            BROKEN,
            f"No worker has run {since}: mails, newsletters and pictures wait.",
            "Start manage.py worker, and let your service manager keep it running.",
        )
    return OK, f"A worker was at work {(now - seen).total_seconds():.0f} s ago."
