from django.db import migrations, models

BATCH = 5_000

# What `articles.search.indexing` writes beside the words from now on (`search.marks`).
MARK = """
    UPDATE articles_searchentry entry SET document = document || array_to_tsvector(ARRAY(
        SELECT '^' || lexeme FROM unnest(document) WHERE 'A' = ANY(weights)
        UNION ALL
        SELECT '~' || lexeme FROM unnest(document) WHERE weights && ARRAY['A', 'B']
        UNION ALL
        SELECT '@' || level || '.' || floor(
            greatest(floor(extract(epoch FROM published_at) / 86400), -98304)
            / 4 ^ level
        )::int
        FROM generate_series(0, 7) level
        UNION ALL
        SELECT '@s' || section_id
        UNION ALL
        SELECT '@t' || tag_id FROM articles_taggedarticle
        WHERE content_object_id = entry.article_id
        UNION ALL
        SELECT DISTINCT '@a' || author_id FROM articles_contribution contribution
        WHERE contribution.article_id = entry.article_id
    ))
    WHERE article_id > %s AND article_id <= %s
"""


def mark(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    entries = apps.get_model("articles", "SearchEntry").objects
    last = entries.aggregate(last=models.Max("pk"))["last"] or 0
    with schema_editor.connection.cursor() as cursor:
        for first in range(0, last, BATCH):
            cursor.execute(MARK, [first, first + BATCH])


class Migration(migrations.Migration):
    # Each range is a transaction, so that readers' pages and editors never wait long.
    atomic = False

    dependencies = [("articles", "0020_article_lists_from_the_index")]

    operations = [
        migrations.RunPython(mark, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(
                fields=["headline_key", "-published_at"],
                name="articles_searchentry_headline",
            ),
        ),
    ]
