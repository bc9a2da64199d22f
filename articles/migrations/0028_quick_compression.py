from django.db import migrations

# What readers' pages, searches and the desk read most of, by its table.
COLUMNS = [
    ("articles_article", "body"),
    ("articles_revision", "content"),
    ("articles_searchentry", "document"),
]
HAS_LZ4 = """
    SELECT 1 FROM pg_settings
    WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)
"""


def set_compression(schema_editor, name):
    """What is written from now on; a value that stands stays as it is until then."""
    for table, column in COLUMNS:
        schema_editor.execute(
            f"ALTER TABLE {table} ALTER COLUMN {column} SET COMPRESSION {name}"
        )


def use_lz4(apps, schema_editor):
    """Half the work of PostgreSQL's own to read a body; not every build of it has it."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(HAS_LZ4)
        if cursor.fetchone() is None:
            return
    set_compression(schema_editor, "lz4")


def use_default(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        set_compression(schema_editor, "default")


class Migration(migrations.Migration):
    dependencies = [("articles", "0027_filters_of_lists")]

    operations = [migrations.RunPython(use_lz4, use_default)]
