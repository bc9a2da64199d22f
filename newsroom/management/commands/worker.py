from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.crypto import get_random_string

from newsroom import queue


class Command(BaseCommand):
    help = (
        "Run the tasks that pages and editors leave for later: mails, newsletters. "
        "Any number may run at once. Ctrl-C or SIGTERM lets the running task end."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--beside",
            type=int,
            metavar="PID",
            help="Leave imports to the worker with this number, and end with it.",
        )

    def handle(self, *, beside, **options):
        backend = settings.TASKS["default"]["BACKEND"]
        if backend == "newsroom.celery.CeleryBackend":
            from newsroom import celery_worker  # noqa: PLC0415 -- an extra of its own

            celery_worker.run_worker()
            return
        if "django_tasks_db" not in backend:
            raise CommandError(
                "TASKS_URL lets another queue run the tasks; this worker has none."
            )
        worker = queue.Worker(worker_id=get_random_string(32), beside=beside)
        worker.configure_signals()
        worker.run_for_ever()
