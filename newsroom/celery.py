"""Later work by Celery, for a site that outgrows the table: `TASKS_URL=redis://…`.

What is due goes to the broker once its transaction is committed. What is not due yet,
or could not be handed over because the broker is away, waits in the table of the
other queue, until a worker (`newsroom.celery_worker`) hands it over in its time. So
nothing waits in Redis for longer than a worker needs, and nothing is lost with the
broker's answer.

A task may run twice here as well: a worker says that it is done when it is.
"""

import logging
from functools import partial

from celery import Celery
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.tasks.backends.base import BaseTaskBackend
from django.tasks.base import TaskResult, TaskResultStatus
from django.tasks.exceptions import InvalidTask
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string
from django_tasks_db import DatabaseBackend
from kombu.exceptions import OperationalError as BrokerError

from newsroom.retries import MAX_ATTEMPTS, RETRY_AFTER

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
        send(task.module_path, args, kwargs, priority=task.priority, attempts=0)
    except (BrokerError, OSError):
        logger.exception("The broker does not answer; %s waits.", task.module_path)
        _later(task, args, kwargs)


def _rows():
    """The table of the other queue: its models come after the tasks that wait there."""
    return apps.get_model("django_tasks_database", "DBTaskResult").objects


def _later(task, args, kwargs, *, attempts=0):
    """Write a row; how often the task was tried is the number of its workers."""
    result = DatabaseBackend("default", {"QUEUES": []}).enqueue(task, args, kwargs)
    if attempts:
        _rows().filter(pk=result.id).update(worker_ids=["celery"] * attempts)
    return result


def send(path, args, kwargs, *, priority, attempts):
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
        if attempts >= MAX_ATTEMPTS:
            logger.exception("Task %s is given up.", path)
            return
        wait = RETRY_AFTER[attempts - 1]
        logger.warning("Task %s failed; next attempt in %s.", path, wait, exc_info=True)
        again = task.using(run_after=timezone.now() + wait)
        _later(again, args, kwargs, attempts=attempts)


def workers(seconds=1):
    """How many workers answer."""
    return len(app.control.inspect(timeout=seconds).ping() or {})
