"""The background worker: takes tasks off the table, and sees that none is lost.

The table and the claim are django-tasks-db's. It knows neither a second attempt nor
what becomes of a task whose worker was killed, which stays "running" for ever; both
are here. A task may therefore run twice, so each is written to do its work once.
"""

import logging
import os
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager, nullcontext
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Max
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult, get_date_max

from articles import due
from articles.tasks import IMPORTS, import_wire, index_stories, keep_public_files
from newsletter.tasks import send_due_issues
from newsroom import edges
from newsroom.lib import generation
from newsroom.retries import MAX_ATTEMPTS, RETRY_AFTER
from newsroom.tasks import forget_old
from republishing.tasks import send_due_notices

logger = logging.getLogger(__name__)

# What the worker enqueues by itself, again and again.
PERIODIC = [
    send_due_issues, send_due_notices, keep_public_files, import_wire, index_stories,
]  # fmt: skip
# What it enqueues once a day.
DAILY = [forget_old]
BEAT_SECONDS = 20
CLOCK_SECONDS = 0.5
# A task without a beat for this long has lost its worker.
LOST_AFTER = timedelta(minutes=2)
OUTAGE_PAUSE_SECONDS = 5
FAILURES_DAYS = 7


class Worker(db_worker.Worker):
    """Runs one task after the other until it is told to stop.

    Beside it a thread says every 20 seconds that the running task's worker lives,
    takes up the tasks of workers that died, and enqueues what is periodic. While an
    import runs, a second process does all the rest: it is given the first's number as
    `beside`, and ends with it.
    """

    def __init__(self, *, worker_id, interval=1.0, beside=None):
        super().__init__(
            queue_names=["*"],
            interval=interval,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=worker_id,
            excluded_queue_names=[IMPORTS] if beside else [],
        )
        self.beside = beside
        self.current = None
        self.stopping = threading.Event()

    def shutdown(self, signum, frame):
        self.stopping.set()
        super().shutdown(signum, frame)

    def run_for_ever(self):
        """Run what is ready, then wait for more; wait out a database that is away."""
        for work in (self._keep_house, self._keep_time):
            threading.Thread(target=work, daemon=True).start()
        while self.running and not self._is_alone():
            pause = self.interval
            try:
                self.run()
            except (DatabaseError, InterfaceError):
                logger.exception("The database does not answer; trying again.")
                connection.close()
                pause = OUTAGE_PAUSE_SECONDS
            self.stopping.wait(pause)

    def _is_alone(self):
        """Whether the worker beside which this one runs has ended or was killed."""
        return self.beside is not None and os.getppid() != self.beside

    def run_task(self, db_task_result):
        self.current = db_task_result.pk
        is_long = db_task_result.queue_name == IMPORTS and self.beside is None
        try:
            with self._another() if is_long else nullcontext():
                super().run_task(db_task_result)
        finally:
            self.current = None
        if db_task_result.status == TaskResultStatus.FAILED:
            try_again(db_task_result)

    @contextmanager
    def _another(self):
        """A second worker for as long, so that mails and pictures do not wait."""
        manage = str(settings.BASE_DIR / "manage.py")
        command = [sys.executable, manage, "worker", "--beside", str(os.getpid())]
        other = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - ours
        try:
            yield
        finally:
            # It ends what it has begun; nobody waits for that.
            other.terminate()
            threading.Thread(target=other.wait, daemon=True).start()

    def _keep_house(self):
        while not self.stopping.is_set():
            try:
                beat(self.current)
                take_up_lost()
                enqueue_periodic()
            except (DatabaseError, InterfaceError):
                logger.exception("The queue could not be kept in order.")
            finally:
                connection.close()
            self.stopping.wait(BEAT_SECONDS)

    def _keep_time(self):
        keep_time(self.stopping)


def keep_time(stopping):
    """Watch the clock beside the tasks until the event `stopping` is set."""
    clock = Clock()
    while not stopping.wait(CLOCK_SECONDS):
        try:
            clock.tick()
        except (DatabaseError, InterfaceError):
            logger.exception("What is due could not be asked.")
            connection.close()


