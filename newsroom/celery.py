"""Later work by Celery, for a site that outgrows the table: `TASKS_URL=redis://…`.

What is due goes to the broker once its transaction is committed. What is not due yet,
or could not be handed over because the broker is away, waits in the table of the
other queue, and every worker's housekeeper hands it over in its time. So nothing waits
in Redis for longer than a worker needs, and nothing is lost with the broker's answer.

A task may run twice here as well: a worker says that it is done when it is.
"""

import logging
import threading
from functools import partial

from celery import Celery
from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.tasks.backends.base import BaseTaskBackend
from django.tasks.base import TaskResult, TaskResultStatus
from django.tasks.exceptions import InvalidTask
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string
from django_tasks_db import DatabaseBackend
from kombu.exceptions import OperationalError as BrokerError

logger = logging.getLogger(__name__)

# A worker killed together with its parent gives its task back after this time, and a
# task that takes longer is begun a second time beside the first.
VISIBILITY_SECONDS = 3600
# Redis keeps a list for each; 0 goes first.
STEPS = 10

app = Celery("newsroom")
app.conf.update(
    broker_url=settings.TASKS["default"].get("OPTIONS", {}).get("broker", "memory://"),
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": VISIBILITY_SECONDS,
        "priority_steps": list(range(STEPS)),
        "queue_order_strategy": "priority",
        "global_keyprefix": "newsroom-tasks:",
        "socket_connect_timeout": 1,
        "socket_timeout": 10,
    },
    # Done is what has ended: a worker that dies loses nothing.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    # Somebody waits for the page that enqueues.
    task_publish_retry=False,
    worker_hijack_root_logger=False,
    worker_enable_remote_control=True,
)


def _queue():
    """The other queue. Imported late: its tasks' modules ask for this one."""
    from newsroom import queue  # noqa: PLC0415 -- see above

    return queue


class CeleryBackend(BaseTaskBackend):
    """Django's tasks, run by Celery's workers. Results are not kept."""

    supports_defer = True
    supports_priority = True

    def validate_task(self, task):
        super().validate_task(task)
        if task.takes_context:
            raise InvalidTask("This backend gives tasks no context.")

    def enqueue(self, task, args, kwargs):
        self.validate_task(task)
        if task.run_after and task.run_after > timezone.now():
            return _later(task, args, kwargs)
        transaction.on_commit(partial(_now, task, args, kwargs))
        return TaskResult(
            task=task,
            id=get_random_string(32),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )


def _now(task, args, kwargs):
    try:
        _send(task.module_path, args, kwargs, priority=task.priority, attempts=0)
    except (BrokerError, OSError):
        logger.exception("The broker does not answer; %s waits.", task.module_path)
        _later(task, args, kwargs)


def _later(task, args, kwargs, *, attempts=0):
    """Write a row; how often the task was tried is the number of its workers."""
    result = DatabaseBackend("default", {"QUEUES": []}).enqueue(task, args, kwargs)
    if attempts:
        _queue().DBTaskResult.objects.filter(pk=result.id).update(
            worker_ids=["celery"] * attempts
        )
    return result


def _send(path, args, kwargs, *, priority, attempts):
    step = (STEPS - 1) - round((priority + 100) * (STEPS - 1) / 200)
    run.apply_async([path, list(args), kwargs, attempts], priority=step)


@app.task(name="newsroom.run")
def run(path, args, kwargs, attempts):
    """Run one task; where it fails, let it have a further attempt later."""
    task = import_string(path)
    try:
        task.call(*args, **kwargs)
    except Exception:
        attempts += 1
        if attempts >= _queue().MAX_ATTEMPTS:
            logger.exception("Task %s is given up.", path)
            return
        wait = _queue().RETRY_AFTER[attempts - 1]
        logger.warning("Task %s failed; next attempt in %s.", path, wait, exc_info=True)
        again = task.using(run_after=timezone.now() + wait)
        _later(again, args, kwargs, attempts=attempts)


def hand_over():
    """Give the broker the rows whose time has come; return their number."""
    count = 0
    while True:
        with transaction.atomic():
            rows = (
                _queue()
                .DBTaskResult.objects.ready()
                .select_for_update(skip_locked=True)
            )
            row = rows.first()
            if row is None:
                return count
            _send(
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
        (_queue().PERIODIC, _queue().BEAT_SECONDS),
        (_queue().DAILY, 24 * 3600),
    ]:
        for task in tasks:
            if cache.add(f"periodic:{task.module_path}", 1, seconds):
                task.enqueue()


def workers(seconds=1):
    """How many workers answer."""
    return len(app.control.inspect(timeout=seconds).ping() or {})


_stopping = threading.Event()


def keep_house():
    """What a worker does beside its tasks, until it is told to stop."""
    while not _stopping.wait(_queue().BEAT_SECONDS / 4):
        try:
            hand_over()
            enqueue_periodic()
        except (DatabaseError, InterfaceError, BrokerError, OSError):
            logger.exception("The queue could not be kept in order.")
        finally:
            connection.close()


@worker_ready.connect
def _start_keeping_house(**kwargs):
    for work in (keep_house, partial(_queue().keep_time, _stopping)):
        threading.Thread(target=work, daemon=True).start()


@worker_shutting_down.connect
def _stop_keeping_house(**kwargs):
    _stopping.set()


def run_worker():
    """Run Celery's worker in this process until it is told to stop."""
    level = settings.LOGGING["root"]["level"]
    app.worker_main(["worker", "--concurrency", "2", "--loglevel", level])
