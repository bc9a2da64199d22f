import os
import queue as queues
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from kombu.exceptions import OperationalError as BrokerError

from newsletter import tasks
from newsroom import celery, celery_worker, queue, retries
from tests.factories.newsletter import SubscriptionFactory

pytestmark = pytest.mark.django_db

BROKEN_MAIL = {"BACKEND": "tests.newsletter.broken_mail.EmailBackend"}


@pytest.fixture(autouse=True)
def _eager(settings):
    settings.TASKS = {"default": {"BACKEND": "newsroom.celery.CeleryBackend"}}
    celery.app.conf.task_always_eager = True
    yield
    celery.app.conf.task_always_eager = False


@pytest.fixture
def subscriber():
    return SubscriptionFactory().subscriber


@pytest.fixture
def broker_away():
    def refuse(*args, **kwargs):
        raise BrokerError("no answer")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(celery.run, "apply_async", refuse)
        yield patch


def recipients():
    return [message.to[0] for message in mail.outbox]


def test_task_runs_once_its_transaction_is_committed(
    subscriber, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks:
        result = tasks.mail_sign_up.enqueue(subscriber.pk)
    before = recipients()
    for callback in callbacks:
        callback()

    assert (result.status, before, recipients()) == (
        TaskResultStatus.READY,
        [],
        [subscriber.email],
    )


def test_task_waits_in_the_table_while_the_broker_is_away(
    subscriber, broker_away, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        tasks.mail_sign_up.enqueue(subscriber.pk)
    waiting = DBTaskResult.objects.count()
    with pytest.raises(BrokerError):
        celery_worker.hand_over()
    still_waiting = DBTaskResult.objects.count()
    broker_away.undo()
    counts = [celery_worker.hand_over(), celery_worker.hand_over()]

    assert (waiting, still_waiting, counts) == (1, 1, [1, 0])
    assert recipients() == [subscriber.email]


def test_task_of_a_later_time_waits_in_the_table(subscriber):
    later = timezone.now() + timedelta(hours=5)
    tasks.mail_sign_up.using(run_after=later).enqueue(subscriber.pk)

    assert (celery_worker.hand_over(), recipients()) == (0, [])

    DBTaskResult.objects.update(run_after=timezone.now())
    assert (celery_worker.hand_over(), recipients()) == (1, [subscriber.email])


def test_task_that_fails_is_tried_again_later_and_given_up_in_the_end(
    settings, subscriber
):
    settings.MAILERS = {**settings.MAILERS, "default": BROKEN_MAIL}
    celery.run(tasks.mail_sign_up.module_path, [subscriber.pk], {}, 0)
    waits = DBTaskResult.objects.get().run_after - timezone.now()

    for _ in range(retries.MAX_ATTEMPTS + 2):
        DBTaskResult.objects.update(run_after=timezone.now())
        celery_worker.hand_over()

    assert timedelta() < waits <= retries.RETRY_AFTER[0]
    assert not DBTaskResult.objects.exists()
    assert recipients() == []


@pytest.mark.parametrize(
    ("priority", "step"), [(100, 0), (50, 2), (0, 5), (-20, 5), (-100, 9)]
)
def test_what_readers_wait_for_goes_first(monkeypatch, priority, step):
    sent = []
    monkeypatch.setattr(
        celery.run, "apply_async", lambda args, priority: sent.append(priority)
    )

    celery.send("a.b", [], {}, priority=priority, attempts=0)

    assert sent == [step]


def test_periodic_tasks_are_enqueued_by_one_of_many_workers(
    monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(celery, "send", lambda path, *args, **kwargs: sent.append(path))

    with django_capture_on_commit_callbacks(execute=True):
        celery_worker.enqueue_periodic()
        celery_worker.enqueue_periodic()

    wanted = [task.module_path for task in [*queue.PERIODIC, *queue.DAILY]]
    assert sent == wanted


def test_worker_keeps_house_and_watches_the_clock(monkeypatch):
    called = queues.SimpleQueue()
    monkeypatch.setattr(celery_worker, "keep_house", lambda: called.put("house"))
    monkeypatch.setattr(
        celery_worker, "keep_time", lambda stopping: called.put("clock")
    )

    celery_worker._start_keeping_house()

    assert {called.get(timeout=5), called.get(timeout=5)} == {"house", "clock"}


def test_site_starts_with_it():
    environment = {
        **os.environ,
        "ENV_FILE": "",
        "TASKS_URL": "redis://127.0.0.1:1/0",
        "DATABASE_URL": "sqlite://:memory:",
        "SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
