import os
import sys
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.tasks import TaskResultStatus
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from articles.tasks import check_import
from newsletter import tasks
from newsletter.models import Subscriber
from newsroom import health, queue, retries
from tests.factories.newsletter import (
    NewsletterFactory,
    SubscriberFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db

BROKEN_MAIL = {"BACKEND": "tests.newsletter.broken_mail.EmailBackend"}


@pytest.fixture(autouse=True)
def _queue(settings, monkeypatch):
    # The test's transaction lives in its connection.
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}
    }


def run_worker():
    queue.Worker(worker_id="one").run()


def enqueue(**changes):
    """A sign-up mail in the queue; `changes` are made to its row."""
    subscription = SubscriptionFactory()
    result = tasks.mail_sign_up.enqueue(subscription.subscriber.pk)
    DBTaskResult.objects.filter(pk=result.id).update(**changes)
    return DBTaskResult.objects.get(pk=result.id)


def test_sign_up_is_answered_before_its_mail_is_sent(client):
    newsletter = NewsletterFactory()

    client.post(
        reverse("newsletter:sign_up"),
        {"email": "reader@example.org", "newsletters": newsletter.slug},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    before = len(mail.outbox)
    run_worker()

    assert (before, [message.to for message in mail.outbox]) == (
        0,
        [["reader@example.org"]],
    )


def test_a_reader_who_waits_goes_before_older_tasks():
    older = tasks.mail_welcome.using(priority=0).enqueue(0)

    newer = enqueue()

    ready = [str(row.pk) for row in DBTaskResult.objects.ready()]
    assert ready == [str(newer.pk), older.id]


def test_task_that_fails_is_tried_again_later(settings):
    row = enqueue()
    settings.MAILERS = {**settings.MAILERS, "default": BROKEN_MAIL}

    run_worker()
    waiting = DBTaskResult.objects.get(pk=row.pk)
    settings.MAILERS = {
        **settings.MAILERS,
        "default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"},
    }
    DBTaskResult.objects.update(run_after=timezone.now())
    run_worker()

    assert waiting.status == TaskResultStatus.READY
    assert timedelta() < waiting.run_after - timezone.now() <= retries.RETRY_AFTER[0]
    assert len(mail.outbox) == 1
    row.refresh_from_db()
    assert row.status == TaskResultStatus.SUCCESSFUL


def test_task_that_fails_every_time_is_given_up(settings):
    row = enqueue()
    settings.MAILERS = {**settings.MAILERS, "default": BROKEN_MAIL}

    for _ in range(retries.MAX_ATTEMPTS + 2):
        DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(
            run_after=timezone.now()
        )
        run_worker()

    row.refresh_from_db()
    assert (row.status, len(row.worker_ids)) == (
        TaskResultStatus.FAILED,
        retries.MAX_ATTEMPTS,
    )


def test_task_of_a_killed_worker_runs_again():
    long_ago = timezone.now() - queue.LOST_AFTER - timedelta(seconds=1)
    enqueue(status=TaskResultStatus.RUNNING, started_at=long_ago, worker_ids=["dead"])

    run_worker()
    before = len(mail.outbox)
    count = queue.take_up_lost()
    run_worker()

    assert (before, count, len(mail.outbox)) == (0, 1, 1)


def test_a_killed_workers_task_runs_again_within_five_minutes():
    wait = queue.LOST_AFTER + 2 * timedelta(seconds=queue.BEAT_SECONDS)

    assert wait < timedelta(minutes=5)


def test_task_of_a_living_worker_is_left_alone():
    long_ago = timezone.now() - queue.LOST_AFTER - timedelta(seconds=1)
    row = enqueue(status=TaskResultStatus.RUNNING, started_at=long_ago)

    queue.beat(row.pk)

    assert queue.take_up_lost() == 0


def test_task_that_kills_every_worker_is_given_up():
    long_ago = timezone.now() - queue.LOST_AFTER - timedelta(seconds=1)
    row = enqueue(
        status=TaskResultStatus.RUNNING,
        started_at=long_ago,
        worker_ids=["dead"] * retries.MAX_ATTEMPTS,
    )

    queue.take_up_lost()

    row.refresh_from_db()
    assert row.status == TaskResultStatus.FAILED


