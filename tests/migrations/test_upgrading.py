"""Migrations since the last release must not disturb the release that still runs.

While an upgrade goes on, the old version writes into the new tables. So no column may
go, be renamed or be demanded, and no large table may be locked for long.
"""

from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser import (
    analyse_sql_statements,
    get_sql_analyser_class,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite is upgraded with the site stopped",
    ),
]

RELEASED = Path(__file__).parent / "released.txt"
ANALYSER = get_sql_analyser_class("postgresql")
# Statements that wait for each other in one transaction; each is judged by itself.
TOLERATED = ["CREATE_INDEX_EXCLUSIVE"]


def released():
    """The name of the last released migration of each app."""
    lines = RELEASED.read_text().splitlines()
    return dict(line.split() for line in lines if not line.startswith("#"))


def since(last):
    nodes = MigrationLoader(connection).disk_migrations
    return sorted(
        key for key in nodes if key[0] in last and key[1][:4] > last[key[0]][:4]
    )


def problems(migrations):
    """What the linter has against the SQL of each migration, as sentences."""
    linter = MigrationLinter(no_output=True, no_cache=True)
    found = []
    for app, name in migrations:
        statements = linter.get_sql(app, name)
        errors, _, warnings = analyse_sql_statements(ANALYSER, statements, TOLERATED)
        found += [f"{app}.{name}: {issue.message}" for issue in [*errors, *warnings]]
    return found


def test_what_is_released_exists():
    nodes = MigrationLoader(connection).disk_migrations

    assert set(released().items()) <= set(nodes)


def test_migrations_since_the_release_let_the_old_version_run():
    assert problems(since(released())) == []


def test_column_that_old_code_does_not_fill_is_found():
    found = problems([("republishing", "0004_invoices_and_reminders")])

    assert any("NOT NULL" in sentence for sentence in found)


@pytest.mark.parametrize(
    "statement",
    [
        'ALTER TABLE "a" DROP COLUMN "b" CASCADE;',
        'ALTER TABLE "a" RENAME COLUMN "b" TO "c";',
        'ALTER TABLE "a" RENAME TO "c";',
        'ALTER TABLE "a" ALTER COLUMN "b" TYPE integer;',
        'ALTER TABLE "a" ADD COLUMN "b" integer NOT NULL;',
        'CREATE INDEX "i" ON "a" ("b");',
    ],
)
def test_statement_that_stops_the_old_version_is_found(statement):
    errors, _, warnings = analyse_sql_statements(ANALYSER, [statement], TOLERATED)

    assert errors or warnings


@pytest.mark.parametrize(
    "statement",
    [
        'ALTER TABLE "a" ADD COLUMN "b" integer DEFAULT 1 NOT NULL;',
        'ALTER TABLE "a" ADD COLUMN "b" integer NULL;',
        'CREATE INDEX CONCURRENTLY "i" ON "a" ("b");',
    ],
)
def test_statement_that_disturbs_nobody_passes(statement):
    errors, _, warnings = analyse_sql_statements(ANALYSER, [statement], TOLERATED)

    assert (errors, warnings) == ([], [])
