from django.conf import settings
from django.db import migrations, models

from newsroom.lib.index_operations import AddIndex


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("articles", "0026_long_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndex(
            model_name="picture",
            index=models.Index(
                fields=["usage", "-uploaded_at", "-id"], name="articles_picture_usage"
            ),
        ),
        AddIndex(
            model_name="picture",
            index=models.Index(
                fields=["rendition_status", "-uploaded_at", "-id"],
                name="articles_picture_files",
            ),
        ),
        AddIndex(
            model_name="picture",
            index=models.Index(
                condition=models.Q(("alt_text", ""), ("is_decorative", False)),
                fields=["-uploaded_at", "-id"],
                name="articles_picture_no_alt",
            ),
        ),
        AddIndex(
            model_name="picture",
            index=models.Index(
                condition=models.Q(("allows_site", False)),
                fields=["-uploaded_at", "-id"],
                name="articles_picture_not_site",
            ),
        ),
        AddIndex(
            model_name="picture",
            index=models.Index(
                condition=models.Q(("allows_newsletter", False)),
                fields=["-uploaded_at", "-id"],
                name="articles_picture_not_letter",
            ),
        ),
        AddIndex(
            model_name="picture",
            index=models.Index(
                condition=models.Q(("rights_expire_at__isnull", False)),
                fields=["rights_expire_at"],
                name="articles_picture_rights_end",
            ),
        ),
        AddIndex(
            model_name="picture",
            index=models.Index(
                condition=models.Q(("rights_start_at__isnull", False)),
                fields=["rights_start_at"],
                name="articles_picture_rights_start",
            ),
        ),
        AddIndex(
            model_name="wireitem",
            index=models.Index(
                fields=["state", "-received_at", "-id"], name="articles_wireitem_state"
            ),
        ),
        AddIndex(
            model_name="wireitem",
            index=models.Index(
                fields=["kind", "-received_at", "-id"], name="articles_wireitem_kind"
            ),
        ),
    ]
