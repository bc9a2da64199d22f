from django.db import migrations, models

from newsroom.lib.index_operations import AddIndex, WordIndexes


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("newsletter", "0006_past_keys")]

    operations = [
        WordIndexes(
            newsletter_subscriber=["email_folded"],
            newsletter_suppression=["email_folded"],
        ),
        AddIndex(
            model_name="suppression",
            index=models.Index(
                fields=["-at", "-id"], name="newsletter_suppression_latest"
            ),
        ),
    ]
