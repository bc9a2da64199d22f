from django.db import migrations, models

from newsroom.lib.index_operations import AddIndex, PostgresIndex, WordIndexes

# As `articles.duplicates` asks for them.
BYTES_OF_LOOK = ", ".join(
    f"'{at:x}' || substr(look, {at + 1}, 2)" for at in range(0, 16, 2)
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("articles", "0025_stories_by_name"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [
        WordIndexes(
            articles_article=["headline", "slugline", "kicker", "slug"],
            articles_author=["name"],
            articles_authoralias=["name"],
            articles_errorreport=["error", "passage", "name", "email"],
            articles_pastaddress=["slug"],
            articles_pastpath=["path", "target"],
            articles_picture=[
                "caption",
                "credit_line",
                "creator",
                "alt_text",
                "keywords",
                "copyright_notice",
            ],
            articles_tag=["name", "folded"],
            articles_tagalias=["name", "folded"],
            articles_wireitem=["headline", "slugline", "guid", "provider"],
            django_admin_log=["object_repr"],
        ),
        AddIndex(
            model_name="errorreport",
            index=models.Index(
                fields=["-received_at", "-id"], name="articles_errorreport_latest"
            ),
        ),
        AddIndex(
            model_name="errorreport",
            index=models.Index(
                fields=["status", "-received_at", "-id"],
                name="articles_errorreport_status",
            ),
        ),
        PostgresIndex(
            "articles_picture_look",
            f"articles_picture USING gin ((ARRAY[{BYTES_OF_LOOK}]))",
        ),
    ]
