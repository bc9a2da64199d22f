"""Steps of migrations that build an index while the site runs; of a migration with
`atomic = False`.
"""

from django.db import migrations

_DROP = "DROP INDEX CONCURRENTLY IF EXISTS {name}"


class AddIndex(migrations.AddIndex):
    """Django's, which on PostgreSQL stops no writer."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        # What a run that was killed has left of an index is good for nothing.
        schema_editor.execute(_DROP.format(name=self.index.name))
        schema_editor.add_index(model, self.index, concurrently=True)


class PostgresIndex(migrations.RunPython):
    """An index of PostgreSQL alone, which Django cannot write: its name, and the table
    with what follows it.
    """

    def __init__(self, name, on):
        self.name, self.on = name, on
        super().__init__(self._build, self._drop)

    def deconstruct(self):
        return type(self).__name__, [self.name, self.on], {}

    def _build(self, apps, schema_editor):
        self._drop(apps, schema_editor)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"CREATE INDEX CONCURRENTLY {self.name} ON {self.on}")

    def _drop(self, apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_DROP.format(name=self.name))


class WordIndexes(migrations.RunPython):
    """Indexes by which PostgreSQL finds what `icontains` asks of these columns.

    They are of three letters each, from the extension pg_trgm, which comes with
    PostgreSQL. Where it is not to be had the site runs without them, and searches in
    the desk's long lists read every row.
    """

    def __init__(self, **columns):
        self.columns = columns
        super().__init__(self._build, self._drop)

    def deconstruct(self):
        return type(self).__name__, [], self.columns

    def _build(self, apps, schema_editor):
        if not _has_trigrams(schema_editor):
            return
        self._drop(apps, schema_editor)
        for table, names in self.columns.items():
            listed = ", ".join(f"UPPER({name}::text) gin_trgm_ops" for name in names)
            name = f"{table}_words"
            schema_editor.execute(
                f"CREATE INDEX CONCURRENTLY {name} ON {table} USING gin ({listed})"
            )
            # Without a look at what the index holds, it would not be chosen.
            schema_editor.execute(f"ANALYZE {table}")

    def _drop(self, apps, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return
        for table in self.columns:
            schema_editor.execute(_DROP.format(name=f"{table}_words"))


def _has_trigrams(schema_editor):
    """Whether pg_trgm is there, or could be brought in by the owner of the database."""
    if schema_editor.connection.vendor != "postgresql":
        return False
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT installed_version IS NOT NULL, "
            "has_database_privilege(current_database(), 'CREATE') "
            "FROM pg_available_extensions WHERE name = 'pg_trgm'"
        )
        is_installed, may_install = cursor.fetchone() or (False, False)
    if may_install and not is_installed:
        schema_editor.execute("CREATE EXTENSION pg_trgm")
    return is_installed or may_install
