"""The database, its tables and its clock."""

import time
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from newsroom import health
from newsroom.doctor.asking import (
    BROKEN,
    OK,
    PATIENCE,
    UNKNOWN,
    WARNING,
    database_answers,
    said,
)
from newsroom.doctor.disk import room


def _row(statement):
    """The first row of a statement that may take PATIENCE seconds."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}s'")
        cursor.execute(statement)
        return cursor.fetchone()


def check_database():
    began = time.perf_counter()
    try:
        health.ask_database()
    except Exception as error:  # noqa: BLE001 -- drivers raise their own
        yield (
            BROKEN,
            f"The database does not answer: {said(error)}.",
            _what_starts_it(),
        )
        return
    took = (time.perf_counter() - began) * 1000
    version = ".".join(map(str, connection.get_database_version()))
    yield OK, f"{connection.display_name} {version} answers in {took:.0f} ms."
    yield from (_sqlite() if connection.vendor == "sqlite" else _postgresql())


def _what_starts_it():
    if connection.vendor == "sqlite":
        directory = Path(str(connection.settings_dict["NAME"])).parent
        return (
            f"Let {directory} be there and belong to the user who runs the site, or "
            "correct DATABASE_URL."
        )
    return (
        "Start it (systemctl status postgresql says why it stopped), or correct "
        "DATABASE_URL: host, port, name, user, password. Readers get what caches keep."
    )


def _sqlite():
    name = str(connection.settings_dict["NAME"])
    if connection.is_in_memory_db():
        yield BROKEN, "The database lives in memory.", "Set DATABASE_URL to a file."
        return
    mode = _row("PRAGMA journal_mode")[0]
    if mode != "wal":
        yield (
            BROKEN,
            f"SQLite's journal is {mode!r}, not WAL: readers wait for every writer.",
            "Let the directory of the database be on a local disk and writable: "
            "WAL needs files beside it.",
        )
    if connection.transaction_mode != "IMMEDIATE":
        yield (
            BROKEN,
            "Transactions take the write lock late, so some fail at once as locked.",
            "Write DATABASE_URL as sqlite:///path, without options of your own.",
        )
    yield from room(Path(name).parent, "the database")
    if settings.WEB_WORKERS > 4:
        yield (
            WARNING,
            f"{settings.WEB_WORKERS} web processes share one SQLite file.",
            "It has one writer at a time: move to PostgreSQL.",
        )


def _postgresql():
    standby, read_only, used, most, cleans = _row(
        "SELECT pg_is_in_recovery(), current_setting('transaction_read_only'), "
        "(SELECT count(*) FROM pg_stat_activity "
        "WHERE backend_type = 'client backend'), "
        "current_setting('max_connections')::int, current_setting('autovacuum')"
    )
    if standby or read_only == "on":
        yield (
            BROKEN,
            "The database can be read only: nothing can be saved.",
            "DATABASE_URL names a standby, or the server ran out of room: look in its "
            "log.",
        )
    if used > most * 0.8:
        yield (
            WARNING,
            f"{used} of the database's {most} connections are taken.",
            "Raise max_connections, or run fewer web processes and threads.",
        )
    if cleans == "off":
        yield (
            WARNING,
            "The database does not clean up by itself, nor count its rows: pages will "
            "take many times as long.",
            "Set autovacuum = on.",
        )


def check_migrations():
    if not database_answers():
        yield UNKNOWN, "The database does not answer.", "Mend that first."
        return
    if pending := health.ask_migrations():
        yield (
            BROKEN,
            f"The tables are not those of this version: migrations {pending}.",
            "Save the site (manage.py backup DIRECTORY), then run manage.py migrate.",
        )
        return
    loader = MigrationLoader(connection)
    ours = {app.label for app in apps.get_app_configs()}
    newer = sorted(
        f"{app}.{name}"
        for app, name in set(loader.applied_migrations) - set(loader.disk_migrations)
        if app in ours
    )
    if newer:
        yield (
            WARNING,
            f"The database has been migrated by a newer version ({newer[-1]}).",
            "Install that version again, or restore the backup made before it.",
        )
    else:
        yield OK, "The tables are those of this version."


def check_clock():
    if connection.vendor != "postgresql":
        yield UNKNOWN, "The database has this machine's clock; none other was asked."
        return
    if not database_answers():
        yield (
            UNKNOWN,
            "The database, whose clock we compare with, does not answer.",
            "Mend that first.",
        )
        return
    before = time.time()
    theirs = _row("SELECT clock_timestamp()")[0].timestamp()
    apart = abs((before + time.time()) / 2 - theirs)
    if apart > 2:
        yield (
            BROKEN if apart > 60 else WARNING,
            f"This machine's clock and the database's are {apart:,.0f} seconds apart.",
            "Let both keep network time (timedatectl set-ntp true): stories would "
            "appear early or late.",
        )
    else:
        yield OK, f"Clock and database are {apart:.1f} seconds apart."
