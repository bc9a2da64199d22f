from django.db import migrations, models, transaction

BATCH = 1_000
# Each table of a story's tags or authors, with its columns of the list and the story.
TABLES = [
    ("articles_taggedarticle", "tag_id", "content_object_id"),
    ("articles_contribution", "author_id", "article_id"),
]

# The database itself keeps the story's time beside each row (`articles.models.listing`):
# also of what a bulk update writes, or an older version that still runs.
# A row waits for who is changing its story, and reads the time that is then true.
COLUMN = "ALTER TABLE {table} ADD COLUMN IF NOT EXISTS published_at timestamptz"
TRIGGERS = """
    CREATE OR REPLACE FUNCTION {table}_takes_time() RETURNS trigger AS $$
    BEGIN
        SELECT published_at INTO NEW.published_at FROM articles_article
        WHERE id = NEW.{story} FOR NO KEY UPDATE;
        RETURN NEW;
    END $$ LANGUAGE plpgsql;

    CREATE OR REPLACE TRIGGER {table}_takes_time
    BEFORE INSERT OR UPDATE OF {story} ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_takes_time();

    CREATE OR REPLACE FUNCTION {table}_follows_time() RETURNS trigger AS $$
    BEGIN
        UPDATE {table} SET published_at = NEW.published_at WHERE {story} = NEW.id;
        RETURN NULL;
    END $$ LANGUAGE plpgsql;

    CREATE OR REPLACE TRIGGER {table}_follows_time
    AFTER UPDATE OF published_at ON articles_article FOR EACH ROW
    WHEN (OLD.published_at IS DISTINCT FROM NEW.published_at)
    EXECUTE FUNCTION {table}_follows_time();
"""
# Whoever changes a story's time now waits, or has done so: none is written over.
LOCK = """
    SELECT count(*) FROM (
        SELECT FROM articles_article WHERE id > %s AND id <= %s
        ORDER BY id FOR NO KEY UPDATE
    ) locked
"""
FILL = """
    UPDATE {table} row SET published_at = article.published_at
    FROM articles_article article
    WHERE article.id = row.{story} AND article.id > %s AND article.id <= %s
        AND row.published_at IS DISTINCT FROM article.published_at
"""
# What a run that was killed has left of an index is good for nothing.
INDEX = [
    "DROP INDEX IF EXISTS {table}_by_time",
    """
    CREATE INDEX CONCURRENTLY {table}_by_time
    ON {table} ({of}, published_at DESC, {story} DESC)
    """,
]
REVERSE = """
    DROP TRIGGER {table}_follows_time ON articles_article;
    DROP FUNCTION {table}_follows_time();
    DROP TRIGGER {table}_takes_time ON {table};
    DROP FUNCTION {table}_takes_time();
    ALTER TABLE {table} DROP COLUMN published_at;
"""


def _run(schema_editor, *statements):
    for table, of, story in TABLES:
        for statement in statements:
            schema_editor.execute(statement.format(table=table, of=of, story=story))


def keep_times(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    _run(schema_editor, COLUMN, TRIGGERS)
    articles = apps.get_model("articles", "Article").objects
    last = articles.aggregate(last=models.Max("pk"))["last"] or 0
    for first in range(0, last, BATCH):
        span = [first, first + BATCH]
        with transaction.atomic(), schema_editor.connection.cursor() as cursor:
            cursor.execute(LOCK, span)
            for table, _, story in TABLES:
                cursor.execute(FILL.format(table=table, story=story), span)
    _run(schema_editor, *INDEX)


def keep_none(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        _run(schema_editor, REVERSE)


class Migration(migrations.Migration):
    # Each range is a transaction, so that readers' pages and editors never wait long.
    atomic = False

    dependencies = [("articles", "0023_search_entries_without_marks")]

    operations = [migrations.RunPython(keep_times, keep_none)]
