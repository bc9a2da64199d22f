"""What a worker of Celery's does beside its tasks, and how it is run."""

import logging
import threading
from functools import partial

from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection, transaction
from django_tasks_db.models import DBTaskResult
from kombu.exceptions import OperationalError as BrokerError

from newsroom.celery import app, send
from newsroom.queue import BEAT_SECONDS, DAILY, PERIODIC, keep_time

logger = logging.getLogger(__name__)


def hand_over():
    """Give the broker the rows whose time has come; return their number."""
    count = 0
    while True:
        with transaction.atomic():
            rows = DBTaskResult.objects.ready().select_for_update(skip_locked=True)
            row = rows.first()
            if row is None:
                return count
            send(
                row.task_path,
                row.args_kwargs["args"],
                row.args_kwargs["kwargs"],
                priority=row.priority,
                attempts=len(row.worker_ids),
            )
            row.delete()
        count += 1


def enqueue_periodic():
    """Enqueue what comes again and again; once, however many workers there are."""
    for tasks, seconds in [
        (PERIODIC, BEAT_SECONDS),
        (DAILY, 24 * 3600),
    ]:
        for task in tasks:
            if cache.add(f"periodic:{task.module_path}", 1, seconds):
                task.enqueue()


_stopping = threading.Event()


def keep_house():
    """What a worker does beside its tasks, until it is told to stop."""
    while not _stopping.wait(BEAT_SECONDS / 4):
        try:
            hand_over()
            enqueue_periodic()
        except (DatabaseError, InterfaceError, BrokerError, OSError):
            logger.exception("The queue could not be kept in order.")
        finally:
            connection.close()


@worker_ready.connect
def _start_keeping_house(**kwargs):
    for work in (keep_house, partial(keep_time, _stopping)):
        threading.Thread(target=work, daemon=True).start()


@worker_shutting_down.connect
def _stop_keeping_house(**kwargs):
    _stopping.set()


def run_worker():
    """Run Celery's worker in this process until it is told to stop."""
    level = settings.LOGGING["root"]["level"]
    app.worker_main(["worker", "--concurrency", "2", "--loglevel", level])