class Clock:
    """Has readers see at its time what nobody saves at that time.

    A story whose time has come, or a place on the front page.
    """

    def __init__(self):
        self.next_at = None
        self.asked_of = object()

    def tick(self):
        """Begin a new generation if something was due; ask what is next after each."""
        now = timezone.now()
        if self.next_at and self.next_at <= now:
            generation.bump()
            edges.refresh(since=self.next_at)
            self.next_at = None
        present = generation.current()
        if present != self.asked_of:
            self.next_at = due.next_change(after=now)
            self.asked_of = present


def beat(task_id):
    """Say that the worker of this task lives: its time of start moves on."""
    if task_id is not None:
        DBTaskResult.objects.running().filter(pk=task_id).update(
            started_at=timezone.now()
        )


def take_up_lost():
    """Make the tasks ready again whose workers have died; return their number.

    One that took its worker with it time and again is given up.
    """
    lost = DBTaskResult.objects.running().filter(
        started_at__lt=timezone.now() - LOST_AFTER
    )
    count = 0
    for result in lost:
        is_spent = len(result.worker_ids) >= MAX_ATTEMPTS
        status = TaskResultStatus.FAILED if is_spent else TaskResultStatus.READY
        # Only if no other worker has taken it up meanwhile.
        same = DBTaskResult.objects.running().filter(
            pk=result.pk, started_at=result.started_at
        )
        count += same.update(
            status=status, finished_at=timezone.now() if is_spent else None
        )
        log = logger.error if is_spent else logger.warning
        log("Task %s lost its worker; it is now %s.", result.task_name, status.label)
    return count


def try_again(result):
    """Let a task that failed have a further attempt later, until it has had enough."""
    attempts = len(result.worker_ids)
    if attempts >= MAX_ATTEMPTS:
        logger.error("Task %s is given up:\n%s", result.task_name, result.traceback)
        return
    wait = RETRY_AFTER[attempts - 1]
    DBTaskResult.objects.failed().filter(pk=result.pk).update(
        status=TaskResultStatus.READY, run_after=timezone.now() + wait, finished_at=None
    )
    logger.warning(
        "Task %s failed (%s); next attempt in %s.",
        result.task_name,
        result.exception_class_path,
        wait,
    )


def enqueue_periodic():
    """Enqueue each periodic task, unless it waits already."""
    waiting = set(DBTaskResult.objects.ready().values_list("task_path", flat=True))
    for task in PERIODIC:
        if task.module_path not in waiting:
            task.enqueue()
    a_day_ago = timezone.now() - timedelta(days=1)
    lately = set(
        DBTaskResult.objects.filter(
            enqueued_at__gt=a_day_ago,
            task_path__in=[task.module_path for task in DAILY],
        ).values_list("task_path", flat=True)
    )
    for task in DAILY:
        if task.module_path not in lately | waiting:
            task.enqueue()


def worker_seen_at():
    """When a worker last showed that it lives; None if none ever has."""
    beating = DBTaskResult.objects.running().aggregate(at=Max("started_at"))["at"]
    done = DBTaskResult.objects.filter(
        task_path__in=[task.module_path for task in PERIODIC]
    ).aggregate(at=Max("finished_at"))["at"]
    return max(filter(None, [beating, done]), default=None)


def failures():
    """How many tasks were given up lately, by name."""
    after = timezone.now() - timedelta(days=FAILURES_DAYS)
    rows = DBTaskResult.objects.failed().filter(finished_at__gt=after)
    names = Counter(rows.values_list("task_path", flat=True)[:1000])
    return {path.rpartition(".")[2]: count for path, count in names.items()}


def overdue_seconds():
    """How long the task that is due longest has waited; 0 where none is."""
    oldest = 0
    now = timezone.now()
    for enqueued_at, run_after in DBTaskResult.objects.ready().values_list(
        "enqueued_at", "run_after"
    )[:1000]:
        due_at = enqueued_at if run_after == get_date_max() else run_after
        oldest = max(oldest, (now - due_at).total_seconds())
    return oldest
