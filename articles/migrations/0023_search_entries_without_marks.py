from django.db import migrations

# Of entries that an earlier version wrote (`articles.search.marks.UNMARKED`): there are
# none but during an upgrade, so it is empty and costs a look at each document written.
UNMARKED = "articles_searchentry_unmarked"


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        # What a build that was stopped has left cannot be used.
        remove(apps, schema_editor)
        schema_editor.execute(
            f"CREATE INDEX CONCURRENTLY {UNMARKED} ON articles_searchentry (article_id) "
            "WHERE NOT document @@ '''@7.'':*'::tsquery"
        )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {UNMARKED}")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("articles", "0022_stories_to_index")]

    operations = [migrations.RunPython(add, remove)]
