from django.conf import settings
from django.db import migrations, models

from newsroom.lib.index_operations import AddIndex


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("articles", "0027_filters_of_lists"),
        ("republishing", "0005_long_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndex(
            model_name="republishingrequest",
            index=models.Index(
                fields=["medium", "-created_at", "-id"],
                name="republishing_request_medium",
            ),
        ),
        AddIndex(
            model_name="republishingrequest",
            index=models.Index(
                fields=["organisation_type", "-created_at", "-id"],
                name="republishing_request_type",
            ),
        ),
        AddIndex(
            model_name="updatenotice",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)),
                fields=["-made_at", "-id"],
                name="republishing_notice_open",
            ),
        ),
        AddIndex(
            model_name="updatenotice",
            index=models.Index(
                fields=["kind", "-made_at", "-id"], name="republishing_notice_kind"
            ),
        ),
    ]
