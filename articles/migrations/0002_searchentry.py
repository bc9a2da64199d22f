import django.db.models.deletion
from django.db import migrations, models

# FTS5 only cuts at blanks here: the words come cut, folded and stemmed from Python.
# A deleted row takes its words along; the rest of the upkeep is articles.search's.
SQLITE = [
    """
    CREATE VIRTUAL TABLE articles_searchwords
    USING fts5(headline, top, body, tokenize = 'ascii')
    """,
    """
    CREATE TRIGGER articles_searchentry_deleted AFTER DELETE ON articles_searchentry
    BEGIN DELETE FROM articles_searchwords WHERE rowid = old.article_id; END
    """,
]
SQLITE_REVERSE = [
    "DROP TRIGGER articles_searchentry_deleted",
    "DROP TABLE articles_searchwords",
]
# The pending list makes a bulk load many times as fast; articles.search.indexing empties
# it after each write, so that no reader looks through it.
POSTGRESQL = [
    "ALTER TABLE articles_searchentry ADD COLUMN document tsvector NOT NULL",
    "CREATE INDEX articles_searchentry_document ON articles_searchentry USING gin (document)",
]
POSTGRESQL_REVERSE = ["ALTER TABLE articles_searchentry DROP COLUMN document"]


def add_words(apps, schema_editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def remove_words(apps, schema_editor):
    statements = {"sqlite": SQLITE_REVERSE, "postgresql": POSTGRESQL_REVERSE}
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="articles.article",
                    ),
                ),
                ("published_at", models.DateTimeField()),
                ("language", models.CharField(max_length=20)),
                ("headline_key", models.CharField(max_length=300)),
                (
                    "section",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="articles.section",
                    ),
                ),
            ],
        ),
        migrations.RunPython(add_words, remove_words),
    ]
