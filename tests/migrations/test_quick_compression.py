from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite compresses nothing"
    ),
]
MIGRATION = import_module("articles.migrations.0028_quick_compression")


def compressions():
    sql = (
        "SELECT attcompression FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attname = %s"
    )
    found = []
    with connection.cursor() as cursor:
        for column in MIGRATION.COLUMNS:
            cursor.execute(sql, column)
            found += cursor.fetchone()
    return found


def run(step):
    with connection.schema_editor() as schema_editor:
        step(apps, schema_editor)


def test_lz4_is_taken_where_it_is_to_be_had():
    with connection.cursor() as cursor:
        cursor.execute(MIGRATION.HAS_LZ4)
        wanted = "l" if cursor.fetchone() else ""

    assert compressions() == [wanted] * 3


def test_a_server_without_lz4_goes_on_with_its_own(monkeypatch):
    run(MIGRATION.use_default)
    monkeypatch.setattr(MIGRATION, "HAS_LZ4", "SELECT 1 WHERE false")

    run(MIGRATION.use_lz4)

    assert compressions() == [""] * 3
