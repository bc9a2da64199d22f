"""Django's `migrate`, one at a time: of two deploys at once, one waits."""

import fcntl
import time
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

# Any number that nobody else locks in the same database.
LOCK = 7_110_419_336_120_557
POLL_SECONDS = 0.2


class Command(migrate.Command):
    def handle(self, *args, **options):
        with alone(connections[options["database"]]):
            return super().handle(*args, **options)


@contextmanager
def alone(connection):
    """Wait until nobody else migrates this database, and keep others out."""
    if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        # The lock belongs to a connection.
        raise CommandError(
            "DATABASE_URL names a pooler; migrate needs PostgreSQL's own address."
        )
    if connection.vendor == "postgresql":
        with _advisory_lock(connection):
            yield
    elif connection.vendor == "sqlite" and not connection.is_in_memory_db():
        name = f"{connection.settings_dict['NAME']}.migrating"
        with Path(name).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    else:
        yield


@contextmanager
def _advisory_lock(connection):
    # Asked again and again: a statement that waits for the lock would be older than an
    # index that the other builds concurrently, which waits for all older ones.
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if cursor.fetchone()[0]:
                break
            time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        # A connection that broke has given the lock back.
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