def test_periodic_task_waits_in_the_queue_once(monkeypatch):
    monkeypatch.setattr(queue, "DAILY", [])
    monkeypatch.setattr(queue, "PERIODIC", [tasks.mail_welcome.using(priority=0)])
    monkeypatch.setattr(queue.PERIODIC[0].__class__, "enqueue", _enqueue_nobody)

    queue.enqueue_periodic()
    queue.enqueue_periodic()

    assert DBTaskResult.objects.ready().count() == 1


def _enqueue_nobody(task):
    return task.get_backend().enqueue(task, [0], {})


def test_daily_task_is_enqueued_once_a_day(monkeypatch):
    monkeypatch.setattr(queue, "PERIODIC", [])
    daily = DBTaskResult.objects.filter(task_path=queue.DAILY[0].module_path)

    queue.enqueue_periodic()
    daily.update(status=TaskResultStatus.SUCCESSFUL)
    queue.enqueue_periodic()
    once = daily.count()
    daily.update(enqueued_at=timezone.now() - timedelta(days=1, seconds=1))
    queue.enqueue_periodic()

    assert once == 1
    assert daily.count() == 2


def test_worker_waits_for_a_database_that_is_away(monkeypatch):
    worker = queue.Worker(worker_id="one", interval=0)
    monkeypatch.setattr(queue, "OUTAGE_PAUSE_SECONDS", 0)
    monkeypatch.setattr(worker, "_keep_house", lambda: None)
    monkeypatch.setattr(worker, "_keep_time", lambda: None)
    runs = []

    def run():
        runs.append(1)
        if len(runs) == 1:
            raise OperationalError
        worker.running = False

    monkeypatch.setattr(worker, "run", run)
    monkeypatch.setattr(queue.connection, "close", lambda: None)

    worker.run_for_ever()

    assert len(runs) == 2


def test_readiness_tells_of_a_task_that_waits_too_long():
    enqueue(enqueued_at=timezone.now() - timedelta(minutes=6))

    assert health.readiness()["checks"]["queue"] == "oldest task waits 360 s"


def test_task_for_later_is_not_overdue():
    enqueue(
        enqueued_at=timezone.now() - timedelta(minutes=6),
        run_after=timezone.now() + timedelta(minutes=1),
    )

    assert queue.overdue_seconds() == 0


def test_worker_refuses_another_queue(settings):
    settings.TASKS = {
        "default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}
    }

    with pytest.raises(CommandError, match="TASKS_URL"):
        call_command("worker")


def test_mail_of_a_subscriber_who_is_gone_stops_nothing():
    gone = SubscriberFactory()
    tasks.mail_sign_up.enqueue(gone.pk)
    Subscriber.objects.all().delete()
    enqueue()

    run_worker()

    assert len(mail.outbox) == 1


# Imports, which may take hours ------------------------------------------------------


def test_another_worker_does_the_rest_while_an_import_runs(monkeypatch, settings):
    commands = []

    class Other:
        def __init__(self, command, **options):
            commands.append(command)

        def terminate(self):
            commands.append("terminated")

        def wait(self):
            pass

    monkeypatch.setattr(queue.subprocess, "Popen", Other)
    enqueue()
    check_import.enqueue(0)

    run_worker()

    manage = str(settings.BASE_DIR / "manage.py")
    beside = [sys.executable, manage, "worker", "--beside", str(os.getpid())]
    assert commands == [beside, "terminated"]


def test_worker_beside_another_leaves_imports_to_it():
    check_import.enqueue(0)
    enqueue()

    queue.Worker(worker_id="two", beside=os.getppid()).run()

    waiting = DBTaskResult.objects.ready().values_list("queue_name", flat=True)
    assert (list(waiting), len(mail.outbox)) == (["imports"], 1)


def test_worker_ends_with_the_one_beside_which_it_runs(monkeypatch):
    worker = queue.Worker(worker_id="two", beside=os.getpid())
    monkeypatch.setattr(worker, "_keep_house", lambda: None)
    monkeypatch.setattr(worker, "_keep_time", lambda: None)
    enqueue()

    worker.run_for_ever()

    assert mail.outbox == []
