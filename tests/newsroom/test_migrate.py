import fcntl
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.db import connection

from newsroom.management.commands import migrate


def can_be_locked():
    """Whether another process could migrate now."""
    if connection.vendor == "postgresql":
        with connection.copy().cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [migrate.LOCK])
            found = cursor.fetchone()[0]
            cursor.connection.close()
        return found
    name = f"{connection.settings_dict['NAME']}.migrating"
    with Path(name).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


@pytest.mark.django_db
def test_one_migrates_and_the_others_wait():
    with migrate.alone(connection):
        during = can_be_locked()

    assert (during, can_be_locked()) == (False, True)


@pytest.mark.django_db
def test_lock_is_given_back_by_a_migration_that_fails():
    with pytest.raises(ZeroDivisionError), migrate.alone(connection):
        raise ZeroDivisionError

    assert can_be_locked()


@pytest.mark.django_db
def test_nobody_migrates_through_a_pooler(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)

    refused = pytest.raises(CommandError, match="PostgreSQL's own address")
    with refused, migrate.alone(connection):
        raise AssertionError("It went on.")
