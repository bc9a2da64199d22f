from django.db import migrations, models

from newsroom.lib.index_operations import AddIndex, WordIndexes


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("republishing", "0004_invoices_and_reminders")]

    operations = [
        WordIndexes(
            republishing_grant=["number"],
            republishing_republishingrequest=[
                "reference",
                "organisation",
                "name",
                "email",
            ],
        ),
        AddIndex(
            model_name="grant",
            index=models.Index(
                fields=["-starts_at", "-id"], name="republishing_grant_latest"
            ),
        ),
        AddIndex(
            model_name="updatenotice",
            index=models.Index(
                fields=["-made_at", "-id"], name="republishing_notice_latest"
            ),
        ),
    ]
