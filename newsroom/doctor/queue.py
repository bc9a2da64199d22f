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
START_A_WORKER = (
    "Start one: systemctl enable --now newsroom-worker@1 (deploy/systemd), or "
    "manage.py worker under another service manager that keeps it running."
)


def check_queue():
    backend = settings.TASKS["default"]["BACKEND"]
    if "immediate" in backend:
        yield (
            WARNING if settings.SITE_IS_SECURE else OK,
            "Later work runs within requests; a timer must send the newsletters.",
            f"Set TASKS_URL=database://. {START_A_WORKER}",
        )
        return
    if not database_answers() or health.ask_migrations():
        yield (
            UNKNOWN,
            "The database does not answer, or is not migrated.",
            "Mend that first.",
        )
        return
    from newsroom import queue  # noqa: PLC0415 -- it needs that backend's models

    if backend == "newsroom.celery.CeleryBackend":
        found = _celery_workers()
    else:
        found = _worker(queue.worker_seen_at())
    yield found
    waits = queue.overdue_seconds()
    if waits > TASK_WAITS_TOO_LONG:
        yield (
            WARNING,
            f"The oldest task that is due has waited for {waits / 60:,.0f} minutes.",
            "Run a second worker (systemctl start newsroom-worker@2), at least while "
            "an import or a large send lasts."
            if found[0] == OK
            else "It runs when a worker does.",
        )
    failed = queue.failures()
    if failed:
        names = ", ".join(f"{name} ({count})" for name, count in failed.items())
        yield (
            WARNING,
            f"Tasks given up within {queue.FAILURES_DAYS} days: {names}.",
            "The log says why: journalctl -u 'newsroom-worker@*' | grep 'is given up'. "
            "Mend that, then press the button again; for pictures run manage.py "
            "make_renditions --retry.",
        )


def _celery_workers():
    from newsroom import celery  # noqa: PLC0415 -- an extra of its own

    try:
        count = within(PATIENCE, celery.workers)
    except Exception as error:  # noqa: BLE001 -- of sockets, Redis and Celery
        return (
            BROKEN,
            f"Celery's broker does not answer: {said(error)}.",
            "Start the Redis that TASKS_URL names; tasks wait in the table meanwhile.",
        )
    if not count:
        return BROKEN, "No Celery worker answers.", START_A_WORKER
    return OK, f"{count} Celery worker{'s' if count > 1 else ''} answered."


def _worker(seen):
    now = timezone.now()
    if seen is None or now - seen > WORKER_SILENT_AFTER:
        since = f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "so far"
        return (
            BROKEN,
            f"No worker has run {since}: mails, newsletters and pictures wait.",
            START_A_WORKER,
        )
    return OK, f"A worker was at work {(now - seen).total_seconds():.0f} s ago."
