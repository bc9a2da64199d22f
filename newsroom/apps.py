import time
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from django.apps import AppConfig
from django.conf import settings
from django.core.mail.utils import DNS_NAME
from django.core.signals import request_finished, request_started
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.encoding import punycode

ASK_SECONDS = 5
_asked = WeakKeyDictionary()


class NewsroomConfig(AppConfig):
    """An app for system checks, commands, roles and accounts; it has no model."""

    name = "newsroom"
    verbose_name = "Newsroom"
    people = "newsroom.people"
    retention = "newsroom.retention"

    def ready(self):
        from newsroom import (  # noqa: PLC0415 -- checks register on import
            changes,
            checks,  # noqa: F401
        )
        from newsroom.lib import (  # noqa: PLC0415 -- caches are set up by now
            generation,
        )
        from newsroom.roles import (  # noqa: PLC0415 -- models are loaded by now
            create_roles_after_migrate,
        )

        # `auth` has its tables then, and comes after all apps that have roles.
        sender = self.apps.get_app_config("auth")
        post_migrate.connect(
            create_roles_after_migrate, sender=sender, dispatch_uid="newsroom.roles"
        )

        name_mails_after_the_site()
        connection_created.connect(no_compiling)
        connection_created.connect(changes.watch)
        # After Django's own, which would have each request ask.
        request_started.connect(ask_seldom)
        request_started.connect(generation.begin_request)
        request_finished.connect(generation.end_request)

    def queue_overdue_seconds(self):
        """How long the queue's oldest due task has waited, for `/readyz`."""
        from newsroom import queue  # noqa: PLC0415 -- models are loaded by now

        return queue.overdue_seconds()


def name_mails_after_the_site():
    """Let mails, and the talk with mail servers, name the site and not the machine.

    Python asks for the machine's own name, which may be somebody's: it would stand in
    every Message-ID and, said at the greeting, in the first `Received`.
    """
    host = urlsplit(settings.SITE_URL).hostname
    DNS_NAME._fqdn = punycode(host)  # noqa: SLF001 - Django has no setting for it


def ask_seldom(**kwargs):
    """Ask a kept connection every few seconds whether it lives, not at each request.

    One that has failed is asked at once, as ever.
    """
    now = time.monotonic()
    for each in connections.all(initialized_only=True):
        if now - _asked.get(each, 0) < ASK_SECONDS and not each.errors_occurred:
            each.health_check_done = True
        else:
            _asked[each] = now


def no_compiling(connection, **kwargs):
    """Keep PostgreSQL from compiling statements that end sooner than its compiler.

    As a statement, because poolers such as PgBouncer refuse it as a start parameter.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
